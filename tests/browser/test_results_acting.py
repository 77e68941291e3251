"""What can be done with a card, in a real Chromium: look closer, more like it, copy its article."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.played_server import PlayedServer
from tests.browser.results_view import Open, View

pytestmark = pytest.mark.browser

# As a page sees the world that is not served over HTTPS.
UNSAFE = "Object.defineProperty(navigator, 'clipboard', {value: undefined})"


@pytest.fixture(autouse=True)
def server(page: Page, results_app: str) -> PlayedServer:
    """Let nothing be known to the played server."""
    return PlayedServer.afresh(page, results_app)


def button(card: Locator, name: str) -> Locator:
    """Find a card's button by the beginning of its name."""
    return card.get_by_role("button", name=re.compile(f"^{name}"))


def pasted(view: View) -> str:
    """Paste into a field and read what came."""
    view.value.fill("")
    view.value.press("Control+v")
    return view.value.input_value()


def test_a_click_on_the_picture_looks_closer(view_of: Open, server: PlayedServer) -> None:
    """Though the name is a link to the shop, the picture opens the details here."""
    view = view_of("threshold=anna")
    before = view.page.context.pages
    view.similar.nth(2).locator("img").click(force=True)
    expect(view.heard).to_have_text("Heard: look at 2.")
    assert view.page.context.pages == before
    assert server.requests == []


def test_the_name_stays_a_link(view_of: Open) -> None:
    """It opens the product's own page in another tab, and nothing here."""
    view = view_of("threshold=anna")
    view.page.context.route("https://shop.example/**", lambda route: route.fulfill(body="shop"))
    with view.page.context.expect_page() as opened:
        view.similar.first.get_by_role("link").click()
    opened.value.wait_for_url("https://shop.example/0")
    opened.value.close()
    view.page.context.unroute_all()
    expect(view.heard).to_have_count(0)


def test_enter_on_a_card_looks_closer(view_of: Open) -> None:
    """And only there: on a card's own buttons and links Enter does what these do."""
    view = view_of("threshold=anna")
    keys = view.page.keyboard
    view.similar.first.focus()
    keys.press("ArrowRight")
    keys.press("Enter")
    expect(view.heard).to_have_text("Heard: look at 1.")
    view.similar.first.focus()
    keys.press("Tab")
    expect(button(view.similar.first, "More like this")).to_be_focused()
    keys.press("Enter")
    expect(view.heard).to_have_text("Heard: look at 1, more like 0.")


def test_more_like_this_by_mouse(view_of: Open) -> None:
    """The button comes with the pointer; what happens then happens at the top of the page."""
    view = view_of("threshold=anna")
    card = view.below.nth(20)
    more = button(card, "More like this")
    expect(more).to_have_css("opacity", "0")
    card.scroll_into_view_if_needed()
    card.hover()
    expect(more).to_have_css("opacity", "1")
    more.click()
    expect(view.heard).to_have_text("Heard: more like 31.")
    top = "() => document.querySelector('[data-testid=stMain]').scrollTop"
    assert view.page.evaluate(top) == 0


def test_the_article_is_copied_with_one_click(view_of: Open) -> None:
    """It says so to eyes, in the same line, and to screen readers; then it is in the clipboard."""
    view = view_of("threshold=anna")
    view.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = view.similar.nth(3)
    card.scroll_into_view_if_needed()
    before = view.box(card)
    button(card, "Copy article LK-1003").click()
    expect(card.locator(".copied")).to_have_text("Copied")
    expect(view.page.locator(".judgement")).to_have_text("Copied: LK-1003")
    assert view.box(card) == before
    assert pasted(view) == "LK-1003"
    expect(card.locator(".copied")).to_be_hidden()
    expect(view.heard).to_have_count(0)


def test_who_only_looks_is_not_asked_to_judge(view_of: Open) -> None:
    """The bar comes with a verdict, or with a card reached by key; not for an article's copy."""
    view = view_of()
    view.page.locator(".card").nth(2).locator(".copy-article").click()
    view.page.locator(".card").nth(3).locator(".look").click()
    expect(view.page.locator(".bar")).to_be_hidden()
    view.page.locator(".card").nth(4).locator(".verdict").first.click()
    expect(view.page.locator(".judged")).to_have_text("1 of 50 judged")


def test_without_a_secure_context_it_is_copied_all_the_same(page: Page, view_of: Open) -> None:
    """In a shop's own network there is no HTTPS: the old way works, and the focus stays."""
    page.add_init_script(UNSAFE)
    view = view_of("threshold=anna")
    copy = button(view.similar.nth(4), "Copy article")
    view.similar.nth(4).focus()
    copy.press("Enter")
    expect(view.page.locator(".judgement")).to_have_text("Copied: LK-1004")
    expect(copy).to_be_focused()
    assert pasted(view) == "LK-1004"


def test_where_nothing_may_be_copied_it_is_selected(page: Page, view_of: Open) -> None:
    """A browser that forbids it is not blamed in silence: the rest is one key away."""
    page.add_init_script(f"{UNSAFE}; document.execCommand = () => false;")
    view = view_of("threshold=anna&language=ru")
    button(view.similar.first, "Скопировать артикул LK-1000").click()
    expect(view.similar.first.locator(".copied")).to_have_text("Не скопировано, но выделено")


def test_it_works_by_finger(browser: Browser, results_app: str, axe: Axe) -> None:
    """On a phone the buttons are there without a pointer, and large enough."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-US"
    )
    page = context.new_page()
    open_page(page, f"{results_app}/?threshold=anna")
    view = View(page)
    card = view.similar.nth(1)
    card.scroll_into_view_if_needed()
    more = button(card, "More like this")
    expect(more).to_have_css("opacity", "1")
    box = view.box(more)
    assert min(box["width"], box["height"]) >= 44
    more.tap()
    expect(view.heard).to_have_text("Heard: more like 1.")
    card.locator("img").tap(force=True)
    expect(view.heard).to_have_text("Heard: more like 1, look at 1.")
    assert axe.faults(page, sees="li[data-id") == []
    context.close()


def test_every_button_has_a_name_of_its_own(view_of: Open) -> None:
    """Fifty buttons called alike would lead a screen reader nowhere."""
    view = view_of("threshold=doubtful&case=same&language=ru")
    names = view.similar.get_by_role("button").evaluate_all(
        "buttons => buttons.map(button => button.ariaLabel)"
    )
    assert all(names)
    for beginning in ("Подробнее: ", "Найти похожие: ", "Скопировать артикул LK-10"):
        assert len([name for name in names if name.startswith(beginning)]) == 11

"""Looking closer at a product in a real Chromium: by mouse, by key alone, on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.details_data import AWAY, BARE, GONE, HOSTILE, NEW
from tests.browser.details_view import Details, OpenDetails

pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("language", "title"), [("en", "Backpack"), ("ru", "Рюкзак")])
def test_it_opens_on_its_title_and_esc_leads_back(
    look: OpenDetails, language: str, title: str
) -> None:
    """A screen reader begins with the name; the focus returns to what opened it."""
    details = look(f"language={language}")
    expect(details.title).to_contain_text(title)
    expect(details.title).to_be_focused()
    expect(details.dialog).to_have_attribute("lang", language)
    details.page.keyboard.press("Escape")
    expect(details.dialog).to_have_count(0)
    expect(details.opener).to_be_focused()
    expect(details.told).to_have_text("look 1 close")


def test_the_focus_finds_back_to_what_was_drawn_anew(page: Page, details_app: str) -> None:
    """Where the page draws its cards again as it runs, the product's new card has the focus."""
    open_page(page, f"{details_app}/?cards")
    details, card = Details(page), page.locator(".card")
    for times in (1, 2):
        card.evaluate("card => { card.isOld = true; }")
        card.press("Enter")
        expect(details.dialog).to_be_visible()
        page.keyboard.press("Escape")
        expect(details.told).to_have_text(" ".join(["look 1 close"] * times))
        expect(details.dialog).to_have_count(0)
        expect(card).to_be_focused()
        assert not card.evaluate("card => card.isOld")


def test_it_opens_again_as_often_as_one_likes(look: OpenDetails) -> None:
    """The same product too, by the cross or beside the dialog."""
    details = look()
    for way in ("cross", "beside", "key"):
        details.close(way)
        expect(details.dialog).to_have_count(0)
        details.opener.click()
        expect(details.dialog).to_be_visible()
        expect(details.button("back")).to_be_hidden()


def test_by_key_from_the_first_to_the_last(look: OpenDetails) -> None:
    """Everything is reached in the order in which it is read, and the focus never leaves."""
    details = look("case=found&photo")
    seen = []
    for _ in range(30):
        details.page.keyboard.press("Tab")
        seen.append(details.focused())
        if "near" in seen[-1]:
            break
    names = [name.removeprefix("button ").removeprefix("square ") for name in seen]
    assert names == ["close", "zoom-in", "compare", "INPUT", "copy", "primary more", "page", "near"]
    details.page.keyboard.press("Shift+Tab")
    assert "page" in details.focused()
    details.page.keyboard.press("Tab")
    details.page.keyboard.press("Enter")
    expect(details.title).to_be_focused()
    expect(details.told).to_contain_text("look 2")


def test_neighbours_lead_on_and_back(look: OpenDetails) -> None:
    """Each shows its own; the way back is the way one came, and says where it leads."""
    details = look("case=found")
    names = [details.title.inner_text()]
    expect(details.dialog.locator(".why")).to_be_visible()
    for number in (3, 5):
        details.neighbours.nth(1).click()
        expect(details.told).to_contain_text(f"look {number}")
        expect(details.dialog).to_have_attribute("aria-busy", "false")
        expect(details.button("back")).to_have_text(f"Back to {names[-1]}")
        names.append(details.title.inner_text())
        assert names[-1] != names[-2]
        expect(details.dialog.locator(".article-said")).to_have_text(f"Art. LK-{1000 + number}")
        expect(details.dialog.locator(".why")).to_be_hidden()
    details.button("back").click()
    expect(details.title).to_have_text(names[1])
    details.button("back").click()
    expect(details.title).to_have_text(names[0])
    expect(details.button("back")).to_be_hidden()
    expect(details.dialog.locator(".why")).to_be_visible()
    expect(details.told).to_have_text("look 1 look 3 look 5 look 3 look 1")


def test_a_neighbour_is_there_before_the_server_answers(look: OpenDetails, page: Page) -> None:
    """Its name and its picture are known already; back needs nobody."""
    details = look()
    page.context.set_offline(offline=True)
    try:
        details.neighbours.first.click()
        expect(details.title).to_have_text("Cotton tote bag")
        expect(details.dialog).to_have_attribute("aria-busy", "true")
        details.button("back").click()
        expect(details.title).to_contain_text("Backpack")
        expect(details.neighbours).to_have_count(8)
    finally:
        page.context.set_offline(offline=False)


def test_more_like_this_closes_and_is_told(look: OpenDetails) -> None:
    """The page has the results then, with nothing over them."""
    details = look()
    details.button("more").click()
    expect(details.dialog).to_have_count(0)
    expect(details.told).to_have_text("look 1 close more like 1")


def test_a_page_that_runs_again_takes_nothing(look: OpenDetails) -> None:
    """The picture that was chosen, how it is enlarged, and the place one had scrolled to."""
    details = look()
    details.page.keyboard.press("ArrowRight")
    details.button("zoom-in").click()
    again = details.page.get_by_test_id("stBaseButton-secondary").nth(1)
    again.dispatch_event("click")  # a dialog lets nobody else do so
    expect(details.page.get_by_test_id("stApp")).to_have_attribute(
        "data-test-script-state", "notRunning"
    )
    expect(details.picture).to_have_attribute("src", "api/pictures/21")
    assert details.scale() == pytest.approx(1.5)


def test_the_article_is_copied_and_that_is_said(look: OpenDetails) -> None:
    """To the clipboard, to the eye and to a screen reader."""
    details = look()
    details.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    details.button("copy").click()
    expect(details.dialog.locator(".copied")).to_have_text("Copied")
    expect(details.dialog.get_by_role("status")).to_have_text("Copied: LK-1001")
    assert details.page.evaluate("navigator.clipboard.readText()") == "LK-1001"


def test_the_article_is_copied_where_there_is_no_clipboard(look: OpenDetails, page: Page) -> None:
    """On an address without HTTPS, as in a shop's own network, and nothing else is then marked."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(
        """window.kept = navigator.clipboard;
        Object.defineProperty(navigator, "clipboard", { value: undefined });"""
    )
    details = look("product=2")
    details.button("copy").click()
    expect(details.dialog.locator(".copied")).to_have_text("Copied")
    assert page.evaluate("kept.readText()") == "LK-1002"
    expect(details.button("copy")).to_be_focused()


@pytest.mark.parametrize(
    ("number", "sentence", "retry"),
    [(GONE, "The catalogue has no product 90.", False), (AWAY, "database", True)],
)
def test_what_cannot_be_shown_is_said_inside(
    look: OpenDetails, number: int, sentence: str, *, retry: bool
) -> None:
    """With the next step, a button where trying again may help, and a way out."""
    details = look(f"product={number}")
    alert = details.dialog.get_by_role("alert")
    expect(alert).to_contain_text(sentence)
    expect(details.button("retry")).to_be_visible(visible=retry)
    if retry:
        details.button("retry").click()
        expect(details.told).to_have_text(f"look {number} look {number}")
    details.page.keyboard.press("Escape")
    expect(details.dialog).to_have_count(0)


def test_a_neighbour_that_is_gone_meanwhile_leads_back(look: OpenDetails) -> None:
    """It was there a moment ago; what was seen before still is."""
    details = look()
    details.neighbours.last.click()
    expect(details.dialog.get_by_role("alert")).to_contain_text("no product 90")
    details.button("back").click()
    expect(details.title).to_contain_text("Backpack")
    expect(details.dialog.get_by_role("alert")).to_be_hidden()


def test_what_a_catalogue_says_is_text(look: OpenDetails) -> None:
    """No script of a name runs, and an address that is none of the web is no link."""
    details = look(f"product={HOSTILE}")
    expect(details.title).to_contain_text("<script>")
    expect(details.dialog.locator("a.page")).to_be_hidden()
    assert details.page.evaluate("window.hacked") is None


def test_what_is_not_known_takes_no_room(look: OpenDetails) -> None:
    """No picture, no price, no article: a word where the picture would be, and nothing else."""
    details = look(f"product={BARE}")
    expect(details.dialog.locator(".shown .no-picture")).to_be_visible()
    for part in (".price", "p.article", ".offers", ".strip", ".description", "a.page", ".why"):
        expect(details.dialog.locator(part)).to_be_hidden()
    expect(details.dialog.locator(".alone")).to_contain_text("indexed yet")


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize(
    ("query", "width"),
    [("case=found&photo", 1440), ("case=relative&photo", 390), (f"product={NEW}", 1440)],
)
def test_axe_finds_nothing(
    look: OpenDetails, axe: Axe, query: str, width: int, language: str
) -> None:
    """In light and in dark, on a desk and on a phone, compared and not."""
    details = look(f"{query}&language={language}", width)
    assert details.fits()
    assert axe.faults_in_both(details.page, sees="dialog") == []
    if "photo" in query:
        details.button("compare").click()
        assert axe.faults_in_both(details.page, sees="dialog") == []


@pytest.mark.parametrize("number", [GONE, AWAY])
def test_axe_finds_nothing_where_nothing_is_shown(look: OpenDetails, axe: Axe, number: int) -> None:
    """A sentence is read by everybody."""
    details = look(f"product={number}")
    assert axe.faults_in_both(details.page, sees="dialog") == []


def test_fingers_find_everything(browser: Browser, details_app: str) -> None:
    """On a phone the dialog takes all of it, and whatever is pressed is 44 pixels large."""
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="en-US"
    )
    page = context.new_page()
    open_page(page, f"{details_app}/?case=found&photo")
    details = Details(page)
    details.opener.tap()
    expect(details.dialog).to_be_visible()
    box = details.dialog.bounding_box()
    assert box
    assert (box["x"], box["y"], box["width"], box["height"]) == (0, 0, 390, 844)
    small = details.dialog.evaluate(
        """dialog => [...dialog.querySelectorAll("button, a, .choice")]
            .filter(one => one.checkVisibility())
            .map(one => [one.className, one.getBoundingClientRect()])
            .filter(([, {width, height}]) => width < 44 || height < 44)
            .map(([name, {width, height}]) => `${name} ${width} ${height}`)"""
    )
    assert small == []
    pinch(context, details)
    assert details.scale() == pytest.approx(2)
    context.close()


def pinch(context: BrowserContext, details: Details) -> None:
    """Draw two fingers on the picture apart, until they are twice as far from one another."""
    touching, box = context.new_cdp_session(details.page), details.frame()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    for kind, apart in (("Start", 40), ("Move", 50), ("Move", 65), ("Move", 80), ("End", 0)):
        fingers = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        told = {"type": f"touch{kind}", "touchPoints": fingers if apart else []}
        touching.send("Input.dispatchTouchEvent", told)

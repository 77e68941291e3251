"""The history in a real Chromium: what was searched for, found again, kept and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from search.narrowing import Narrow, PriceRange
from search.store.embedded import EmbeddedServer
from tests.browser.axe import COMPONENTS, Axe
from tests.browser.browser import open_page
from tests.browser.history_app import SAMPLES, HistoryApp, Listed, history_app
from tests.browser.test_every_page import left_in_english

pytestmark = pytest.mark.browser

PHONE: ViewportSize = {"width": 390, "height": 844}
FITS = "document.documentElement.scrollWidth <= innerWidth"
COME = """root => [...root.querySelectorAll('img:not([hidden])')].every(
    image => image.complete && image.naturalWidth > 0)"""


@pytest.fixture(scope="module")
def app(server: EmbeddedServer, _with_demo: str) -> Iterator[HistoryApp]:
    """One app for all of these tests: each comes as a visitor of its own."""
    with history_app(server, _with_demo, "history_in_browser") as app:
        yield app


def test_a_search_is_found_again(page: Page, app: HistoryApp, complaints: list[str]) -> None:
    """Made on the search page, listed with its pictures, and opened as it was."""
    app.visit(page)
    open_page(page, app.address)
    sample = SAMPLES[0]
    page.get_by_role("button", name=sample.caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    number = re.search(r"search=([0-9a-f-]{36})", page.url)
    assert number
    page.get_by_role("link", name="History").first.click()
    entry = page.locator(f'.entry[data-id="{number[1]}"]')
    expect(entry).to_contain_text("of 50 similar")
    expect(page.locator(".group .day")).to_have_text(re.compile("^Today, "))
    expect(page.locator(".entry")).to_have_count(1)
    page.wait_for_function(f"document => ({COME})(document)", arg=entry.element_handle())
    entry.get_by_role("link", name="Open: Photo").click()
    expect(page.locator(".card").first).to_contain_text(sample.article)
    expect(page).to_have_url(re.compile(number[1]))
    assert complaints == []


def test_a_history_is_its_browsers_own(browser: Browser, page: Page, app: HistoryApp) -> None:
    """A colleague sees a search by its address, and nothing of it in their own history."""
    search = app.search(app.visit(page))
    expect(app.open(page).entries).to_have_count(1)
    context = browser.new_context(locale="en-US")
    theirs = context.new_page()
    open_page(theirs, f"{app.address}/?search={search.id}")
    expect(theirs.locator(".card")).to_have_count(50)
    open_page(theirs, f"{app.address}/history")
    expect(theirs.get_by_text("Nothing here yet.")).to_be_visible()
    context.close()


def test_an_address_is_copied_and_opened_in_a_new_tab(page: Page, app: HistoryApp) -> None:
    """What is copied leads to the search; ctrl-click opens it beside the history."""
    search = app.search(app.visit(page))
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    listed = app.open(page)
    listed.act(search, "copy").click()
    expect(page.locator(".announcement")).to_have_text("The address is copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{app.address}/?search={search.id}"
    with page.context.expect_page() as opened:
        listed.act(search, "open").click(modifiers=["ControlOrMeta"])
    expect(opened.value.locator(".card")).to_have_count(50)
    opened.value.close()
    expect(listed.entries).to_have_count(1)


def test_searching_again_makes_a_search_of_today(page: Page, app: HistoryApp) -> None:
    """With the same photo and another id; the old one stays."""
    search = app.search(app.visit(page), hours=50)
    app.open(page).act(search, "again").click()
    expect(page.locator(".card")).to_have_count(50)
    expect(page).not_to_have_url(re.compile(str(search.id)))
    expect(app.open(page).entries).to_have_count(2)


def test_pinned_searches_stand_on_top(page: Page, app: HistoryApp) -> None:
    """Whoever pins several in a row has all of them pinned, also after a reload."""
    visitor = app.visit(page)
    searches = [app.search(visitor, SAMPLES[at], hours=at) for at in range(6)]
    listed = app.open(page)
    expect(listed.entries).to_have_count(6)
    page.evaluate("""() => {
        const root = [...document.querySelectorAll('*')].find(
            one => one.shadowRoot?.querySelector('.history')).shadowRoot;
        root.querySelectorAll('.entry .pin').forEach((pin, at) => { if (at > 2) pin.click(); });
    }""")
    pinned = listed.groups.first
    expect(pinned.locator(".day")).to_have_text("Pinned")
    expect(pinned.locator(".entry")).to_have_count(3)
    listed = app.open(page)
    expect(pinned.locator(".entry")).to_have_count(3)
    listed.act(searches[4], "pin").press("Enter")
    expect(pinned.locator(".entry")).to_have_count(2)
    expect(listed.act(searches[4], "pin")).to_be_focused()
    expect(listed.act(searches[4], "pin")).to_have_attribute("aria-pressed", "false")


def test_a_search_gets_a_name(page: Page, app: HistoryApp) -> None:
    """By keys alone; Escape leaves it, and no name at all brings the old one back."""
    search = app.search(app.visit(page))
    listed = app.open(page)
    title, rename = listed.act(search, "open"), listed.act(search, "rename")
    field = listed.entry(search).get_by_role("textbox", name="Name of this search")
    rename.press("Enter")
    expect(field).to_be_focused()
    page.keyboard.type("Mugs <b>for</b> Anna")
    page.keyboard.press("Enter")
    expect(title).to_have_text("Mugs <b>for</b> Anna")
    expect(rename).to_be_focused()
    rename.press("Enter")
    page.keyboard.type("rubbish")
    page.keyboard.press("Escape")
    expect(title).to_have_text("Mugs <b>for</b> Anna")
    expect(app.open(page).titles).to_have_text("Mugs <b>for</b> Anna")
    rename.press("Enter")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    expect(title).to_have_text("Photo")


def test_a_search_is_forgotten_for_ever(page: Page, app: HistoryApp) -> None:
    """By a second click; its picture is gone, and its address says a sentence."""
    visitor = app.visit(page)
    search, other = app.search(visitor), app.search(visitor, SAMPLES[1], hours=1)
    picture = f"{app.address}/api/photos/{search.subject.fingerprint.hex()}"
    listed = app.open(page)
    assert page.request.get(picture).status == 200
    listed.act(search, "forget").click()
    sure = listed.entry(search).get_by_role("group", name="Forget this search for ever?")
    expect(sure.get_by_role("button", name="Forget")).to_be_focused()
    page.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    expect(listed.act(search, "forget")).to_be_focused()
    listed.forget(search)
    expect(listed.entry(search)).to_have_count(0)
    expect(listed.act(other, "open")).to_be_focused()
    expect(listed.notice).to_contain_text("whatever was kept of its photo: the small picture")
    assert page.request.get(picture).status == 404
    listed.notice.get_by_role("button", name="Close").click()
    expect(listed.notice).to_be_hidden()
    open_page(page, f"{app.address}/?search={search.id}")
    expect(page.get_by_text("There is no search")).to_be_visible()


def test_a_search_is_forgotten_where_it_was_made(page: Page, app: HistoryApp) -> None:
    """On the search page, which is empty then; a colleague who was sent the address cannot."""
    visitor = app.visit(page)
    open_page(page, app.address)
    expect(page.get_by_text("The photo does not leave this server.")).to_be_visible()
    page.get_by_role("button", name=SAMPLES[2].caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    (entry,) = app.engine.history.list(visitor)
    page.get_by_role("button", name="Forget this search").click()
    page.get_by_role("button", name="Forget", exact=True).click()
    expect(page.get_by_text("whatever was kept of its photo")).to_be_visible()
    expect(page).to_have_url(f"{app.address}/")
    assert app.engine.history.list(visitor) == []
    assert page.request.get(f"{app.address}/{entry.thumbnail}").status == 404
    theirs = app.search("x" * 32)
    open_page(page, f"{app.address}/?search={theirs.id}")
    expect(page.locator(".card")).to_have_count(50)
    expect(page.get_by_role("button", name="Forget this search")).to_have_count(0)


def test_searches_in_one_go_are_folded(page: Page, app: HistoryApp) -> None:
    """They unfold by key, each can be opened and forgotten; who forgets the entry forgets all."""
    visitor = app.visit(page)
    first, second, third = (app.search(visitor, hours=1 - at / 10) for at in range(3))
    other = app.search(visitor, SAMPLES[1])
    listed = app.open(page)
    expect(listed.entries).to_have_count(2)
    unfold = listed.act(third, "unfold")
    expect(unfold).to_have_text("2 earlier searches with the same photo")
    unfold.press("Enter")
    expect(listed.entries).to_have_count(4)
    expect(unfold).to_be_focused()
    expect(unfold).to_have_attribute("aria-expanded", "true")
    expect(listed.act(first, "open")).to_have_attribute("href", re.compile(str(first.id)))
    listed.forget(second)
    expect(unfold).to_have_text("1 earlier search with the same photo")
    expect(listed.notice).to_contain_text("another search was made with it")
    listed.act(third, "forget").click()
    expect(listed.entry(third).locator(".sure-said")).to_contain_text("and the earlier one")
    listed.entry(third).locator(".really").click()
    expect(listed.entries).to_have_count(1)
    expect(listed.act(other, "open")).to_be_focused()
    expect(listed.notice).to_contain_text("whatever was kept of the photo")
    assert [entry.id for entry in app.engine.history.list(visitor)] == [other.id]


def test_everything_is_forgotten(page: Page, app: HistoryApp) -> None:
    """After a question, pinned ones too; then the page says what it is for."""
    visitor = app.visit(page)
    searches = [app.search(visitor, SAMPLES[at], hours=at) for at in range(3)]
    app.engine.history.pin(searches[1].id)
    listed = app.open(page)
    page.get_by_role("button", name="Forget all").click()
    question = page.get_by_role("group", name=re.compile("pinned ones too"))
    question.get_by_role("button", name="Keep").click()
    expect(listed.entries).to_have_count(3)
    page.get_by_role("button", name="Forget all").click()
    question.get_by_role("button", name="Forget all").click()
    expect(listed.entries).to_have_count(0)
    expect(listed.notice).to_contain_text("3 searches are forgotten")
    expect(page.get_by_text("Nothing here yet.")).to_be_visible()
    assert app.engine.history.list(visitor) == []


def test_older_searches_come_on_request(page: Page, app: HistoryApp) -> None:
    """Fifty at first, then the others, and whoever asked goes on where they were."""
    visitor = app.visit(page)
    for at in range(55):
        app.search(visitor, hours=at * 5)
    listed = app.open(page)
    expect(listed.entries).to_have_count(50)
    page.get_by_role("button", name="Older searches").press("Enter")
    expect(listed.entries).to_have_count(55)
    expect(listed.titles.nth(50)).to_be_focused()
    expect(page.get_by_role("button", name="Older searches")).to_be_hidden()
    days = page.locator(".group .day").all_inner_texts()
    assert len(days) == len(set(days)) > 10


def fill(app: HistoryApp, page: Page) -> Listed:
    """Have something of everything: named, pinned, narrowed, with a product, without a picture."""
    visitor = app.visit(page)
    engine = app.engine
    named = app.search(visitor, SAMPLES[0], hours=1)
    engine.history.rename(
        named.id, "Кружки для Анны, чтобы подошли к рюкзакам из весеннего каталога"
    )
    engine.history.pin(named.id)
    category = engine.facets.count().facets[0].values[0].value
    narrow = Narrow((category,), price=PriceRange(Decimal(100), Decimal(2500), "RUB"))
    app.search(visitor, SAMPLES[1], hours=2, narrow=narrow)
    engine.more_like(named.hits[0].product.id, visitor=visitor)
    photo = engine.reading.read(SAMPLES[4].file.read_bytes())
    engine.search(photo, visitor=visitor)
    return app.open(page)


@pytest.mark.parametrize("width", [1440, 390])
def test_it_is_for_everyone(page: Page, app: HistoryApp, axe: Axe, width: int) -> None:
    """Nothing is wrong in light and dark, while it asks and while a name is written, too."""
    page.set_viewport_size({"width": width, "height": 900})
    listed = fill(app, page)
    expect(listed.entries).to_have_count(4)
    listed.page.locator(".forget").first.click()
    listed.page.locator(".rename").nth(1).click()
    assert axe.faults_in_both(page, COMPONENTS, sees="entry") == []
    assert page.evaluate(FITS)


def test_it_is_russian_in_the_dark_on_a_phone(page: Page, app: HistoryApp) -> None:
    """Nothing is left in English, nothing is wider than the phone."""
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(PHONE)
    fill(app, page)
    listed = app.open(page, "ru")
    expect(listed.groups.first.locator(".day")).to_have_text("Закреплённые")
    expect(listed.entries.nth(1)).to_contain_text("Похожих:")
    assert left_in_english(page) == []
    assert page.evaluate(FITS)


def test_fingers_find_every_control(browser: Browser, app: HistoryApp) -> None:
    """At least 44 pixels each way on a phone."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True, locale="ru-RU")
    page = context.new_page()
    listed = fill(app, page)
    expect(listed.entries).to_have_count(4)
    listed.page.locator(".forget").first.click()
    listed.page.locator(".rename").nth(1).click()
    small = page.locator(".history").evaluate(
        """root => [...root.querySelectorAll('button, .act, input')]
            .filter(one => one.checkVisibility())
            .map(one => [one.className, one.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 44 || height < 44)
            .map(([name, { width, height }]) => `${name} ${width} ${height}`)"""
    )
    assert small == []
    context.close()

"""What each role sees of the real app, in a real browser, where people sign in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from search.access.demo_link import DEMO_COOKIE
from search.api_keys import Keys
from search.calls import utc_now
from search.demo.pack import load_pack
from search.store.database import Database
from search.store.store import Store
from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.test_every_page import FITS, left_in_english
from tests.fake_oidc import ANNA, OLEG, STRANGER, VERA, FakeOidc
from tests.signing_in import SignInApp, Somebody

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]
NOBODY, GUEST = "nobody", "guest"
# Two people may have one name.
SIGNED = f"{ANNA.name} ({ANNA.email})"
PEOPLE = {"vera": VERA, "anna": ANNA, "oleg": OLEG, "sam": STRANGER}
MENUS = {
    GUEST: ["Search", "Threshold"],
    "vera": ["Search", "Several photos", "History", "Threshold", "Catalogue"],
    "anna": ["Search", "Several photos", "History", "Threshold", "Catalogue"],
    "oleg": ["Search", "Several photos", "History", "Threshold", "Usage", "Catalogue"],
}
# What each place of its own says at once, so that it is there before anything is looked at.
PLACES = {
    "the sign-in": (NOBODY, "", "Войти"),
    "a note": (NOBODY, "sign_in=failed", "Войти не получилось."),
    "no role": ("sam", "", "Вы вошли как"),
    "a closed page": ("vera", "usage", "Ваша роль здесь: наблюдатель."),
    "a demo": (GUEST, "batch", "Смотрите и ищите: ничего не изменится."),
}

Come = Callable[..., Page]


@pytest.fixture(scope="module")
def store(shared_demo_conninfo: str) -> Iterator[Store]:
    """Return the tables of the app's database."""
    with closing(Store.on(Database(shared_demo_conninfo))) as store:
        yield store


@pytest.fixture(scope="module")
def app(sign_in_app: SignInApp) -> SignInApp:
    """Return the app with the demo catalogue, for people who sign in."""
    return sign_in_app


@pytest.fixture(scope="module")
def cookies(app: SignInApp, provider: FakeOidc, store: Store) -> dict[str, dict[str, str]]:
    """Return what their browsers have of everybody who signed in, or came by a demo link."""
    key, _ = Keys(store.api_keys, utc_now).add_demo("Fair in May", days=2)
    found = {NOBODY: {}, GUEST: {DEMO_COOKIE: key.get_secret_value()}}
    for name, person in PEOPLE.items():
        somebody = Somebody(app, provider)
        somebody.sign_in(person)
        found[name] = somebody.session.cookies.get_dict()
    return found


@pytest.fixture
def come(browser: Browser, app: SignInApp, cookies: dict[str, dict[str, str]]) -> Iterator[Come]:
    """Return what opens a page of the app in the browser of somebody."""
    contexts = []

    def open_(who: str, path: str = "", width: int = 1440) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 844}, locale="en-US", base_url=app.address
        )
        contexts.append(context)
        context.add_cookies(
            [{"name": k, "value": v, "url": app.address} for k, v in cookies[who].items()]
        )
        page = context.new_page()
        open_page(page, f"{app.address}/{path}")
        page.wait_for_load_state("networkidle")
        return page

    yield open_
    for context in contexts:
        context.close()


def search(page: Page) -> None:
    """Search with a sample, and wait for what is found."""
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)


@pytest.mark.parametrize("who", MENUS)
def test_the_menu_has_what_one_may_see(come: Come, who: str) -> None:
    """Neither more nor less."""
    links = come(who).get_by_test_id("stTopNavLink")
    expect(links).to_have_text(MENUS[who])


def test_a_closed_page_says_whose_it_is_at_its_own_address(come: Come) -> None:
    """It is no page that is not found; and one click leads to what one may do."""
    page = come("vera", "usage")
    expect(page).to_have_url(re.compile("/usage$"))
    expect(page.get_by_text("The usage page is for operators.")).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    page.get_by_role("main").get_by_role("button", name="To the search").click()
    expect(page.get_by_role("button", name="Take a photo")).to_be_visible()


def test_a_note_is_told_once(come: Come) -> None:
    """The address has it no more when the page is there, and keeps all else; so does a reload."""
    page = come(NOBODY, "threshold?sign_in=refused&scale=centred&language=en")
    note = page.get_by_text("The sign-in was broken off")
    expect(note).to_be_visible()
    expect(page).to_have_url(re.compile(r"/threshold\?scale=centred&language=en$"))
    page.locator(".st-key-language").get_by_text("RU").click()
    expect(page.get_by_text("Вход был прерван")).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Войти")).to_be_visible()
    expect(page.get_by_text("Вход был прерван")).to_have_count(0)


def test_a_viewer_has_nothing_to_judge_with(come: Come) -> None:
    """No buttons on the cards, no bar, and no key that would say anything."""
    page = come("vera")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    search(page)
    card = page.locator(".card").first
    card.hover()
    expect(page.locator(".card .verdict:visible")).to_have_count(0)
    card.focus()
    for key in ("ArrowRight", "m", "n", "u"):
        page.keyboard.press(key)
    expect(page.locator(".results .bar")).to_be_hidden()
    assert [address for address in asked if "/api/pictures" in address]
    assert not [address for address in asked if "/api/judgements" in address]


def test_an_analyst_judges_by_their_own_name(come: Come, store: Store) -> None:
    """It is shown, not asked for, and kept; whatever name this browser had before."""
    page = come("anna")
    page.evaluate("localStorage.setItem('likeness.analyst', 'Somebody else')")
    search(page)
    page.locator(".card").first.focus()
    page.keyboard.press("ArrowRight")
    bar = page.locator(".results .bar")
    expect(bar.locator(".as-known")).to_have_text(SIGNED)
    expect(bar.locator("input")).to_be_hidden()
    with page.expect_response("**/api/judgements?*") as answer:
        page.keyboard.press("m")
    assert answer.value.ok
    assert (answer.value.request.post_data_json or {})["who"] == SIGNED
    with store.database.connection() as connection:
        rows = connection.execute("SELECT DISTINCT who FROM likeness.judgements").fetchall()
    assert rows == [(SIGNED,)]


def test_the_assistant_knows_who_judges(come: Come) -> None:
    """On the threshold page too, where one saves without being asked for a name."""
    page = come("anna", "threshold")
    bar = page.locator(".assistant .bar")
    expect(bar.locator(".as-known")).to_have_text(SIGNED)
    expect(bar.locator("input")).to_be_hidden()
    # What joins the address' halves keeps Markdown from making a link of it.
    kept = re.compile(rf"Kept with your name, {ANNA.name} \(anna@.?example\.org\)\.")
    expect(page.get_by_text(kept)).to_be_visible()
    expect(page.get_by_role("textbox", name="Your name")).to_have_count(0)


def test_a_history_follows_a_person(come: Come) -> None:
    """A search in one browser is listed in another one, once they sign in there."""
    first = come("oleg")
    search(first)
    expect(first).to_have_url(re.compile("search="))
    made = f".entry a[href*='{first.url.partition('search=')[2][:36]}']"
    second = come("oleg", "history")
    expect(second.locator(made).first).to_be_visible()
    expect(second.get_by_text("The list is yours alone, wherever you sign in")).to_be_visible()
    other = come("vera", "history")
    expect(other.get_by_role("heading", name="History")).to_be_visible()
    expect(other.locator(made)).to_have_count(0)


@contextmanager
def account_of(page: Page, name: str) -> Iterator[None]:
    """Have the popover of the head open for a while."""
    page.get_by_role("button", name=name).click()
    expect(page.get_by_role("dialog", name=name)).to_be_visible()
    yield
    page.keyboard.press("Escape")


@pytest.mark.parametrize("width", [1440, 390])
def test_the_head_is_for_everyone(come: Come, axe: Axe, width: int) -> None:
    """The name is heard also where there is only room for a drawing; the way out is inside."""
    page = come("anna", width=width)
    with account_of(page, ANNA.name):
        dialog = page.get_by_role("dialog", name=ANNA.name)
        expect(dialog).to_contain_text(ANNA.email)
        expect(dialog).to_contain_text("Analyst: ")
        expect(dialog.get_by_role("button", name="Sign out")).to_be_visible()
        assert axe.faults_in_both(page, "body") == []
    assert page.evaluate(FITS)


def test_a_guest_knows_that_it_is_a_demo(come: Come) -> None:
    """On a phone as well, beside what was found."""
    page = come(GUEST, width=390)
    expect(page.get_by_text("Look around and search: nothing is changed.").first).to_be_visible()
    search(page)
    with account_of(page, "Guest"):
        dialog = page.get_by_role("dialog", name="Guest")
        expect(dialog).to_contain_text("nothing is changed. Until ")
        expect(dialog.get_by_role("button", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("place", PLACES)
def test_each_place_is_for_everyone(come: Come, axe: Axe, place: str) -> None:
    """In Russian and on a phone, in the light and in the dark; all of it Russian but names."""
    who, path, told = PLACES[place]
    address = f"{path}?language=ru" if "=" not in path else f"?language=ru&{path}"
    page = come(who, address, width=390)
    expect(page.get_by_text(told).first).to_be_visible()
    names = {person.name for person in PEOPLE.values()}
    assert left_in_english(page, *names, r"\S+@\S+") == []
    assert axe.faults_in_both(page, "body") == []
    assert page.evaluate(FITS)

"""Signing in and out in a real browser: the real app, and a provider that is played."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from search.demo.pack import load_pack
from search.visitor_cookie import NAME
from tests.browser.browser import READY, open_page
from tests.browser.watched import Watched
from tests.embedded_apps import data_folder
from tests.fake_oidc import ANNA, BORIS, OLEG, STRANGER, VERA, FakeOidc, Fault, Person
from tests.signing_in import (
    USER,
    SignInApp,
    by_streamlit,
    by_uvicorn,
    free_address,
    own_file,
    settings_for,
)

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0].caption["en"]
SIGN_IN = {"en": "Sign in", "ru": "Войти"}
SIGN_OUT = "Sign out"
NOT_TODAY = "Do not sign in"
FOR_ALL = {"Search", "Threshold"}
FOR_VIEWERS = FOR_ALL | {"Several photos", "History", "Catalogue"}


@pytest.fixture(scope="module")
def played() -> Iterator[FakeOidc]:
    """Play a provider for the whole module."""
    with FakeOidc() as provider:
        yield provider


@pytest.fixture
def provider(played: FakeOidc) -> Iterator[FakeOidc]:
    """Give the provider as it should be, and leave it so."""
    yield played
    played.fault = None


@pytest.fixture(scope="module")
def app(played: FakeOidc) -> Iterator[SignInApp]:
    """Serve the app for the whole module, with settings alone."""
    address = free_address()
    played.register(f"{address}/oauth2callback")
    with data_folder() as folder:
        folder.mkdir(exist_ok=True)
        with by_uvicorn(address, folder, settings_for(played, address)) as app:
            yield app


@pytest.fixture
def profile(browser: Browser) -> Iterator[BrowserContext]:
    """Give a browser in which nobody is signed in yet."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US")
    yield context
    context.close()


@pytest.fixture
def tab(profile: BrowserContext) -> Page:
    """Give a tab of it."""
    return profile.new_page()


def sign_in(page: Page, who: str, button: str = SIGN_IN["en"]) -> None:
    """Press the button, say who one is, and wait for the page to which that leads."""
    page.get_by_role("button", name=button).click()
    page.get_by_role("link", name=who).click()
    page.locator(READY).wait_for(state="attached")


def menu(page: Page) -> set[str]:
    """Return the pages in the menu."""
    links = page.get_by_test_id("stTopNavLink")
    expect(links.first).to_be_visible()
    return set(links.all_inner_texts())


def rights(page: Page, app: SignInApp) -> dict[str, int]:
    """Return how the app answers this browser below /api, and for what operators see."""
    asked = {"search": "/api/threshold", "usage": "/metrics"}
    return {name: page.request.get(app.address + path).status for name, path in asked.items()}


@pytest.mark.parametrize(
    ("person", "pages", "usage"),
    [
        (VERA, FOR_VIEWERS, 403),
        (ANNA, FOR_VIEWERS, 403),
        (OLEG, FOR_VIEWERS | {"Usage"}, 200),
        (BORIS, FOR_VIEWERS | {"Usage"}, 200),
    ],
)
def test_everybody_sees_what_is_for_them(
    tab: Page, app: SignInApp, person: Person, pages: set[str], usage: int
) -> None:
    """Viewers, analysts and operators, the last with more groups than fit into one cookie."""
    watched = Watched(tab)
    open_page(tab, app.address)
    expect(tab.get_by_test_id("stTopNavLink")).to_have_count(0)
    assert rights(tab, app) == {"search": 401, "usage": 401}
    assert watched.is_content_with(app.address)
    sign_in(tab, person.name)
    expect(tab.get_by_role("button", name=person.name)).to_be_visible()
    assert menu(tab) == pages
    assert rights(tab, app) == {"search": 200, "usage": usage}
    assert watched.complaints == []


def test_somebody_without_a_role_is_told_and_can_leave(
    tab: Page, app: SignInApp, provider: FakeOidc
) -> None:
    """Whoever has an account there has none here yet: they see who they are and nothing else."""
    open_page(tab, f"{app.address}/catalogue")
    sign_in(tab, STRANGER.name)
    expect(tab.get_by_text(f"You are signed in as {STRANGER.name}")).to_be_visible()
    expect(tab.get_by_test_id("stTopNavLink")).to_have_count(0)
    assert rights(tab, app) == {"search": 403, "usage": 403}
    tab.get_by_role("button", name=SIGN_OUT).click()
    expect(tab.get_by_role("button", name=SIGN_IN["en"])).to_be_visible()
    assert STRANGER.subject not in provider.signed_in


def test_a_search_that_was_sent_is_there_after_the_sign_in(
    browser: Browser, tab: Page, app: SignInApp
) -> None:
    """Its address survives the way to the provider and back, and so does the language."""
    open_page(tab, app.address)
    sign_in(tab, OLEG.name)
    tab.get_by_role("button", name=SAMPLE, exact=True).click()
    expect(tab.locator(".card")).to_have_count(50)
    expect(tab).to_have_url(re.compile("search="))
    sent = f"{tab.url}&language=ru"
    with browser.new_context(locale="en-US") as context:
        other = context.new_page()
        open_page(other, sent)
        expect(other.locator(".card")).to_have_count(0)
        sign_in(other, VERA.name, SIGN_IN["ru"])
        expect(other.locator(".card")).to_have_count(50)
        assert other.url == sent


def test_a_second_tab_is_signed_in_too(profile: BrowserContext, tab: Page, app: SignInApp) -> None:
    """Its cookie is the browser's; no script reads it, and no other site sends it."""
    open_page(tab, app.address)
    sign_in(tab, ANNA.name)
    second = profile.new_page()
    open_page(second, f"{app.address}/threshold")
    expect(second.get_by_role("button", name=ANNA.name)).to_be_visible()
    cookies = {cookie["name"]: cookie for cookie in profile.cookies(app.address)}
    # Neither tokens, which are for signing out alone, nor what was kept on the way.
    assert set(cookies) == {USER, NAME, "_streamlit_xsrf"}
    open_ = {name for name, cookie in cookies.items() if not cookie["httpOnly"]}
    assert open_ == {"_streamlit_xsrf"}  # which Streamlit's script has to send back
    assert {cookie["sameSite"] for cookie in cookies.values()} == {"Lax"}


@pytest.mark.parametrize("language", ["en", "ru"])
def test_what_did_not_work_is_told_in_ones_language(
    tab: Page, app: SignInApp, provider: FakeOidc, language: str
) -> None:
    """Refused, a token of another sign-in, a provider that is away; then it works, in its place."""
    failed = {"en": "The sign-in did not work", "ru": "Войти не получилось"}[language]
    refused = {"en": "broken off, or refused", "ru": "прерван, или в нём отказали"}[language]
    page = f"{app.address}/history?language={language}"
    watched = Watched(tab)
    open_page(tab, page)
    sign_in(tab, NOT_TODAY, SIGN_IN[language])
    expect(tab.get_by_text(refused)).to_be_visible()
    provider.fault = Fault.WRONG_NONCE
    sign_in(tab, OLEG.name, SIGN_IN[language])
    expect(tab.get_by_text(failed)).to_be_visible()
    expect(tab.get_by_text(refused)).to_have_count(0)
    provider.fault = None
    tab.reload()
    expect(tab.get_by_role("button", name=SIGN_IN[language])).to_be_visible()
    expect(tab.get_by_text(failed)).to_have_count(0)
    provider.go_down()
    try:
        tab.get_by_role("button", name=SIGN_IN[language]).click()
        expect(tab.get_by_text(failed)).to_be_visible()
    finally:
        provider.come_back()
    assert rights(tab, app) == {"search": 401, "usage": 401}
    sign_in(tab, OLEG.name, SIGN_IN[language])
    expect(tab.get_by_role("button", name=OLEG.name)).to_be_visible()
    assert tab.url == page
    assert watched.is_content_with(app.address, provider.address)


def test_one_signs_out_here_and_at_the_provider(
    tab: Page, app: SignInApp, provider: FakeOidc
) -> None:
    """Afterwards one is on the first page, unknown, and Back shows nothing of before."""
    open_page(tab, f"{app.address}/catalogue")
    sign_in(tab, OLEG.name)
    assert OLEG.subject in provider.signed_in
    tab.get_by_role("button", name=OLEG.name).click()
    tab.get_by_role("button", name=SIGN_OUT).click()
    expect(tab.get_by_role("button", name=SIGN_IN["en"])).to_be_visible()
    assert tab.url.rstrip("/") == app.address
    assert OLEG.subject not in provider.signed_in
    assert rights(tab, app) == {"search": 401, "usage": 401}
    tab.go_back()
    assert tab.url == f"{app.address}/catalogue"
    expect(tab.get_by_role("button", name=SIGN_IN["en"])).to_be_visible()


def test_signing_out_in_one_tab_ends_the_others(
    profile: BrowserContext, tab: Page, app: SignInApp
) -> None:
    """Whoever comes to the device next finds no tab in which somebody is signed in yet."""
    open_page(tab, app.address)
    sign_in(tab, ANNA.name)
    second = profile.new_page()
    open_page(second, f"{app.address}/history")
    tab.get_by_role("button", name=ANNA.name).click()
    tab.get_by_role("button", name=SIGN_OUT).click()
    expect(tab.get_by_role("button", name=SIGN_IN["en"])).to_be_visible()
    second.locator(".st-key-language").get_by_text("RU").click()
    expect(second.get_by_role("button", name=SIGN_IN["ru"])).to_be_visible()
    expect(second.get_by_role("button", name=ANNA.name)).to_have_count(0)


def change_person(page: Page, now: Person, who: str) -> None:
    """Sign out whoever is signed in, and somebody else in."""
    page.get_by_role("button", name=now.name).click()
    page.get_by_role("button", name=SIGN_OUT).click()
    sign_in(page, who)


def test_what_is_said_on_a_page_of_somebody_else_is_nobodys(
    profile: BrowserContext, tab: Page, app: SignInApp
) -> None:
    """Anna's tab is open while Oleg signs in beside it: her verdicts wait there for her."""
    open_page(tab, app.address)
    sign_in(tab, ANNA.name)
    tab.get_by_role("button", name=SAMPLE, exact=True).click()
    expect(tab.locator(".card")).to_have_count(50)
    beside = profile.new_page()
    open_page(beside, app.address)
    change_person(beside, ANNA, OLEG.name)

    first, said = tab.locator(".card").first, tab.locator(".card[data-verdict=match]")
    first.focus()
    tab.keyboard.press("m")
    expect(first).to_contain_text(
        f"This page was opened by somebody else, and now {OLEG.name} is signed in here."
    )
    tab.reload()
    expect(tab.get_by_role("button", name=OLEG.name)).to_be_visible()
    expect(tab.locator(".card")).to_have_count(50)
    expect(said).to_have_count(0)

    open_page(beside, app.address)
    change_person(beside, OLEG, ANNA.name)
    tab.reload()
    expect(tab.locator(".unsaved-said")).to_have_text("1 judgement is not saved.")
    tab.get_by_role("button", name="Send again").click()
    expect(said.and_(tab.locator(":not(.sending, .unsaved)"))).to_have_count(1)


def test_a_cookie_that_somebody_changed_is_nobody(
    profile: BrowserContext, tab: Page, app: SignInApp
) -> None:
    """One letter of it, and the page asks to sign in; nothing breaks, and one can."""
    open_page(tab, app.address)
    sign_in(tab, VERA.name)
    (cookie,) = (one for one in profile.cookies(app.address) if one["name"] == USER)
    value = cookie["value"]
    letter = "A" if value[5] != "A" else "B"
    profile.add_cookies(
        [{"name": USER, "value": f"{value[:5]}{letter}{value[6:]}", "url": app.address}]
    )
    open_page(tab, app.address)
    assert rights(tab, app) == {"search": 401, "usage": 401}
    sign_in(tab, VERA.name)
    expect(tab.get_by_role("button", name=VERA.name)).to_be_visible()


def test_streamlits_own_file_with_two_providers(tab: Page) -> None:
    """One chooses between them; and whoever called the app by another name is led to its own."""
    port = free_address().rpartition(":")[2]
    address = f"http://localhost:{port}"
    with FakeOidc([VERA]) as green, FakeOidc([OLEG]) as blue, data_folder() as folder:
        folder.mkdir(exist_ok=True)
        for provider in (green, blue):
            provider.register(f"{address}/oauth2callback")
        with by_streamlit(address, folder, own_file(address, green=green, blue=blue)) as app:
            open_page(tab, f"http://127.0.0.1:{port}/threshold?language=en")
            expect(tab.get_by_role("button", name="Green")).to_be_visible()
            sign_in(tab, OLEG.name, "Blue")
            expect(tab.get_by_role("button", name=OLEG.name)).to_be_visible()
            assert tab.url.startswith(f"{address}/threshold?language=en")
            assert rights(tab, app) == {"search": 200, "usage": 200}
            assert (green.signed_in, blue.signed_in) == (set(), {OLEG.subject})
            secrets = [green.client_secret, blue.client_secret, *blue.given]
            assert [secret for secret in secrets if secret in app.said] == []

"""A demo link in a real browser, from the real app, where people sign in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from search.access.demo_link import DEMO_COOKIE
from search.api_keys import Keys
from search.calls import utc_now
from search.store.database import Database
from search.store.store import Store
from tests.addresses import as_url
from tests.browser.browser import open_page
from tests.signing_in import COOKIE_SECRET, SignInApp, by_uvicorn, free_address

pytestmark = pytest.mark.browser

KEY = re.compile(r"lk_[A-Za-z0-9_-]+")


@pytest.fixture
def links(demo_conninfo: str) -> Iterator[tuple[str, str]]:
    """Return the keys of a link for two weeks, and of one that ended two weeks ago."""
    with closing(Store.on(Database(demo_conninfo))) as store:
        now = Keys(store.api_keys, utc_now)
        then = Keys(store.api_keys, lambda: utc_now() - timedelta(days=28))
        ended, link = (keys.add_demo("Expo")[0].get_secret_value() for keys in (then, now))
        yield link, ended


@pytest.fixture
def app(demo_conninfo: str, tmp_path: Path) -> Iterator[SignInApp]:
    """Serve the app where people sign in, at a provider that nobody here needs."""
    address = free_address()
    settings = {
        "VECTOR_DATABASE_URL": as_url(demo_conninfo),
        "PUBLIC_URL": address,
        "OIDC_ISSUER": "http://127.0.0.1:1",
        "OIDC_CLIENT_ID": "likeness",
        "OIDC_CLIENT_SECRET": "known to both",
        "COOKIE_SECRET": COOKIE_SECRET,
        "OPERATORS": "anna@example.org",
    }
    with by_uvicorn(address, tmp_path / "data", settings) as app:
        yield app


def demo_cookies(context: BrowserContext) -> list[tuple[object, ...]]:
    """Return what the browser has from demo links."""
    return [
        (one.get("value"), one.get("httpOnly"), one.get("sameSite"), one.get("path"))
        for one in context.cookies()
        if one.get("name") == DEMO_COOKIE
    ]


def status_of_data(page: Page, app: SignInApp) -> int:
    """Return how the app answers this browser's question for what not everybody sees."""
    return page.request.get(f"{app.address}/api/threshold").status


def test_a_guest_comes_by_a_link_and_not_by_one_that_has_ended(
    browser: Browser, app: SignInApp, links: tuple[str, str]
) -> None:
    """The key is neither in the address, nor for scripts, nor in the log."""
    link, ended = links
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        open_page(page, f"{app.address}/?language=en")
        expect(page.locator(".st-key-sign_in")).to_be_visible()
        assert status_of_data(page, app) == 401

        open_page(page, f"{app.address}/?language=en&demo={link}")
        expect(page.get_by_role("button", name="Take a photo")).to_be_visible()
        assert KEY.search(page.url) is None
        assert demo_cookies(context) == [(link, True, "Lax", "/")]
        assert DEMO_COOKIE not in page.evaluate("document.cookie")
        assert status_of_data(page, app) == 200
        page.go_back()
        page.go_forward()
        assert KEY.search(page.url) is None

        # Whoever is led to a link that is none keeps what they have.
        open_page(page, f"{app.address}/?language=en&demo={ended}")
        expect(page.get_by_role("button", name="Take a photo")).to_be_visible()
        assert demo_cookies(context) == [(link, True, "Lax", "/")]
        assert status_of_data(page, app) == 200
    with browser.new_context(locale="en-US") as context:
        page = context.new_page()
        open_page(page, f"{app.address}/?language=en&demo={ended}")
        expect(page.get_by_text("This demo link has ended or was revoked.")).to_be_visible()
        expect(page.locator(".st-key-sign_in")).to_be_visible()
        assert KEY.search(page.url) is None
        assert demo_cookies(context) == []
        assert status_of_data(page, app) == 401
    assert "GET /?... HTTP" in app.said
    assert KEY.search(app.said) is None


def test_a_guest_leaves(browser: Browser, app: SignInApp, links: tuple[str, str]) -> None:
    """By a link in the head, on a phone too; they land where one signs in, in their language."""
    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        page = context.new_page()
        open_page(page, f"{app.address}/threshold?language=ru&demo={links[0]}")
        leave = page.locator(".st-key-demo_badge").get_by_role("link", name="Выйти из демо")
        expect(leave).to_be_in_viewport(ratio=1)
        leave.click()
        expect(page.get_by_text("Вы вышли из демо.")).to_be_visible()
        expect(page.locator(".st-key-sign_in")).to_be_visible()
        assert demo_cookies(context) == []
        assert status_of_data(page, app) == 401

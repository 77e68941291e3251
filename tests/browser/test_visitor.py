"""The cookie by which a browser's searches are found, from real servers to a real browser."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from search.visitor_cookie import NAME, is_visitor
from tests.browser import browser as browsing
from tests.browser.axe import Axe
from tests.browser.browser import ROOT, open_page, streamlit_app

pytestmark = pytest.mark.browser

APP = Path(__file__).with_name("visitor_app.py")


@contextmanager
def uvicorn_app(base: str, folder: Path) -> Iterator[str]:
    """Serve the app by uvicorn, started in a folder, below a path; the address of the app."""
    settings = folder / ".streamlit" / "config.toml"
    settings.parent.mkdir()
    settings.write_text(f'server.baseUrlPath = "{base}"\n', "utf-8")
    port = browsing._free_port()
    command = [sys.executable, "-m", "uvicorn", "tests.browser.visitor_app:app"]
    command += ["--port", str(port), "--app-dir", str(ROOT), "--log-level", "error"]
    variables = os.environ | {"PYTHONPATH": str(ROOT)}
    server = subprocess.Popen(command, cwd=folder, env=variables)  # noqa: S603 - our own interpreter
    try:
        address = f"http://127.0.0.1:{port}/{base}"
        assert browsing._healthy(f"{address}/_stcore/health", server, 60)
        yield address
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture(scope="module")
def visitors() -> Iterator[str]:
    """Serve the app by `streamlit run`; its address."""
    with streamlit_app(APP) as address:
        yield address


def shown(page: Page, address: str) -> str:
    """Return the visitor that the page shows when it is opened."""
    open_page(page, address)
    return page.get_by_text("visitor ").inner_text().removeprefix("visitor ").strip()


def test_a_browser_is_the_same_visitor_each_time(browser: Browser, visitors: str) -> None:
    """On the first visit, in a second tab, and after a reload; another browser is another one."""
    context, other = browser.new_context(), browser.new_context()
    first = shown(context.new_page(), visitors)
    assert is_visitor(first)
    page = context.new_page()
    assert shown(page, f"{visitors}/") == first
    page.reload()
    expect(page.get_by_text(f"visitor {first}")).to_be_visible()
    (cookie,) = [one for one in context.cookies() if one.get("name") == NAME]
    assert (cookie.get("httpOnly"), cookie.get("sameSite"), cookie.get("path")) == (
        True,
        "Lax",
        "/",
    )
    assert shown(other.new_page(), visitors) not in {first, ""}
    context.close()
    other.close()


def test_a_browser_that_deletes_its_cookies_is_a_new_visitor(
    browser: Browser, visitors: str
) -> None:
    """However often the server has said that the page, which it has kept, is unchanged."""
    context = browser.new_context()
    page = context.new_page()
    seen = []
    for _ in range(4):
        seen.append(shown(page, visitors))
        context.clear_cookies()
        page.goto("about:blank")
    assert all(map(is_visitor, seen))
    assert len(set(seen)) == 4
    context.close()


def test_only_the_page_brings_it(visitors: str) -> None:
    """From the server of `streamlit run`: no script, no picture and no check of its health."""
    page = requests.get(visitors, timeout=20)
    assert NAME in page.cookies
    assert page.headers["cache-control"] == "private, no-cache"
    asset = page.text.split('src="./static/')[1].split('"')[0]
    for path in (f"static/{asset}", "_stcore/health", "_stcore/host-config"):
        answer = requests.get(f"{visitors}/{path}", timeout=20)
        assert answer.status_code == 200
        assert NAME not in answer.cookies
    assert (
        "immutable"
        in requests.get(f"{visitors}/static/{asset}", timeout=20).headers["cache-control"]
    )


def test_it_works_below_a_path_under_uvicorn(browser: Browser, tmp_path: Path) -> None:
    """The cookie is for the app's path alone, and the websocket carries it."""
    with uvicorn_app("shop", tmp_path) as address:
        context = browser.new_context()
        page = context.new_page()
        visitor = shown(page, address)
        assert is_visitor(visitor)
        (cookie,) = [one for one in context.cookies() if one.get("name") == NAME]
        assert (cookie.get("path"), cookie.get("value")) == ("/shop", visitor)
        page.reload()
        expect(page.get_by_text(f"visitor {visitor}")).to_be_visible()
        context.close()


def test_forgetting_asks_once_more(page: Page, visitors: str, axe: Axe) -> None:
    """By keys alone: a way back, and the focus where it was."""
    open_page(page, visitors)
    button = page.get_by_role("button", name="Forget this search")
    button.press("Enter")
    sure = page.get_by_role("group", name="Forget this search for ever?")
    expect(sure.get_by_role("button", name="Forget")).to_be_focused()
    assert axe.faults_in_both(page, sees="sure") == []
    page.keyboard.press("Escape")
    expect(sure).to_be_hidden()
    expect(button).to_be_focused()
    page.keyboard.press("Enter")
    sure.get_by_role("button", name="Keep").press("Enter")
    expect(button).to_be_focused()
    expect(page.get_by_text("forgotten", exact=True)).to_be_hidden()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_text("forgotten", exact=True)).to_be_visible()


def test_forgetting_is_said_in_russian(page: Page, visitors: str) -> None:
    """The question and both answers."""
    open_page(page, f"{visitors}/?language=ru")
    page.get_by_role("button", name="Удалить этот поиск").click()
    sure = page.get_by_role("group", name="Удалить этот поиск навсегда?")
    expect(sure.get_by_role("button")).to_have_text(["Оставить", "Удалить"])

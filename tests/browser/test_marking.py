"""The language in use, marked again where Back has led to an address without it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.browser.browser import READY, open_page, streamlit_app

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("marking_page.py")
# What is being drawn comes to rest, before what was asked for: a progress, maybe.
REST = """() => {
    const { dataset } = document.querySelector("[data-testid=stApp]");
    dataset.testScriptState = "running";
    dataset.testScriptState = "notRunning";
}"""


class Wire:
    """What the server says to a page: it can be held."""

    def __init__(self, page: Page) -> None:
        self.is_held = False
        self._held: list[str | bytes] = []
        page.route_web_socket("**/_stcore/stream*", self._connect)

    def _connect(self, browser: WebSocketRoute) -> None:
        self._browser = browser
        browser.connect_to_server().on_message(self._pass)

    def _pass(self, said: str | bytes) -> None:
        if self.is_held:
            self._held.append(said)
        else:
            self._browser.send(said)

    def release(self) -> None:
        """Let the page hear what was held, and all that follows."""
        self.is_held = False
        for said in self._held:
            self._browser.send(said)
        self._held.clear()


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Serve the two pages; their address."""
    with streamlit_app(PAGE) as address:
        yield address


def title_is(page: Page, title: str) -> None:
    """Expect a page to be the one that is shown, and to have run."""
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.locator(READY).wait_for(state="attached")


def go_to_the_second(page: Page, address: str) -> None:
    """Open the first page, and from there the second; no language is marked."""
    open_page(page, address)
    title_is(page, "First")
    page.get_by_role("link", name="Second").click()
    title_is(page, "Second")
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def go_back(page: Page, wire: Wire) -> None:
    """Go back while the page that is left comes to rest, and nothing else is heard."""
    wire.is_held = True
    page.go_back()
    page.evaluate(REST)


def test_no_language_is_marked_before_the_page_is_left(page: Page, address: str) -> None:
    """Marking one runs a page: the one that was left would come again, and Back led nowhere."""
    wire = Wire(page)
    go_to_the_second(page, address)
    go_back(page, wire)
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)
    wire.release()
    title_is(page, "First")
    expect(page.get_by_role("radio", name="en")).to_be_checked()
    title_is(page, "First")


def test_a_click_on_the_way_back_takes_no_mark_away(page: Page, address: str) -> None:
    """The language in use is marked once the page has run, whatever was pressed until then."""
    wire = Wire(page)
    go_to_the_second(page, address)
    go_back(page, wire)
    page.get_by_role("heading", level=1).click()
    wire.release()
    title_is(page, "First")
    expect(page.get_by_role("radio", name="en")).to_be_checked()


def test_a_chosen_language_is_not_taken_back(page: Page, address: str) -> None:
    """Also where it is chosen just when the one in use is about to be marked."""
    wire = Wire(page)
    go_to_the_second(page, address)
    page.go_back()
    title_is(page, "First")
    expect(page.get_by_role("radio", name="en")).to_be_checked()
    wire.is_held = True
    page.get_by_role("radio", name="ru").click()
    page.evaluate(REST)
    expect(page.get_by_role("radio", name="ru")).to_be_checked()
    wire.release()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    expect(page.get_by_role("radio", name="ru")).to_be_checked()

"""A component whose data change before its script is there, in Streamlit and a real Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.browser import open_page, streamlit_app
from tests.browser.in_order_page import COMPONENTS

pytestmark = pytest.mark.browser

PAGE = Path(__file__).with_name("in_order_page.py")
# Scripts come from an address that can be held, as Chromium holds those that it has not read yet.
HELD = """
window.scripts = {};
const create = URL.createObjectURL;
URL.createObjectURL = (blob) => {
  if (blob.type !== "text/javascript") return create(blob);
  const address = `${location.origin}/held/${Object.keys(window.scripts).length}.js`;
  window.scripts[address] = "";
  blob.text().then((text) => { window.scripts[address] = text; });
  return address;
};
"""


@pytest.fixture
def held(page: Page) -> Iterator[list[Route]]:
    """Keep the scripts of all components on their way."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.add_init_script(HELD)
    page.route("**/held/*.js", hold)
    yield held
    page.unroute("**/held/*.js")


def test_the_newest_state_is_shown_in_whatever_order_the_scripts_answer(
    page: Page, held: list[Route]
) -> None:
    """Of three states the third is shown, and each component is ended once, when it leaves."""
    with streamlit_app(PAGE) as address:
        open_page(page, address)
        for round_ in (2, 3):
            page.get_by_role("button", name="Next").click()
            expect(page.get_by_text(f"sent: round {round_}")).to_be_visible()
        expect(page.locator(".played")).to_have_text([""] * COMPONENTS)
        assert len(held) == COMPONENTS
        scripts = page.evaluate("window.scripts")
        for route in held:
            route.fulfill(body=scripts[route.request.url], content_type="text/javascript")
        expect(page.locator(".played")).to_have_text(["round 3"] * COMPONENTS)
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".played")).to_have_text(["round 4"] * COMPONENTS)
        assert page.evaluate("window.ended") is None
        page.get_by_text("Shown", exact=True).click()
        expect(page.locator(".played")).to_have_count(0)
        page.wait_for_function("n => window.ended?.length === n", arg=COMPONENTS)
        assert page.evaluate("window.ended") == ["round 4"] * COMPONENTS

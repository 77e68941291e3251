"""The browser's Back button closes what lies over the page, and the page behind stays."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from search.demo.pack import load_pack
from tests.browser.browser import READY, open_page
from tests.browser.details_view import Details

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


def search(page: Page, app: str) -> str:
    """Search with a sample; return the address of that search."""
    open_page(page, app)
    page.get_by_role("button", name=SAMPLE.caption["en"], exact=True).click()
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    page.wait_for_url(re.compile(r"search=[0-9a-f-]{36}"))
    return page.url


def see_the_start(page: Page) -> None:
    """See the page on which nothing was searched yet."""
    expect(page.get_by_role("heading", name="Show a product")).to_be_visible()
    assert "search=" not in page.url


def test_back_closes_the_details_step_by_step(page: Page, app: str) -> None:
    """From a neighbour to the product one came from, then to the results, then to the start."""
    address = search(page, app)
    page.locator(".card .look").first.click()
    details = Details(page)
    expect(details.dialog).to_be_visible()
    first = details.title.inner_text()
    details.neighbours.first.click()
    expect(details.dialog).to_have_attribute("aria-busy", "false")
    expect(details.title).not_to_have_text(first)
    page.go_back()
    expect(details.title).to_have_text(first)
    page.go_back()
    expect(details.dialog).to_have_count(0)
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    assert page.url == address
    page.go_back()
    see_the_start(page)


@pytest.mark.parametrize("key", ["Escape", "Back"])
def test_a_presentation_leaves_no_step_behind(page: Page, app: str, key: str) -> None:
    """However it was left, the next step back is the page's own."""
    address = search(page, app)
    for _ in range(2):
        page.get_by_role("button", name="Present").click()
        shown = page.get_by_role("dialog", name="Presentation")
        expect(shown).to_be_visible()
        if key == "Back":
            page.go_back()
        else:
            page.keyboard.press(key)
        expect(shown).to_have_count(0)
        assert page.url == address
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    page.go_back()
    see_the_start(page)


def test_what_is_found_from_the_details_comes_after_the_search(page: Page, app: str) -> None:
    """More like this, and back: the first search again, and no dialog between the two."""
    address = search(page, app)
    page.locator(".card .look").first.click()
    details = Details(page)
    details.neighbours.first.click()
    expect(details.dialog).to_have_attribute("aria-busy", "false")
    details.button("more").click()
    page.wait_for_url(lambda url: url != address)
    expect(page.get_by_text(re.compile("^More like ")).first).to_be_visible()
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)
    expect(details.dialog).to_have_count(0)


@pytest.mark.parametrize("page_and_camera", ["allowed"], indirect=True)
def test_back_closes_the_camera(page_and_camera: Page, app: str) -> None:
    """And lets go of it."""
    page = page_and_camera
    open_page(page, app)
    page.get_by_role("button", name="Take a photo").click()
    finder = page.get_by_role("dialog", name="Take a photo")
    expect(finder.get_by_role("button", name="Take it")).to_be_enabled()
    page.go_back()
    expect(finder).to_be_hidden()
    playing = page.locator(".camera video").evaluate("video => Boolean(video.srcObject)")
    assert not playing
    see_the_start(page)


@pytest.mark.parametrize(("name", "choice"), [("threshold", "Centred"), ("usage", "Week")])
@pytest.mark.parametrize("way", ["menu", "address"])
def test_one_step_back_leaves_a_page_that_keeps_its_choices(
    page: Page, app: str, name: str, choice: str, way: str
) -> None:
    """However one came, and whatever one chose there: the address tells it, and is no step."""
    title = name.capitalize()
    open_page(page, app)
    for chosen in (False, True):
        if way == "menu":
            page.get_by_role("link", name=title, exact=True).click()
        else:
            open_page(page, f"{app}/{name}")
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.get_by_role("radio", name=choice)).not_to_be_checked()
        if chosen:
            page.get_by_role("radio", name=choice).click()
            expect(page).to_have_url(re.compile(f"={choice.lower()}"))
        # A page that still counts runs again by itself.
        expect(page.get_by_test_id("stProgress")).to_have_count(0)
        page.locator(READY).wait_for(state="attached")
        page.go_back()
        see_the_start(page)

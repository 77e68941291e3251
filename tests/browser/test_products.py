"""A list of products without a line, in a real Chromium: what a search by words shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import SCHEMES, Axe, wear
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser


@pytest.fixture
def products(page: Page, results_app: str) -> Page:
    """Open a list of twelve products."""
    open_page(page, f"{results_app}/?show=products")
    expect(page.locator(".card")).to_have_count(12)
    return page


def test_products_look_like_results(products: Page) -> None:
    """Picture, name, article, price and project, without a similarity and a line."""
    first = products.locator(".card").first
    expect(first).to_contain_text("Mug “Morning”, 330 ml")
    expect(first).to_contain_text("Art. LK-1000 · Office")
    expect(first).to_contain_text("$4.50")
    expect(first.get_by_role("link")).to_have_attribute("href", "https://shop.example/0")
    expect(products.get_by_role("list", name="Products found")).to_be_visible()
    expect(products.get_by_role("slider")).to_have_count(0)
    expect(products.locator(".similarity")).to_have_count(0)


def test_a_product_without_a_picture_says_so(products: Page) -> None:
    """The tile is there, with a word in it."""
    tile = products.locator(".card").nth(2).locator(".picture")
    expect(tile.get_by_text("No picture")).to_be_visible()


def test_cards_are_acted_on_by_key(products: Page) -> None:
    """Arrows move, Enter looks closer, Tab leads to the buttons of one card only."""
    keys, cards = products.keyboard, products.locator(".card")
    cards.first.focus()
    keys.press("ArrowRight")
    expect(cards.nth(1)).to_be_focused()
    keys.press("Enter")
    expect(products.get_by_text("Heard: look at 1.")).to_be_visible()
    cards.nth(1).focus()
    keys.press("Tab")
    keys.press("Enter")
    expect(products.get_by_text("Heard: look at 1, more like 1.")).to_be_visible()
    keys.press("Tab")
    expect(cards.nth(1).get_by_role("link")).to_be_focused()
    keys.press("Tab")
    keys.press("Tab")
    assert products.locator(".card:focus-within").count() == 0


def test_what_is_not_indexed_cannot_be_searched_with(products: Page) -> None:
    """Its button says why, and a click on it asks nobody."""
    card = products.locator(".card").nth(3)
    expect(card.get_by_text("Not indexed yet")).to_be_visible()
    more = card.get_by_role("button", name=re.compile("^More like this"))
    expect(more).to_have_attribute("aria-disabled", "true")
    expect(more).to_have_attribute("title", re.compile("no vector of its picture"))
    card.hover()
    more.click(force=True)
    expect(products.locator(".announcement")).to_contain_text("nothing can be compared with it")
    card.locator(".look").click()
    expect(products.get_by_text("Heard: look at 3.")).to_be_visible()


@pytest.mark.parametrize("width", [1440, 390])
def test_axe_finds_nothing_in_a_list(page: Page, results_app: str, axe: Axe, width: int) -> None:
    """In light and dark, in Russian, and nothing sticks out sideways."""
    page.set_viewport_size({"width": width, "height": 900})
    open_page(page, f"{results_app}/?show=products&language=ru")
    expect(page.locator(".card")).to_have_count(12)
    for scheme in SCHEMES:
        wear(page, scheme)
        page.locator(".card").nth(3).hover()
        assert axe.faults(page, sees="li[data-id") == [], scheme
        assert page.evaluate("document.documentElement.scrollWidth") == width

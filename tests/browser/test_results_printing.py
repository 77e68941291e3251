"""The printed page, in a real Chromium: clean, light, and nothing cut through."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import Axe, wear
from tests.browser.results_view import Open, View

pytestmark = pytest.mark.browser

HOST = "[data-likeness=sheet]"


def pages(pdf: bytes) -> int:
    """Count the pages of a PDF as Chromium writes it."""
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def sheet(view: View) -> Locator:
    """Lay the page out as the browser does when it is about to print."""
    view.page.emulate_media(media="print")
    view.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    return view.page.locator(f"{HOST} .sheet")


def test_the_page_has_all_that_was_found(view_of: Open) -> None:
    """Photo, sentence, date, and the products on both sides of the line with all their facts."""
    view = view_of("threshold=anna&case=same&known")
    view.wait_for_pictures()
    printed = sheet(view)
    expect(printed.get_by_role("heading", level=1)).to_have_text("Similar products")
    expect(printed).to_contain_text("At 0.74, 11 of 12,907 products pass.")
    expect(printed).to_contain_text("0.74, set by Anna on 25 Nov 2025")
    expect(printed).to_contain_text("Search of 28 November 2025 at")
    expect(printed.locator(".sheet-asked img")).to_have_attribute("src", "/pictures/900")
    expect(printed.locator(".sheet-similar li")).to_have_count(11)
    expect(printed.locator(".sheet-below li")).to_have_count(39)
    first = printed.locator("li").first
    for fact in (
        "Mug “Morning”, 330 ml",
        "Art. LK-1000 · Office",
        "Spring campaign · Moscow",
        "Keeps warm for six hours.",
        "LK-2004 · $4.90",
        "$4.50",
        "0.83",
        "Match",
    ):
        expect(first).to_contain_text(fact)
    images = printed.locator("img").evaluate_all(
        "all => all.filter(one => one.naturalWidth).length"
    )
    assert images == 51


def test_it_says_what_it_was_narrowed_to(view_of: Open) -> None:
    """Whoever gets the paper knows that it was not all of the catalogue."""
    expect(sheet(view_of("narrowed"))).to_contain_text("Among: Drinkware · up to $5.00")
    expect(sheet(view_of())).not_to_contain_text("Among")


def test_nothing_else_is_printed(view_of: Open) -> None:
    """No header, no uploader, no slider, no buttons; afterwards the page is as it was."""
    view = view_of("threshold=anna")
    printed = sheet(view)
    expect(printed).to_be_visible()
    expect(view.slider).to_be_hidden()
    expect(view.page.get_by_test_id("stHeader")).to_be_hidden()
    assert printed.locator("button, input, select, a, svg").count() == 0
    view.page.evaluate("dispatchEvent(new Event('afterprint'))")
    view.page.emulate_media(media="screen")
    expect(view.page.locator(HOST)).to_have_count(0)
    expect(view.slider).to_be_visible()


def test_it_is_light_in_the_dark_theme_too(page: Page, view_of: Open, axe: Axe) -> None:
    """Nobody prints a black page; and what is on it can be read."""
    view = view_of("threshold=doubtful&language=ru")
    wear(page, "dark")
    printed = sheet(view)
    expect(printed).to_have_css("color", "rgb(29, 27, 34)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    assert axe.faults(page, HOST, sees="li") == []


def test_it_follows_order_and_hiding(view_of: Open) -> None:
    """What is on the screen is on the paper, and the paper says so."""
    view = view_of("threshold=anna")
    view.page.get_by_label("Sort by").select_option(label="Price, highest first")
    view.page.get_by_label("Hide doubtful").check()
    order = view.articles("similar")
    printed = sheet(view)
    expect(printed.locator("li")).to_have_count(11)
    expect(printed).to_contain_text("Sort by: Price, highest first")
    expect(printed).to_contain_text("39 products hidden")
    told = printed.locator("li").all_inner_texts()
    assert all(article in text for article, text in zip(order, told, strict=True))


def test_no_card_is_cut_across_pages(view_of: Open) -> None:
    """A4, with as many pages as it takes, by whatever menu somebody prints."""
    view = view_of("threshold=anna")
    view.wait_for_pictures()
    assert 2 <= pages(view.page.pdf(prefer_css_page_size=True)) <= 5
    printed = sheet(view)
    expect(printed.locator("li").first).to_have_css("break-inside", "avoid")
    expect(view.page.locator(HOST)).to_have_count(1)


def test_the_button_prints(page: Page, view_of: Open) -> None:
    """It waits for the pictures first, those far down included."""
    page.add_init_script("window.print = () => { window.printed = true; }")
    view = view_of("threshold=anna")
    view.page.get_by_role("button", name="Print or save as PDF").click()
    page.wait_for_function("() => window.printed")
    assert all(page.locator(".card img").evaluate_all("all => all.map(image => image.complete)"))

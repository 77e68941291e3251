"""The whole story in a real Chromium: judge, see, drag, read, save, follow, go back."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from search.demo.pack import load_pack
from tests.browser.browser import READY, open_page

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


def settled(page: Page) -> None:
    """Wait until the board is drawn with its advice, and nothing is being computed any more.

    What a click meets before that is replaced under it, and the click is lost. A page that is only
    loading shows no progress yet.
    """
    expect(page.locator(".board.drawn")).to_be_attached()
    expect(page.locator(".advice-list > li").first).to_be_visible(timeout=60_000)
    expect(page.get_by_test_id("stProgress")).to_have_count(0, timeout=60_000)
    expect(page.locator(READY)).to_be_attached()


def save(page: Page, value: str, why: str) -> None:
    """Save the value at which the line stands, with a reason."""
    page.get_by_role("textbox", name="Why this value").fill(why)
    page.get_by_role("button", name=f"Save {value} (Cosine)").click()
    expect(page.get_by_text(f"Saved: {value}")).to_be_visible()


def test_from_ten_judgements_to_another_threshold_and_back(page: Page, own_app: str) -> None:
    """An analyst chooses a value from evidence; the search page follows it, and back again."""
    open_page(page, own_app)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)
    expect(page.get_by_text("At 0.30, ").first).to_be_visible()
    page.locator(".card").first.focus()
    for key in "mnnnnnnnnn":
        page.keyboard.press(key)
    expect(page.locator(".judged")).to_have_text("10 of 50 judged")
    expect(page.locator(".sending, .unsaved:not([hidden])")).to_have_count(0)

    page.get_by_role("link", name="Choose from evidence").click()
    expect(page.locator(".board.drawn")).to_be_attached()
    settled(page)
    said = page.locator(".board p.evidence")
    expect(said).to_contain_text("At 0.30")

    frame = page.locator(".measures-chart .frame")
    frame.scroll_into_view_if_needed()
    box = frame.bounding_box()
    assert box
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.8, middle, steps=5)
    expect(said).not_to_contain_text("At 0.30")
    page.mouse.up()

    best = page.locator(".advice-list > li").first
    expect(best).to_contain_text("Best F1")
    expect(best).to_contain_text("0.90")
    expect(best).to_contain_text("Held out: precision")
    best.get_by_role("button", name="Move the line there").click()
    expect(said).to_contain_text("At 0.90")
    expect(said).to_contain_text("precision 0.5")

    page.get_by_role("textbox", name="Your name").fill("Anna")
    save(page, "0.90", "best F1 on the demo set")

    page.get_by_role("link", name="Search", exact=True).first.click()
    expect(page.get_by_text("At 0.90, 1 of 720 products passes.").first).to_be_visible()
    expect(page.get_by_text(re.compile("set by Anna"))).to_be_visible()

    page.get_by_role("link", name="Threshold", exact=True).first.click()
    settled(page)
    expect(page.get_by_text("best F1 on the demo set").first).to_be_visible()
    page.locator(".board .line-value").fill("0.74")
    page.locator(".board .line-value").press("Enter")
    save(page, "0.74", "finds nine of ten")
    settled(page)
    page.get_by_role("button", name="Return to this").first.click()
    expect(page.get_by_text("Active again: 0.90")).to_be_visible()
    page.get_by_role("link", name="Search", exact=True).first.click()
    expect(page.get_by_text("At 0.90, 1 of 720 products passes.").first).to_be_visible()


def test_an_address_shows_a_colleague_the_same(page: Page, own_app: str) -> None:
    """Source, scale and line stand in it; a clicked cell brings its pictures."""
    open_page(page, f"{own_app}/threshold?source=set:2&scale=relative")
    expect(page.locator(".board.drawn")).to_be_attached()
    chosen = page.get_by_test_id("stSelectbox").get_by_role("combobox")
    expect(chosen).to_have_value(re.compile("any product of the same kind and colour"))
    expect(page.get_by_test_id("stButtonGroup").get_by_text("Relative to the best")).to_be_visible()
    settled(page)
    page.locator(".board .line-value").fill("0.98")
    page.locator(".board .line-value").press("Enter")
    page.wait_for_url(re.compile(r"line=0\.98"))
    page.reload()
    settled(page)
    expect(page.locator(".board .line-value")).to_have_value("0.98")
    page.get_by_role("button", name=re.compile("wrongly shown")).click()
    heading = page.get_by_role("heading", name="Wrongly shown at 0.98")
    expect(heading).to_be_in_viewport()
    expect(page.locator(".gallery .count")).to_have_text(re.compile(r"^\d+ of \d+$"))
    expect(page.get_by_text("no match").first).to_be_visible()

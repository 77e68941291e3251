"""Judging in the whole app: the browser, the HTTP interface, the database and the pages as one."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from search.demo.pack import load_pack
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


def search(page: Page, own_app: str) -> None:
    """Search with a sample's file."""
    open_page(page, own_app)
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(SAMPLE.file)
    expect(page.locator(".card")).to_have_count(50)


def test_ten_verdicts_are_kept_and_known_to_the_next_visitor(page: Page, own_app: str) -> None:
    """Ten keys in a row arrive, one is taken back, and another session is shown the nine."""
    search(page, own_app)
    page.locator(".card").first.focus()
    for key in "mmmnnnmnmn":
        page.keyboard.press(key)
    expect(page.locator(".card[data-verdict=match]:not(.sending)")).to_have_count(5)
    expect(page.locator(".card[data-verdict=different]:not(.sending)")).to_have_count(5)
    page.keyboard.press("u")
    expect(page.locator(".judged")).to_have_text("9 of 50 judged")
    expect(page.locator(".sending, .unsaved:not([hidden])")).to_have_count(0)
    page.evaluate("sessionStorage.clear()")
    search(page, own_app)
    expect(page.locator(".judged")).to_have_text("9 of 50 judged")


def test_the_way_to_the_threshold_page_keeps_photo_and_language(page: Page, own_app: str) -> None:
    """One click leads there, in the same language; on the way back the photo is still there."""
    search(page, own_app)
    page.get_by_test_id("stButtonGroup").get_by_text("RU").click()
    page.get_by_role("link", name="Выбрать по данным").click()
    expect(page).to_have_url(re.compile("/threshold"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Порог")
    page.get_by_role("link", name="Поиск").first.click()
    expect(page.locator(".card")).to_have_count(50)

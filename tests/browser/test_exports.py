"""What a search found, taken along from its page."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from pages.parts.texts import FOLDER
from search.demo.pack import load_pack
from search.language import language
from tests.browser.browser import open_page

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


def taken(page: Page, button: str) -> tuple[str, bytes]:
    """Press a button that downloads; return the file's name and content."""
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f"{button}$")).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_search_is_taken_along(page: Page, app: str, code: str) -> None:
    """As CSV and as Excel in the reader's language; its address leads back to the same products."""
    words = language(code, FOLDER)
    open_page(page, f"{app}/?language={code}")
    page.get_by_role("button", name=SAMPLE.caption[code], exact=True).click()
    expect(page.locator(".card")).to_have_count(50)
    name, written = taken(page, words.text("exports.csv"))
    assert re.match(r"likeness-\d{4}-\d\d-\d\d-\d{4}-", name)
    text = io.StringIO(written.decode("utf-8-sig"))
    rows = list(csv.DictReader(text, delimiter=words.text("exporting.csv_delimiter")))
    assert len(rows) >= 50
    assert rows[0][words.text("exporting.column.article")] == SAMPLE.article
    _, written = taken(page, words.text("exports.xlsx"))
    book = load_workbook(io.BytesIO(written))
    products, about = book.worksheets[0], book.worksheets[-1]
    assert len(products._images) >= 50  # type: ignore[attr-defined] # the only way to them
    assert len(about._images) == 1  # type: ignore[attr-defined] # the photo
    open_page(page, rows[0][words.text("exporting.column.search")])
    expect(page.locator(".card").first).to_contain_text(SAMPLE.article)


def test_what_words_found_is_taken_along_and_printed(page: Page, app: str) -> None:
    """In the order on the page, with the words; the sheet has the same products and no frame."""
    open_page(page, f"{app}/?text=mug&language=en")
    cards = page.locator(".products .card")
    expect(page.locator(".found-said")).to_have_text("40 products for “mug”")
    articles = cards.locator(".article").all_inner_texts()
    name, written = taken(page, "CSV")
    assert re.fullmatch(r"likeness-\d{4}-\d\d-\d\d-\d{4}-mug\.csv", name)
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert [f"Art. {row['Article']}" for row in rows] == articles
    assert {row["Words"] for row in rows} == {"mug"}
    _, written = taken(page, "Excel with pictures")
    products = load_workbook(io.BytesIO(written)).worksheets[0]
    assert len(products._images) == 40  # type: ignore[attr-defined] # the only way to them
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    sheet = page.locator("[data-likeness=sheet]")
    assert sheet.locator(".sheet-title").text_content() == "40 products for “mug”"
    names = sheet.locator(".sheet-name").all_text_contents()
    assert names == cards.locator(".name").all_inner_texts()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    expect(sheet).to_have_count(0)
    open_page(page, rows[0]["Search"])
    expect(cards.first).to_contain_text(rows[0]["Article"])

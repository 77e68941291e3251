"""Several photos at once, in a real Chromium: in by every way, found, taken along."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from uuid import UUID

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from search.demo.pack import load_pack
from tests.browser.axe import Axe
from tests.browser.browser import open_page
from tests.browser.held import held_uploads
from tests.browser.pasting import paste
from tests.conftest import PHOTOS
from tests.search.batch.zips import zipped

pytestmark = pytest.mark.browser

PATIENCE = 90_000
SAMPLES = [sample.file for sample in load_pack().samples]
INPUT = "stFileUploaderDropzoneInput"


def some_photos(count: int) -> list[Path]:
    """Return real photographs where they are, or else the demo's."""
    real = sorted(PHOTOS.glob("test/*/*.jpg"))[::7] if PHOTOS.is_dir() else []
    return (real or SAMPLES)[:count]


def give(page: Page, files: Sequence[Path] | Path) -> None:
    """Choose files, or a folder."""
    page.get_by_test_id(INPUT).set_input_files(files)


def rows(page: Page) -> Locator:
    """Return the photos' rows."""
    return page.locator(".batch .row")


def search_all(page: Page, files: Sequence[Path] | Path) -> None:
    """Choose files, see what they cost, and search with each."""
    give(page, files)
    begin = page.get_by_role("button", name=re.compile("^(Search with|Искать по) "))
    expect(begin).to_be_visible(timeout=PATIENCE)
    begin.click()
    expect(page.get_by_role("button", name=re.compile("(CSV)$"))).to_be_visible(timeout=PATIENCE)


def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def taken(page: Page, button: str) -> tuple[str, bytes]:
    """Press a button that downloads; return the file's name and content."""
    with page.expect_download() as download:
        page.get_by_role("button", name=re.compile(f"{button}$")).click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def test_twenty_photos_become_twenty_rows(page: Page, app: str, complaints: list[str]) -> None:
    """Cost, progress, products side by side; one bad file fails in its place; nothing is lost."""
    files = some_photos(19)
    open_page(page, f"{app}/batch")
    page.wait_for_load_state("networkidle")
    complaints.clear()  # Streamlit's own probing below a page's path
    given: list[FilePayload] = [
        {"name": file.name, "mimeType": "image/jpeg", "buffer": file.read_bytes()} for file in files
    ]
    given.append({"name": "broken.jpg", "mimeType": "image/jpeg", "buffer": b"nothing"})
    page.get_by_test_id(INPUT).set_input_files(given)
    expect(page.get_by_text(re.compile("costs? no call"))).to_be_visible(timeout=PATIENCE)
    expect(rows(page)).to_have_count(len(files) + 1)
    page.get_by_role("button", name=re.compile("^Search with ")).click()
    summed_up = f"{len(files) + 1} photos, {len(files)} searched, 1 failed"
    expect(page.locator(".st-key-batch_head strong")).to_have_text(summed_up, timeout=PATIENCE)
    assert [rows(page).nth(at).locator(".file").inner_text() for at in range(3)] == [
        file.name for file in files[:3]
    ]
    expect(page.locator(".batch .product")).to_have_count(5 * len(files))
    expect(rows(page).last).to_contain_text("This is not a picture that Likeness can read.")
    assert complaints == []


def test_a_rows_search_opens_and_the_set_is_still_there(page: Page, app: str) -> None:
    """By a click, by its address, after coming back, and after the page was loaded anew."""
    open_page(page, f"{app}/batch")
    search_all(page, SAMPLES[:2])
    link = rows(page).first.get_by_role("link")
    address = link.get_attribute("href")
    assert address
    link.click()
    expect(page.locator(".card")).to_have_count(50)
    expect(page).to_have_url(re.compile(re.escape(address.removeprefix("./"))))
    page.get_by_role("link", name="Several photos").first.click()
    expect(page.locator(".batch .product")).to_have_count(10)
    page.reload()
    expect(page.locator(".batch .product")).to_have_count(10)
    open_page(page, f"{app}/{address.removeprefix('./')}")
    expect(page.locator(".card")).to_have_count(50)


def test_a_zip_a_folder_and_a_pasted_picture(page: Page, app: str, tmp_path: Path) -> None:
    """Every way in, one after the other; what is no photo is named."""
    archive = tmp_path / "photos.zip"
    inside = {"a/1.jpg": SAMPLES[0].read_bytes(), "prices.txt": b"1", "__MACOSX/x": b"x"}
    archive.write_bytes(zipped(inside))
    open_page(page, f"{app}/batch")
    give(page, [archive])
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_text("1 file is left out")).to_be_visible()
    paste(page, f"{app}/api/samples/{load_pack().samples[1].key}")
    expect(rows(page)).to_have_count(2)
    folder = tmp_path / "shop"
    (folder / "deep").mkdir(parents=True)
    (folder / "deep" / "2.jpg").write_bytes(SAMPLES[2].read_bytes())
    page.get_by_test_id("stButtonGroup").get_by_text("A folder").click()
    expect(page.locator(f"[data-testid={INPUT}][webkitdirectory]")).to_be_attached()
    expect(page.get_by_test_id(INPUT)).to_have_count(1)
    give(page, folder)
    expect(rows(page)).to_have_count(3)
    expect(rows(page).last).to_contain_text("deep/2.jpg")


def test_what_was_taken_is_not_held_twice(page: Page, app: str) -> None:
    """Streamlit itself would hold every file until the tab is closed."""
    open_page(page, f"{app}/batch")
    for number in (1, 2):
        give(page, SAMPLES[:2])
        expect(rows(page)).to_have_count(2 * number)
        assert held_uploads(app) == 0


def test_a_set_that_is_gone_is_said(page: Page, app: str, axe: Axe) -> None:
    """With a way to its searches, and to photos anew; in both languages, on a telephone too."""
    open_page(page, f"{app}/batch?batch={UUID(int=1)}&language=ru")
    expect(page.get_by_text("Этого набора фото здесь больше нет")).to_be_visible()
    expect(page.get_by_role("link", name="Перейти в историю")).to_be_visible()
    open_page(page, f"{app}/batch?batch={UUID(int=1)}")
    said = page.get_by_text("This set of photos is not here any more")
    expect(said).to_be_visible()
    assert axe.faults_in_both(page, ".st-key-batch_lost") == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    link = page.get_by_role("link", name="To the history")
    box = link.bounding_box()
    assert box
    assert box["height"] >= 44
    page.set_viewport_size({"width": 1440, "height": 900})
    give(page, SAMPLES[:1])
    expect(rows(page)).to_have_count(1)
    expect(said).to_have_count(0)
    open_page(page, f"{app}/batch?batch=nothing")
    link.click()
    expect(page).to_have_url(re.compile("/history$"))


def test_what_is_forgotten_is_gone_from_everybodys_set(
    page: Page, app: str, browser: Browser, axe: Axe
) -> None:
    """Whoever has the set's address sees that there was a photo, and nothing of it."""
    open_page(page, f"{app}/batch")
    search_all(page, SAMPLES[:2])
    address, name = page.url, rows(page).first.locator(".file").inner_text()
    rows(page).first.get_by_role("link").click()
    page.get_by_role("button", name="Forget this search").click()
    page.get_by_role("group", name="Forget this search").get_by_role("button").last.click()
    expect(
        page.get_by_text("The photo is forgotten").or_(page.get_by_text("forgotten:"))
    ).to_have_count(1)
    context = browser.new_context(locale="en-US")
    theirs = context.new_page()
    open_page(theirs, address)
    expect(rows(theirs).first).to_contain_text("Its search was forgotten")
    expect(rows(theirs).first.locator("img, a")).to_have_count(0)
    expect(rows(theirs).nth(1).locator(".product")).to_have_count(5)
    expect(theirs.get_by_text(name)).to_have_count(0)
    name, written = taken(theirs, "pictures")
    sheet = load_workbook(io.BytesIO(written)).worksheets[0]
    assert len(sheet._images) == 6  # type: ignore[attr-defined] # the only way to them
    assert axe.faults_in_both(theirs, sees=".forgotten") == []
    context.close()


def test_two_photos_of_one_thing_are_one_search(page: Page, app: str) -> None:
    """It opens where searches are, with the products of both."""
    open_page(page, f"{app}/batch")
    give(page, SAMPLES[:2])
    page.get_by_role("button", name="They show one thing: search together").click()
    expect(page.locator(".card")).to_have_count(50)
    expect(page).to_have_url(re.compile(r"\?search=[0-9a-f-]{36}"))


def test_what_was_found_is_taken_along(page: Page, app: str) -> None:
    """CSV with a line a product, Excel with pictures; both name the searches' addresses."""
    open_page(page, f"{app}/batch")
    search_all(page, SAMPLES[:3])
    name, written = taken(page, "CSV")
    assert re.fullmatch(r"likeness-\d{4}-\d\d-\d\d-\d{4}-3-photos\.csv", name)
    table = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"))))
    assert {row["No."] for row in table} == {"1", "2", "3"}
    assert len([row for row in table if row["Rank"] == "1"]) >= 3
    assert all(row["Search"].startswith(f"{app}/?search=") for row in table)
    name, written = taken(page, "pictures")
    assert name.endswith("-3-photos.xlsx")
    sheet = load_workbook(io.BytesIO(written)).worksheets[0]
    assert sheet.max_row == 4
    assert len(sheet._images) == 3 * 6  # type: ignore[attr-defined] # the only way to them
    open_page(page, table[0]["Search"])
    expect(page.locator(".card")).to_have_count(50)


@pytest.fixture
def in_russian(page: Page, app: str) -> Callable[[], None]:
    """Return what opens the page in Russian."""

    def open_() -> None:
        open_page(page, f"{app}/batch?language=ru")

    return open_


def test_everything_is_russian(page: Page, in_russian: Callable[[], None]) -> None:
    """Page, states, file and its name."""
    in_russian()
    expect(page.get_by_role("heading", level=1)).to_have_text("Несколько фото сразу")
    search_all(page, SAMPLES[:2])
    expect(page.locator(".st-key-batch_head strong")).to_have_text("2 фото, готово — 2")
    expect(rows(page).first).to_contain_text("Похожих — ")
    name, written = taken(page, "CSV")
    assert name.endswith("-2-фото.csv")
    assert written.decode("utf-8-sig").startswith('"№";"Фото";"Место";"Сходство";')
    words = page.locator(".stApp").inner_text()
    assert not re.search(r"\b(photos?|Search|Stop|Other)\b", words.replace("Likeness", ""))


def test_it_is_clean_for_everyone(page: Page, app: str, axe: Axe) -> None:
    """Axe finds nothing in light and dark, and on a telephone nothing sticks out sideways."""
    open_page(page, f"{app}/batch")
    give(page, SAMPLES[:4])
    expect(page.get_by_role("button", name=re.compile("^Search with "))).to_be_visible()
    assert axe.faults_in_both(page, sees=".file") == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert fits(page)
    page.get_by_role("button", name=re.compile("^Search with ")).click()
    expect(page.locator(".batch .product")).to_have_count(20, timeout=PATIENCE)
    assert fits(page)
    assert axe.faults_in_both(page, sees=".name") == []
    link = rows(page).first.get_by_role("link").bounding_box()
    assert link
    assert link["height"] >= 44
    page.keyboard.press("Tab")
    rows(page).first.get_by_role("link").focus()
    expect(rows(page).first.get_by_role("link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(50)

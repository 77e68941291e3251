"""Excel files, opened again."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from typing import cast
from xml.etree import ElementTree as ET

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.drawing.spreadsheet_drawing import TwoCellAnchor
from openpyxl.worksheet.worksheet import Worksheet

from search.batch.files import LeftOut
from search.errors import ArchiveNested, PhotoUnsupported
from search.exporting.batches import left_out_sheet, list_sheet, side_by_side_sheet
from search.exporting.cells import Column, Link, Sheet
from search.exporting.results import About, about_sheet, offers_sheet, results_sheet
from search.exporting.thumbnails import small
from search.exporting.workbook import SHOWN, xlsx_of
from search.language import language
from tests.search.exporting.made_up import (
    ADDRESS,
    OFFERS,
    a_picture,
    a_product,
    a_search,
    some_rows,
    thumbnails,
)


def opened(sheets: Sequence[Sheet | None]) -> Workbook:
    """Write sheets and open them."""
    written = xlsx_of([sheet for sheet in sheets if sheet], "Title")
    return load_workbook(io.BytesIO(written), rich_text=False)


def anchors(page: Worksheet) -> list[TwoCellAnchor]:
    """Return where the pictures on a sheet lie."""
    drawn = page._images  # type: ignore[attr-defined] # the only way to them
    return [cast("TwoCellAnchor", one.anchor) for one in drawn]


def places(page: Worksheet) -> list[tuple[int, int]]:
    """Return the rows and columns of the pictures, from 1."""
    return [(at._from.row + 1, at._from.col + 1) for at in anchors(page)]


@pytest.mark.parametrize("code", ["en", "ru"])
def test_products_stand_with_their_pictures_and_real_numbers(code: str) -> None:
    """Numbers can be summed, links be followed, and a picture that is not here leaves a gap."""
    words = language(code)
    book = opened([results_sheet(a_search(), words, ADDRESS, thumbnails())])
    page = book.worksheets[0]
    head = {str(cell.value): place for place, cell in enumerate(page[1], 1)}
    names = [words.text(f"exporting.column.{name}") for name in ("similarity", "price", "link")]
    similarity, price, link = (page.cell(2, head[name]) for name in names)
    assert (similarity.value, similarity.number_format) == (0.91, "0.0000")
    assert (price.value, price.number_format) == (1490.5, "#,##0.00")
    assert link.hyperlink is not None
    assert link.hyperlink.target == "https://shop.example/1"
    assert page.title == words.text("exporting.sheet.products")
    assert places(page) == [(2, 2), (4, 2), (5, 2)]
    assert page.freeze_panes == "C2"
    assert page.auto_filter.ref == f"A1:{page.cell(5, page.max_column).coordinate}"


def test_pictures_keep_their_shape_and_say_what_they_show() -> None:
    """A wide one is not squeezed into a square; it moves with its row."""
    book = opened([results_sheet(a_search(a_product(1)), language("en"), "", thumbnails())])
    page = book.worksheets[0]
    (at,) = anchors(page)
    assert at.editAs is None  # it is moved and sized with its cells
    assert (at.to.row, at.to.col) == (at._from.row, at._from.col)
    width, height = at.to.colOff - at._from.colOff, at.to.rowOff - at._from.rowOff
    assert width / height == pytest.approx(2, rel=0.02)
    assert (page.row_dimensions[2].height or 0) >= SHOWN * 0.75


@pytest.mark.parametrize("text", ["=1+1", "@x", "-2", "{=A1}"])
def test_a_text_stays_a_text(text: str) -> None:
    """No formula is made of it, also not by whoever edits the cell."""
    sheet = Sheet("s", [Column("c")], [[text]])
    cell = opened([sheet]).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")
    assert bool(cell.quotePrefix) is not text.startswith("{")


@pytest.mark.parametrize("odd", ["\x01", "\x0b", "\ufffe", "\uffff", "\ud83d"])
def test_whatever_stands_in_a_name_the_file_can_be_read(odd: str) -> None:
    """XML has no place for some characters: they are left out, and the rest of the text stays."""
    text, clef = f"a{odd}b", "\N{MUSICAL SYMBOL G CLEF}"
    picture = small(a_picture("JPEG"), f'{text} {clef} "<&>')
    sheet = Sheet(
        "s", [Column("c")] * 3, [[f"{text}{clef}", Link(f"https://x.example/{text}"), picture]]
    )
    written = xlsx_of([sheet], "Title")
    with zipfile.ZipFile(io.BytesIO(written)) as parts:
        for name in parts.namelist():
            if name.endswith((".xml", ".rels")):
                ET.fromstring(parts.read(name))  # noqa: S314 - our own file
    page = load_workbook(io.BytesIO(written)).worksheets[0]
    assert (page["A2"].value, page["B2"].value) == (f"ab{clef}", "https://x.example/ab")
    assert page["B2"].hyperlink is None  # it would lead somewhere else
    assert places(page) == [(2, 3)]


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "file:///etc/passwd", "internal:A1", "external:c:\\x"]
)
def test_only_the_web_is_linked(address: str) -> None:
    """A catalogue's link may be anything that somebody wrote."""
    sheet = results_sheet(a_search(a_product(1, link=address)), language("en"), "", thumbnails())
    page = opened([sheet]).worksheets[0]
    assert not any(cell.hyperlink for row in page.iter_rows() for cell in row)


def test_offers_have_a_sheet_of_their_own() -> None:
    """A row for each price, in real numbers; none where nothing is offered."""
    words = language("en")
    sheet = offers_sheet([a_product(1, offers=OFFERS), a_product(2)], words)
    page = opened([sheet]).worksheets[0]
    rows = [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]
    assert rows == [
        ["ART-1", "Mug 1", 100, 490.5, "RUB", "sea", 30],
        ["ART-1", "Mug 1", 100, 6.1, "USD", "sea", 30],
        ["ART-1", "Mug 1", None, 400, "RUB", None, None],
    ]
    assert offers_sheet([a_product(2)], words) is None


def test_the_file_says_what_the_search_was_about() -> None:
    """Who gets it by mail knows what was looked for, when, and where the line stood."""
    photo = small(a_picture("JPEG"), "photo")
    assert photo
    about = About("a photo", [photo], "Mugs, Spring", ADDRESS)
    page = opened([about_sheet(a_search(), about, language("en"))]).worksheets[0]
    said = {str(row[0].value): row[1].value for row in page.iter_rows()}
    assert said["Searched with"] == "a photo"
    assert said["Threshold"] == "0.75"
    assert said["Narrowed to"] == "Mugs, Spring"
    assert (said["Products found"], said["Of them above the threshold"]) == (4, 2)
    assert said["Search"] == ADDRESS
    assert len(anchors(page)) == 1
    assert page.freeze_panes is None


@pytest.mark.parametrize("code", ["en", "ru"])
def test_a_set_has_a_row_a_photo_with_its_products_side_by_side(code: str) -> None:
    """Photo, products and scores in one row; what is above the line is marked, and is a number."""
    words = language(code)
    rows = some_rows()
    left_out = [LeftOut("more.zip", ArchiveNested())]
    book = opened(
        [
            side_by_side_sheet(rows, words, lambda _: ADDRESS, thumbnails()),
            list_sheet(rows, words, lambda _: ADDRESS),
            left_out_sheet(left_out, words),
        ]
    )
    page, whole, out = book.worksheets
    first = [cell.value for cell in page[2]]
    assert first[:4] == [1, None, "a/1.jpg", 2]
    assert str(first[5]).startswith(f"{words.choose({'en': 'Mug 1', 'ru': 'Кружка 1'})}\nART-1\n")
    scores = [page.cell(2, 7 + 3 * number) for number in range(4)]
    # As people read them: rounded down, so that none passes the line that it did not pass.
    assert [score.value for score in scores] == [0.91, 0.75, 0.74, 0.62]
    assert [score.number_format for score in scores] == ['0.00" ✓"', '0.00" ✓"', '0.00" ?"', "0.00"]
    # The photo and three of four products, each twice: a picture that is not here leaves a gap.
    assert sorted(places(page)) == sorted((row, at) for row in (2, 3) for at in (2, 5, 11, 14))
    notes = [page.cell(row, page.max_column).value for row in range(2, 6)]
    assert notes[0] is None
    assert notes[1] == words.text("exporting.twin", n=1)
    assert notes[2] == words.error(PhotoUnsupported()).sentence
    assert page["C4"].value == "=3.jpg"
    assert page["C4"].data_type == "s"
    assert whole.max_row == 11
    assert out["A2"].value == "more.zip"

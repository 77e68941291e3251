"""Sheets as an Excel file: real numbers, links that work, and pictures in their rows."""

from __future__ import annotations

import io
from collections.abc import Sequence
from decimal import Decimal

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from search.exporting.cells import (
    Cell,
    Link,
    Sheet,
    Similarity,
    Thumbnail,
    fit_for_xml,
)
from search.formulas import may_run

# How large a picture is shown, in pixels; it has twice as many, for screens that are as fine.
SHOWN = 84
_MARGIN = 4
# Excel's own limits.
_LONGEST_TEXT = 32_767
_LONGEST_ADDRESS = 2_079
_MOST_LINKS = 65_530
_LONGEST_NAME = 31

_OPTIONS = {
    "in_memory": True,
    # A text is a text: nothing that somebody wrote becomes a formula, a link or a number.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_CELL = {"valign": "vcenter", "text_wrap": True}


def xlsx_of(sheets: Sequence[Sheet], title: str) -> bytes:
    """Write sheets as an XLSX file; their heads stay in sight, and can be filtered by."""
    file = io.BytesIO()
    with Workbook(file, _OPTIONS) as book:
        book.set_properties({"title": title})
        formats = _Formats(book)
        for sheet in sheets:
            _write(book.add_worksheet(sheet.name[:_LONGEST_NAME]), sheet, formats)
    return file.getvalue()


class _Formats:
    """The ways in which cells look, each made when it is first needed."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, object], ...], Format] = {}

    def get(self, **changes: object) -> Format:
        key = tuple(sorted(changes.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(_CELL | changes)
        return self._made[key]

    @property
    def head(self) -> Format:
        return self.get(bold=True, bottom=1, bg_color="#F3F1EC")

    def similarity(self, mark: str | None) -> Format:
        if mark is None:
            return self.get(num_format="0.0000")
        # The mark is part of how the number is written: it stays a number.
        number_format = f'0.00" {mark}"' if mark else "0.00"
        return self.get(num_format=number_format, align="right", bold=bool(mark))


def _write(page: Worksheet, sheet: Sheet, formats: _Formats) -> None:
    first = int(sheet.is_list)
    if sheet.is_list:
        page.write_row(0, 0, [column.name for column in sheet.columns], formats.head)
        page.freeze_panes(1, sheet.frozen)
        page.repeat_rows(0)
        if sheet.rows:
            page.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    for place, column in enumerate(sheet.columns):
        if column.is_pictures:
            page.set_column_pixels(place, place, SHOWN + 2 * _MARGIN)
        else:
            page.set_column(place, place, column.width)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    writer = _Writer(page, formats, names=not sheet.is_list)
    for number, row in enumerate(sheet.rows, first):
        writer.row(number, row)


class _Writer:
    """Writes rows; with `names`, the first cell of each says what the others are."""

    def __init__(self, page: Worksheet, formats: _Formats, *, names: bool) -> None:
        self._page = page
        self._formats = formats
        self._names = names
        self._links = 0

    def row(self, number: int, cells: Sequence[Cell]) -> None:
        if any(isinstance(cell, Thumbnail) for cell in cells):
            self._page.set_row_pixels(number, SHOWN + 2 * _MARGIN)
        for place, cell in enumerate(cells):
            self._cell(number, place, cell)

    def _cell(self, row: int, place: int, cell: Cell) -> None:
        page, formats = self._page, self._formats
        if isinstance(cell, Similarity):
            page.write_number(row, place, cell.written, formats.similarity(cell.mark))
        elif isinstance(cell, Decimal):
            page.write_number(row, place, float(cell), formats.get(num_format="#,##0.00"))
        elif isinstance(cell, int):
            page.write_number(row, place, cell, formats.get(num_format="#,##0"))
        elif isinstance(cell, Link):
            self._link(row, place, cell.address)
        elif isinstance(cell, Thumbnail):
            self._picture(row, place, cell)
        elif cell:
            self._text(row, place, cell)

    def _text(self, row: int, place: int, text: str) -> None:
        if self._names and not place:
            chosen = self._formats.get(bold=True)
        else:
            # Without it, a text that is merely looked at with F2 would become a formula.
            chosen = self._formats.get(quote_prefix=may_run(text))
        self._page.write_string(row, place, fit_for_xml(text)[:_LONGEST_TEXT], chosen)

    def _link(self, row: int, place: int, address: str) -> None:
        # One that has to be changed to stand in a file leads somewhere else.
        is_web = address.startswith(("https://", "http://")) and address == fit_for_xml(address)
        if not is_web or len(address) > _LONGEST_ADDRESS or self._links == _MOST_LINKS:
            self._text(row, place, address)
            return
        self._links += 1
        underlined = self._formats.get(font_color="#6241F0", underline=1)
        self._page.write_url(row, place, address, underlined, address[:_LONGEST_TEXT])

    def _picture(self, row: int, place: int, picture: Thumbnail) -> None:
        scale = min(SHOWN / picture.width, SHOWN / picture.height)
        across, down = (_MARGIN + (SHOWN - scale * side) / 2 for side in _size(picture))
        options = {
            "image_data": io.BytesIO(picture.content),
            "x_scale": scale,
            "y_scale": scale,
            "x_offset": across,
            "y_offset": down,
            "object_position": 1,  # it moves, and is sorted and filtered, with its row
            "description": fit_for_xml(picture.shows),
        }
        self._page.insert_image(row, place, "picture.jpg", options)


def _size(picture: Thumbnail) -> tuple[int, int]:
    return picture.width, picture.height

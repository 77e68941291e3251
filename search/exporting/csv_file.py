"""A sheet as CSV: what a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

from search.exporting.cells import Cell, Link, Sheet, Similarity, Thumbnail, may_run
from search.language import Language


def csv_of(sheet: Sheet, words: Language) -> bytes:
    """Write a sheet as UTF-8 with the mark by which Excel knows it, numbers as the reader does.

    Columns of pictures are left out.
    """
    kept = [place for place, column in enumerate(sheet.columns) if not column.is_pictures]
    file = io.StringIO(newline="")
    # A Russian Excel takes a comma for the decimal sign, and the semicolon for what parts cells.
    table = csv.writer(file, delimiter=words.text("exporting.csv_delimiter"))
    table.writerow([sheet.columns[place].name for place in kept])
    for row in sheet.rows:
        table.writerow([_cell(row[place], words) for place in kept])
    return file.getvalue().encode("utf-8-sig")


def _cell(cell: Cell, words: Language) -> str | int | None:
    if isinstance(cell, Similarity):
        return _number(cell.written, words)
    if isinstance(cell, Decimal):
        return _number(cell, words)
    if isinstance(cell, Link):
        return _harmless(cell.address)
    if isinstance(cell, Thumbnail):
        return None
    return _harmless(cell) if isinstance(cell, str) else cell


def _number(number: float | Decimal, words: Language) -> str:
    return words.text("exporting.csv_decimal").join(f"{number}".split("."))


def _harmless(text: str) -> str:
    """Put an apostrophe before what might be taken for a formula; several lines become one."""
    line = "; ".join(text.splitlines())
    return f"'{line}" if may_run(line) else line

"""A sheet as CSV: what a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

from search.exporting.cells import Cell, Link, Sheet, Similarity, Thumbnail
from search.formulas import SIGN, may_run
from search.language import Language

# Where a spreadsheet that parts cells by another character would begin a cell with a formula. What
# is a number to its end runs nothing.
_LATER_FORMULA = re.compile(rf'([,;|]"*)(?={SIGN})(?![+-][\d.]+(?:[,;|]|$))')


def csv_of(sheet: Sheet, words: Language) -> bytes:
    """Write a sheet as UTF-8 with the mark by which Excel knows it, numbers as the reader does.

    Columns of pictures are left out. Every cell stands in quotes, and opens as one in a spreadsheet
    that takes commas and semicolons alike.
    """
    kept = [place for place, column in enumerate(sheet.columns) if not column.is_pictures]
    file = io.StringIO(newline="")
    # A Russian Excel takes a comma for the decimal sign, and the semicolon for what parts cells.
    delimiter = words.text("exporting.csv_delimiter")
    table = csv.writer(file, delimiter=delimiter, quoting=csv.QUOTE_ALL)
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
        return harmless(cell.address)
    if isinstance(cell, Thumbnail):
        return None
    return harmless(cell) if isinstance(cell, str) else cell


def _number(number: float | Decimal, words: Language) -> str:
    return words.text("exporting.csv_decimal").join(f"{number}".split("."))


def harmless(text: str) -> str:
    """Put an apostrophe before what might be taken for a formula; several lines become one.

    So it is done within a text as well: quotes do not keep Excel from parting it by the character
    of another country.
    """
    line = _LATER_FORMULA.sub(r"\1'", "; ".join(text.splitlines()))
    return f"'{line}" if may_run(line) else line

"""Tables as spreadsheets write them: CSV in UTF-8, columns named in the first line in any case."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Literal

# The vectors of a product's pictures, or a text as the web has it, go beyond csv's own limit; the
# whole table is in memory already.
csv.field_size_limit(2**31 - 1)

# What may stand between cells, the most usual first.
_DELIMITERS: Final = (",", ";", "\t")
_QUOTED: Final = re.compile('"[^"]*"')


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it was read: the line at which it ends, and its cells by column, "" for none."""

    line: int
    cells: Mapping[str, str]


class NoTable(Exception):
    """The text is no CSV file, or lacks a column that is needed."""

    def __init__(self, reason: Literal["not_csv", "columns"]) -> None:
        super().__init__(reason)
        self.reason = reason


def decoded(data: bytes) -> str:
    """Return the text of a file; raise NoTable when it is not UTF-8."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise NoTable("not_csv") from None


def rows(text: str, needed: Collection[str]) -> Iterator[Row]:
    """Yield the rows that are not empty; raise NoTable, perhaps after some of them.

    The columns' names come in lower case; `needed` are those without which it is no table.
    """
    stream, delimiter = _opened(text)
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        columns = _names(reader)
        if not set(columns) >= set(needed):
            raise NoTable("columns")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                padded = [*cells, *[""] * (len(columns) - len(cells))]
                yield Row(reader.line_num, dict(zip(columns, padded, strict=False)))
    except csv.Error as error:
        raise NoTable("not_csv") from error


def columns_of(text: str) -> list[str]:
    """Return the names in the first line in lower case, "" for none; raise NoTable."""
    stream, delimiter = _opened(text)
    try:
        return _names(csv.reader(stream, delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise NoTable("not_csv") from error


def _opened(text: str) -> tuple[io.StringIO, str]:
    """Return a table's text as a stream, and what stands between its cells."""
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise NoTable("not_csv")
    return io.StringIO(text, newline=""), delimiter_of(text.partition("\n")[0])


def _names(reader: Iterator[list[str]]) -> list[str]:
    return [name.strip().lower() for name in next(reader, [])]


def delimiter_of(head: str) -> str:
    """Return what stands between the cells of a table, by its first line."""
    # Where a comma is part of numbers, spreadsheets put a semicolon between cells.
    bare = _QUOTED.sub("", head)
    return max(_DELIMITERS, key=bare.count)

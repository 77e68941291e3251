"""Whose vector a row of an array is: a text with an article a line, or a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from search.importing.unreadable import told
from search.people import tidy
from search.picture_files import readable
from search.store.vector_targets import NamedBy, Wanted
from search.tables import delimiter_of

# What a table may call it, in the order in which they count.
_COLUMNS: Final[dict[str, NamedBy]] = {"key": "key", "id": "key", "article": "article"}


@dataclass(frozen=True, slots=True)
class _Head:
    """Where in a line of a table the name stands, and the picture's address, if anywhere."""

    name: int
    by: NamedBy
    picture: int | None
    delimiter: str


class VectorNames:
    """A file in UTF-8 with a line a vector, in the order of the vectors.

    A line is an article or id; or the first one names columns, `article`, `id` or `key` among them,
    and perhaps `picture`, and the others are cells.
    """

    def __init__(self, file: Path) -> None:
        """Look at the first line; raises ImportUnreadable."""
        self._file = file
        with told(file), file.open(encoding="utf-8-sig") as lines:
            self._head = _head(next(lines, ""))

    @property
    def path(self) -> str:
        """The file's path."""
        return readable(str(self._file))

    @property
    def by(self) -> NamedBy:
        """What the names are."""
        return self._head.by if self._head else "either"

    def count(self) -> int:
        """Return how many vectors are named; raises ImportUnreadable."""
        return sum(1 for _ in self.read())

    def read(self) -> Iterator[Wanted]:
        """Yield what the lines name; raises ImportUnreadable, perhaps after some of it."""
        with told(self._file, csv.Error, reason="@reasons.import_not_csv"):
            # Lines without a name keep their place, unless nothing comes after them.
            empty: list[Wanted] = []
            for wanted in self._lines():
                empty.append(wanted)
                if wanted.name:
                    yield from empty
                    empty.clear()

    def _lines(self) -> Iterator[Wanted]:
        name = readable(self._file.name)
        with self._file.open(encoding="utf-8-sig", newline="") as lines:
            head = self._head
            if head is None:
                for number, line in enumerate(lines, 1):
                    yield Wanted(f"{name}:{number}", tidy(line), None)
                return
            reader = csv.reader(lines, delimiter=head.delimiter, strict=True)
            next(reader, None)
            for cells in reader:
                where = f"{name}:{reader.line_num}"
                address = _cell(cells, head.picture).strip() or None
                yield Wanted(where, tidy(_cell(cells, head.name)), address)


def _head(line: str) -> _Head | None:
    delimiter = delimiter_of(line)
    columns = [tidy(cell).strip('"').lower() for cell in line.split(delimiter)]
    column = next((name for name in _COLUMNS if name in columns), None)
    if column is None:
        return None
    picture = columns.index("picture") if "picture" in columns else None
    return _Head(columns.index(column), _COLUMNS[column], picture, delimiter)


def _cell(cells: list[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""

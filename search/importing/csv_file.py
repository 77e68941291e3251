"""A CSV file with a row a product, or a row a picture."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from search.errors import ImportUnreadable
from search.importing.cells import Line, check_columns, products, tells_ids
from search.importing.rows import Found, names_of
from search.importing.unreadable import told
from search.picture_files import readable
from search.tables import NoTable, columns_of, decoded, rows


class CsvSource:
    """A CSV file in UTF-8; pictures on disk lie in its folder or below."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.ignored: Sequence[str] = ()
        self.has_ids = False

    @property
    def path(self) -> str:
        """The file's path."""
        return readable(str(self._file))

    def read(self) -> Iterator[Found]:
        """Yield products in the order of the file. Raises ImportUnreadable or ImportColumns."""
        text = self._text()
        with told(self._file, NoTable, reason="@reasons.import_not_csv"):
            first = next(rows(text, ()), None)
            if first is not None:
                self.ignored = check_columns(columns_of(text), self.path)
                self.has_ids = tells_ids(tuple(first.cells))
                yield from products(self._together(text), self._file.parent)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield keys and articles; the file is read once more."""
        return names_of(self.read())

    def _text(self) -> str:
        with told(self._file, NoTable, reason="@reasons.import_encoding"):
            if self._file.exists() and not self._file.is_file():
                raise ImportUnreadable(path=self.path, reason="@reasons.import_no_file")
            return decoded(self._file.read_bytes())

    def _together(self, text: str) -> Iterator[Line]:
        """Yield the rows so that those of one product follow one another.

        Only rows of products that stand in several places are held back, to the end.
        """
        scattered = self._scattered(text)
        held: dict[str, list[Line]] = {}
        for line in self._lines(text):
            if (key := line.key) in scattered:
                held.setdefault(key, []).append(line)
            else:
                yield line
        for lines in held.values():
            yield from lines

    def _scattered(self, text: str) -> set[str]:
        seen: set[str] = set()
        scattered: set[str] = set()
        before = ""
        for line in self._lines(text):
            key = line.key
            if key and key != before and key in seen:
                scattered.add(key)
            seen.add(key)
            before = key
        return scattered

    def _lines(self, text: str) -> Iterator[Line]:
        name = readable(self._file.name)
        return (Line(f"{name}:{row.line}", row.cells) for row in rows(text, ()))

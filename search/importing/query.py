"""A query in somebody's PostgreSQL that returns a row a product, or a row a picture."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from search.importing.cells import Line, check_columns, products, tells_ids
from search.importing.rows import Found, names_of
from search.importing.unreadable import told
from search.importing.values import plain_number
from search.store.foreign import foreign_rows

# Columns whose values are numbers in brackets, or JSON.
_JSON = ("offers", "vector")


def query_text(said: str) -> str:
    """Return a query, read from its file where @ and a file's name stand in its place.

    Raises ImportUnreadable.
    """
    if not said.startswith("@"):
        return said
    file = Path(said[1:])
    with told(file):
        return file.read_text("utf-8-sig")


class QuerySource:
    """A query; the rows of one product have to follow one another. Pictures are web addresses."""

    # The address holds a password, and a query is long.
    path = "SQL"

    def __init__(self, address: str, query: str) -> None:
        self._address = address
        self._query = query
        self.ignored: Sequence[str] = ()
        self.has_ids = False

    def read(self) -> Iterator[Found]:
        """Yield products in the order of the rows.

        Raises ImportDatabaseAway, ImportQueryRefused or ImportColumns.
        """
        with foreign_rows(self._address, self._query) as answer:
            columns = [name.strip().lower() for name in answer.columns]
            self.ignored = check_columns(columns, self.path)
            self.has_ids = tells_ids(columns)
            lines = (
                Line(f"{self.path}:{number}", _cells(columns, row))
                for number, row in enumerate(answer.rows, 1)
            )
            yield from products(lines, None)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield keys and articles; the query runs once more, on a connection of its own."""
        return names_of(self.read())


def _cells(columns: Sequence[str], row: Sequence[object]) -> Mapping[str, str]:
    return {name: _text(name, value) for name, value in zip(columns, row, strict=True)}


def _text(column: str, value: object) -> str:
    if value is None:
        return ""
    if column == "price" and isinstance(value, int | float | Decimal):
        return plain_number(value)
    if column in _JSON and not isinstance(value, str):
        return _json(column, value)
    if isinstance(value, list | tuple):
        return "|".join(str(part) for part in value if part is not None)
    return str(value)


def _json(column: str, value: object) -> str:
    """Write what came as an array or as JSON like the text that a CSV file would have."""
    if column == "vector" and isinstance(value, list) and value:
        # One a picture, where the pictures come as an array.
        if all(isinstance(part, str) for part in value):
            return "|".join(value)
        if all(isinstance(part, list) for part in value):
            return "|".join(_json(column, part) for part in value)
    return json.dumps(value, default=str)

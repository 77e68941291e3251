"""Rows of a table -> products: what CSV files and queries have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from pathlib import Path

from search.errors import ImportColumns
from search.importing.addresses import picture_at
from search.importing.rows import Found, PictureAt, Problem, ProductRow
from search.importing.values import (
    LONGEST_ARTICLE,
    Ambiguous,
    NotAPrice,
    currency_of,
    is_web_address,
    named,
    price_of,
    quoted,
)
from search.language import LANGUAGES, Fact
from search.people import excerpt, tidy

_NAMES = ("name", *(f"name_{code}" for code in LANGUAGES))
_CATEGORIES = ("category", *(f"category_{code}" for code in LANGUAGES))
_PICTURES = ("picture", "pictures")
# What every row of an article says again, or not at all.
_SAID_ONCE = (*_NAMES, *_CATEGORIES, "price", "currency", "link")
COLUMNS = ("article", *_SAID_ONCE, *_PICTURES)
# One of each has to be there: a misspelt column would silently leave everything out.
_NEEDED = (("article",), _NAMES, _PICTURES)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: where it stands, and its cells by column, in small letters."""

    where: str
    cells: Mapping[str, str]

    @property
    def article(self) -> str:
        """The article, "" for none."""
        return tidy(self.cells.get("article", ""))


def check_columns(found: Sequence[str], path: str) -> tuple[str, ...]:
    """Return the columns that mean nothing here; raise ImportColumns when others are missing."""
    missing = [" / ".join(names) for names in _NEEDED if not set(names) & set(found)]
    if missing:
        there = excerpt(", ".join(found))
        raise ImportColumns(path=path, columns=", ".join(missing), found=there)
    return tuple(tidy(name) for name in found if name and name not in COLUMNS)


def products(lines: Iterable[Line], folder: Path | None) -> Iterator[Found]:
    """Yield the products of rows, those of one article one after the other, and what is wrong.

    Pictures on disk lie in or below `folder`; without one there are none.
    """
    for article, group in groupby(lines, key=lambda line: line.article):
        if not article:
            for line in group:
                yield Problem(line.where, "importing.no_article", loses="product", hides=True)
        elif len(article) > LONGEST_ARTICLE:
            facts = {"limit": LONGEST_ARTICLE}
            where = next(group).where
            yield Problem(where, "importing.long_article", facts, loses="product", hides=True)
        else:
            reading = _Reading(list(group), folder)
            product = reading.product(article)
            yield from reading.problems
            yield product


class _Reading:
    """The rows of one article on their way to a product, and what is wrong with them."""

    def __init__(self, lines: Sequence[Line], folder: Path | None) -> None:
        self.problems: list[Problem] = []
        self._lines = lines
        self._folder = folder
        # The first row that says something counts.
        self._said: dict[str, Line] = {}
        for line in lines:
            self._note(line)

    def product(self, article: str) -> ProductRow:
        """Return the product without what is wrong with it, which is told in `problems`."""
        names = {code: self._cell(f"name_{code}") for code in LANGUAGES}
        categories = {code: self._cell(f"category_{code}") for code in LANGUAGES}
        return ProductRow(
            where=self._lines[0].where,
            article=article,
            name=named(self._cell("name"), names) or named(article, {}),
            category=named(self._cell("category"), categories),
            price=self._price(),
            currency=self._currency(),
            link=self._link(),
            pictures=tuple(self._pictures()),
        )

    def _note(self, line: Line) -> None:
        differing = None
        for column in _SAID_ONCE:
            text = line.cells.get(column, "").strip()
            if text:
                self._said.setdefault(column, line)
                if text != self._cell(column):
                    differing = differing or column
        if differing:
            first = self._said[differing].where
            self._left_out(line.where, "contradiction", column=differing, first=first)

    def _cell(self, column: str) -> str:
        return self._said[column].cells[column].strip() if column in self._said else ""

    def _price(self) -> Decimal | None:
        text = self._cell("price")
        try:
            return price_of(text) if text else None
        except NotAPrice as error:
            kind = "ambiguous_price" if isinstance(error, Ambiguous) else "bad_price"
            self._left_out(self._said["price"].where, kind, price=excerpt(text))
        return None

    def _currency(self) -> str | None:
        text = self._cell("currency")
        code = currency_of(text)
        if text and code is None:
            where = self._said["currency"].where
            self._left_out(where, "bad_currency", currency=excerpt(text))
        return code

    def _link(self) -> str | None:
        text = self._cell("link")
        if not text or is_web_address(text):
            return text or None
        self._left_out(self._said["link"].where, "bad_link", link=quoted(text))
        return None

    def _pictures(self) -> Iterable[PictureAt]:
        """Return the pictures that all rows name, each once, in their order."""
        found: dict[str, PictureAt] = {}
        for line in self._lines:
            for text in _addresses(line):
                picture = picture_at(text, f"{line.where} {quoted(text)}", self._folder)
                if isinstance(picture, Problem):
                    self.problems.append(picture)
                else:
                    found.setdefault(picture.address, picture)
        return found.values()

    def _left_out(self, where: str, reason: str, **facts: Fact) -> None:
        self.problems.append(Problem(where, f"importing.{reason}", facts))


def _addresses(line: Line) -> Iterator[str]:
    for column in _PICTURES:
        for text in line.cells.get(column, "").split("|"):
            if text.strip():
                yield text.strip()

"""Rows of a table -> products: what CSV files and queries have in common."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby, zip_longest
from pathlib import Path

from search.errors import ImportColumns, ImportUnreadable
from search.hits import Offer
from search.importing.addresses import picture_at
from search.importing.offers import MOST_OFFERS, NotOffers, lowest_price, read_offers
from search.importing.rows import Found, PictureAt, Problem, ProductRow
from search.importing.values import (
    LONGEST_ARTICLE,
    Ambiguous,
    NotAPrice,
    currency_of,
    described,
    is_web_address,
    named,
    one_line,
    price_of,
    quoted,
)
from search.importing.vectors import BadVector, embedding_of, space_named, vector_texts
from search.language import LANGUAGES, Fact
from search.people import excerpt, tidy
from search.vectors import Embedding

_NAMES = ("name", *(f"name_{code}" for code in LANGUAGES))
_CATEGORIES = ("category", *(f"category_{code}" for code in LANGUAGES))
_PICTURES = ("picture", "pictures")
_TEXTS = ("price", "currency", "link", "description", "project", "region", "offers")
# What every row of a product says again, or not at all.
_SAID_ONCE = ("article", *_NAMES, *_CATEGORIES, *_TEXTS)
COLUMNS = ("id", *_SAID_ONCE, *_PICTURES, "vector", "model")
# One of each has to be there: a misspelt column would silently leave everything out.
_NEEDED = (("article", "id"), _NAMES, _PICTURES)


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: where it stands, and its cells by column, in small letters."""

    where: str
    cells: Mapping[str, str]

    @property
    def key(self) -> str:
        """The id where the table has ids, else the article; "" for none."""
        return tidy(self.cells["id"] if "id" in self.cells else self.cells.get("article", ""))


def check_columns(found: Sequence[str], path: str) -> tuple[str, ...]:
    """Return the columns that mean nothing here.

    Raises ImportColumns when others are missing, ImportUnreadable when one is there twice: a query
    over two tables often has their ids both, and either could be meant.
    """
    twice = [name for name in COLUMNS if found.count(name) > 1]
    if twice:
        reason = "@reasons.import_columns_twice"
        raise ImportUnreadable(path=path, reason=reason, columns=", ".join(twice))
    missing = [" / ".join(names) for names in _NEEDED if not set(names) & set(found)]
    if missing:
        there = excerpt(", ".join(found))
        raise ImportColumns(path=path, columns=", ".join(missing), found=there)
    return tuple(tidy(name) for name in found if name and name not in COLUMNS)


def tells_ids(found: Sequence[str]) -> bool:
    """Tell whether a table with these columns tells products apart by ids, and has articles too."""
    return {"id", "article"} <= set(found)


def products(lines: Iterable[Line], folder: Path | None) -> Iterator[Found]:
    """Yield the products of rows, those of one key one after the other, and what is wrong.

    Pictures on disk lie in or below `folder`; without one there are none.
    """
    for key, group in groupby(lines, key=lambda line: line.key):
        if not key:
            for line in group:
                missing = "no_id" if "id" in line.cells else "no_article"
                yield Problem(line.where, f"importing.{missing}", loses="product", hides=True)
            continue
        reading = _Reading(list(group), folder)
        article = reading.article or key
        if max(len(key), len(article)) > LONGEST_ARTICLE:
            facts = {"limit": LONGEST_ARTICLE}
            where = reading.where
            yield Problem(where, "importing.long_article", facts, loses="product", hides=True)
        else:
            product = reading.product(key, article)
            yield from reading.problems
            yield product


class _Reading:
    """The rows of one product on their way to a product, and what is wrong with them."""

    def __init__(self, lines: Sequence[Line], folder: Path | None) -> None:
        self.problems: list[Problem] = []
        self._lines = lines
        self._folder = folder
        # The first row that says something counts.
        self._said: dict[str, Line] = {}
        for line in lines:
            self._note(line)

    @property
    def where(self) -> str:
        """Where the product begins."""
        return self._lines[0].where

    @property
    def article(self) -> str:
        """The article, "" for none."""
        return tidy(self._cell("article"))

    def product(self, key: str, article: str) -> ProductRow:
        """Return the product without what is wrong with it, which is told in `problems`."""
        offers = self._offers()
        price, currency = self._price(), self._currency()
        if price is None and offers:
            price, currency = lowest_price(offers, currency)
        names = {code: self._cell(f"name_{code}") for code in LANGUAGES}
        categories = {code: self._cell(f"category_{code}") for code in LANGUAGES}
        return ProductRow(
            where=self.where,
            key=key,
            article=article,
            name=named(self._cell("name"), names) or named(article, {}),
            category=named(self._cell("category"), categories),
            price=price,
            currency=currency,
            link=self._link(),
            description=described(self._cell("description")),
            project=one_line(self._cell("project")),
            region=one_line(self._cell("region")),
            offers=offers,
            pictures=tuple(self._pictures()),
        )

    def _note(self, line: Line) -> None:
        differing = None
        for column in _SAID_ONCE:
            text = line.cells.get(column, "").strip()
            if text:
                self._said.setdefault(column, line)
                # Without ids it is what they were put together by.
                if text != self._cell(column) and (column != "article" or "id" in line.cells):
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

    def _offers(self) -> tuple[Offer, ...]:
        text = self._cell("offers")
        if not text:
            return ()
        try:
            read = read_offers(text)
        except NotOffers as error:
            self._left_out(self._said["offers"].where, error.reason, limit=MOST_OFFERS)
            return ()
        for number in read.unreadable:
            self._left_out(self._said["offers"].where, "bad_offer", n=number)
        return read.offers

    def _pictures(self) -> Iterable[PictureAt]:
        """Return the pictures that all rows name, each once, in their order."""
        found: dict[str, PictureAt] = {}
        for line in self._lines:
            addresses = list(_addresses(line))
            vectors = self._vectors(line, len(addresses))
            for text, vector in zip_longest(addresses, vectors):
                picture = picture_at(text, f"{line.where} {quoted(text)}", self._folder)
                if isinstance(picture, Problem):
                    self.problems.append(picture)
                elif picture.address not in found or found[picture.address].vector is None:
                    found[picture.address] = replace(picture, vector=vector) if vector else picture
        return found.values()

    def _vectors(self, line: Line, pictures: int) -> list[Embedding | None]:
        """Return the vectors of a row's pictures, None for one that cannot be used."""
        texts = vector_texts(line.cells.get("vector", ""))
        if not texts:
            return []
        read: list[Embedding | None] = []
        space = space_named(line.cells.get("model", ""))
        for text in texts[:pictures]:
            try:
                read.append(embedding_of(text, space))
            except BadVector as error:
                self._lost_vector(line, error.reason, error.facts)
                read.append(None)
        for _ in texts[pictures:]:
            self._lost_vector(line, "vector_without_picture", {})
        return read

    def _lost_vector(self, line: Line, reason: str, facts: Mapping[str, Fact]) -> None:
        self.problems.append(Problem(line.where, f"importing.{reason}", facts, loses="vector"))

    def _left_out(self, where: str, reason: str, **facts: Fact) -> None:
        self.problems.append(Problem(where, f"importing.{reason}", facts))


def _addresses(line: Line) -> Iterator[str]:
    for column in _PICTURES:
        for text in line.cells.get(column, "").split("|"):
            if text.strip():
                yield text.strip()

"""A search as tables: its products, their offers, and what it was about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import tzinfo

from search.exporting.cells import Cell, Column, Link, Sheet, Thumbnail
from search.exporting.products import (
    column,
    offer_columns,
    offer_rows,
    product_cells,
    product_columns,
)
from search.exporting.thumbnails import Thumbnails
from search.hits import Product, Search
from search.language import Language
from search.tuning.scales import Scale, reaches


@dataclass(frozen=True, slots=True)
class About:
    """What a file says of a search beside its products.

    `subject` is what was searched with in words, `pictures` show it; `narrowed` says to what the
    products were narrowed, "" for nothing. `address` is where the search is seen, "" where that is
    not known. `zone` is the reader's, see `Language.moment`.
    """

    subject: str
    pictures: Sequence[Thumbnail]
    narrowed: str = ""
    address: str = ""
    zone: tzinfo | None = None


def results_sheet(
    search: Search, words: Language, address: str, thumbnails: Thumbnails | None
) -> Sheet:
    """Return the products that were found, best first.

    Further products with a hit's picture have rows of their own, and its rank. Without `thumbnails`
    there are no pictures, and each row says of which search it is.
    """
    columns = product_columns(words, [search.threshold])
    if thumbnails is None:
        columns.append(column("search", words))
    else:
        columns.insert(1, Column(words.text("exporting.column.picture"), is_pictures=True))
    rows: list[list[Cell]] = []
    for hit in search.hits:
        for product in (hit.product, *hit.same):
            cells = product_cells(hit, product, search.threshold, words)
            if thumbnails is None:
                cells.append(search_cell(search, address))
            else:
                cells.insert(1, thumbnails.of(hit.picture, words.choose(product.name)))
            rows.append(cells)
    frozen = 0 if thumbnails is None else 2
    return Sheet(words.text("exporting.sheet.products"), columns, rows, frozen)


def search_cell(search: Search, address: str) -> Cell:
    """Return where a search is seen, or else its id."""
    return Link(address) if address else str(search.id)


def offers_sheet(products: Sequence[Product], words: Language) -> Sheet | None:
    """Return all offers of some products; None when there are none."""
    rows = list(offer_rows(products, words))
    if not rows:
        return None
    return Sheet(words.text("exporting.sheet.offers"), offer_columns(words), rows, 1)


def about_sheet(search: Search, about: About, words: Language) -> Sheet:
    """Return what the search was about."""
    columns = [Column("", 26), Column("", 60)]
    rows = list(_about(search, about, words))
    return Sheet(words.text("exporting.sheet.about"), columns, rows, is_list=False)


def _about(search: Search, about: About, words: Language) -> Iterator[list[Cell]]:
    line = search.threshold

    def row(name: str, *cells: Cell) -> list[Cell]:
        return [words.text(f"exporting.about.{name}"), *cells]

    yield row("subject", about.subject)
    for picture in about.pictures:
        yield row("picture", picture)
    yield row("made_at", words.moment(search.made_at, about.zone))
    yield row("search", search_cell(search, about.address))
    yield row("threshold", words.similarity(line.value))
    if line.doubtful is not None:
        yield row("doubtful", words.similarity(line.doubtful))
    if line.scale is not Scale.COSINE:
        yield row("scale", words.text(f"command.evaluate.scale_{line.scale}"))
    if about.narrowed:
        yield row("narrowed", about.narrowed)
    yield row("found", len(search.hits))
    yield row("similar", sum(reaches(hit.score, line.value) for hit in search.hits))
    if search.gone:
        yield row("gone", search.gone)

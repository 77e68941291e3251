"""Products as rows of a table: what the catalogue knows of them, and what they score."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from search.exporting.cells import Cell, Column, Link, Similarity
from search.hits import Hit, Product
from search.language import Language
from search.prices import currencies_of
from search.threshold import Threshold
from search.tuning.scales import Scale, reaches

SIMILAR, DOUBTFUL, BELOW = "similar", "doubtful", "below"
_WIDTHS = {
    "rank": 7,
    "words": 24,
    "similarity": 11,
    "cosine": 11,
    "standing": 15,
    "standing_saved": 15,
    "standing_default": 15,
    "article": 18,
    "name": 34,
    "category": 20,
    "project": 22,
    "region": 16,
    "price": 12,
    "currency": 9,
    "offers": 44,
    "link": 34,
    "search": 40,
    "quantity": 12,
    "route": 14,
    "days": 10,
}


def column(name: str, words: Language) -> Column:
    """Return a column by its name among the texts."""
    return Column(words.text(f"exporting.column.{name}"), _WIDTHS.get(name, 14))


def catalogue_columns(words: Language) -> list[Column]:
    """Return the columns that `catalogue_cells` fills."""
    named = (
        *("article", "name", "category", "project", "region"),
        *("price", "currency", "offers", "link"),
    )
    return [column(name, words) for name in named]


def catalogue_cells(product: Product, words: Language) -> list[Cell]:
    """Return what the catalogue knows of a product."""
    return [
        product.article,
        words.choose(product.name),
        words.choose(product.category) if product.category else None,
        product.project,
        product.region,
        product.price,
        product.currency,
        "\n".join(offer_lines(product, words)),
        Link(product.link) if product.link else None,
    ]


def product_columns(words: Language, lines: Sequence[Threshold]) -> list[Column]:
    """Return the columns that `product_cells` fills.

    `lines` are those of all searches in the table, one at least; the first one's scale has columns.
    """
    scored = ("similarity",) if lines[0].scale is Scale.COSINE else ("similarity", "cosine")
    told = [column(name, words) for name in ("rank", *scored, _standing_column(lines))]
    return told + catalogue_columns(words)


def _standing_column(lines: Sequence[Threshold]) -> str:
    """Name the column of `standing`: by the line that somebody saved, or by the default.

    The first line may be saved while a set is searched with: then its rows differ.
    """
    named = {"standing_default" if line.id is None else "standing_saved" for line in lines}
    return named.pop() if len(named) == 1 else "standing"


def product_cells(hit: Hit, product: Product, line: Threshold, words: Language) -> list[Cell]:
    """Return a product's cells: the hit's own, or a further one with its picture."""
    exact: list[Cell] = [] if line.scale is Scale.COSINE else [Similarity(hit.similarity)]
    return [
        hit.rank,
        Similarity(hit.score),
        *exact,
        words.text(f"exporting.standing.{standing(hit.score, line)}"),
        *catalogue_cells(product, words),
    ]


def standing(score: float, line: Threshold) -> str:
    """Return on which side of a line a score is."""
    if reaches(score, line.value):
        return SIMILAR
    is_doubtful = line.doubtful is not None and reaches(score, line.doubtful)
    return DOUBTFUL if is_doubtful else BELOW


def offer_lines(product: Product, words: Language) -> Iterator[str]:
    """Say each of a product's offers in a line."""
    currencies = currencies_of(product)
    for offer in product.offers:
        prices = [words.price(offer.prices.get(one), one) for one in currencies]
        parts = [" / ".join(price for price in prices if price)]
        if offer.quantity is not None:
            parts.insert(0, words.text("exporting.pieces", n=offer.quantity))
        if offer.route:
            parts.append(offer.route)
        if offer.days is not None:
            parts.append(words.text("exporting.days", n=offer.days))
        yield " · ".join(filter(None, parts))


def offer_columns(words: Language) -> list[Column]:
    """Return the columns that `offer_rows` fills."""
    named = ("article", "name", "quantity", "price", "currency", "route", "days")
    return [column(name, words) for name in named]


def offer_rows(products: Sequence[Product], words: Language) -> Iterator[list[Cell]]:
    """Yield a row for each price of each offer."""
    for product in products:
        for offer in product.offers:
            for currency, price in offer.prices.items():
                yield [
                    product.article,
                    words.choose(product.name),
                    offer.quantity,
                    price,
                    currency,
                    offer.route,
                    offer.days,
                ]

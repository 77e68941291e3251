"""What the products that a text finds are told apart by, with how many have it, in SQL."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString

from psycopg import sql

from search.meaning import Meant
from search.narrowing import Narrow, Trait
from search.store.database import Database
from search.store.facets import COLUMNS, Span, Value
from search.store.narrowed import condition
from search.store.nearest import ask
from search.store.worded import Worded

# Whatever is counted, the products are looked for once.
_COUNTED: LiteralString = """
    WITH fit AS MATERIALIZED (
        SELECT category_id, project, region, price, currency
        FROM likeness.products AS product WHERE {fits}
    ), counted AS ({parts})
    SELECT part, value, products, category.name, currency, lowest, highest
    FROM counted LEFT JOIN likeness.categories AS category
      ON part = 'category' AND category.id = value
    ORDER BY part, products DESC, coalesce(value, currency)
"""
_VALUES: LiteralString = """
    SELECT {part} AS part, {column} AS value, count(*) AS products, NULL AS currency,
           NULL::numeric AS lowest, NULL::numeric AS highest
    FROM fit AS product WHERE {narrow} AND {column} IS NOT NULL GROUP BY {column}
"""
_PRICES: LiteralString = """
    SELECT 'price', NULL, count(*), currency, min(price), max(price)
    FROM fit AS product WHERE {narrow} GROUP BY currency, price IS NULL
"""
_PRODUCTS: LiteralString = """
    SELECT 'product', NULL, count(*), NULL, NULL, NULL FROM fit AS product WHERE {narrow}
"""
# The planner takes many words for as many rows, and would read them all.
_SETTINGS: Final = {"enable_seqscan": "off", "jit": "off"}


@dataclass(frozen=True, slots=True)
class Counted:
    """How many products there are, and of each value as if nothing was chosen of its trait.

    The `prices` by currency and the `unpriced` are counted as if no range was chosen; values and
    currencies with most products come first.
    """

    products: int
    values: Mapping[Trait, tuple[Value, ...]]
    prices: tuple[Span, ...]
    unpriced: int


class WordCounts:
    """Used from several threads at once."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def count(self, meant: Meant, narrow: Narrow) -> Counted:
        """Count the products that are meant and fulfil `narrow`, with a vector or without."""
        worded = Worded(meant)
        statement = sql.SQL(_COUNTED).format(fits=worded.fits, parts=_parts(narrow))
        asked = {**worded.asked, **condition(narrow)[1]}
        with self._database.connection() as connection:
            rows = ask(connection, statement, asked, _SETTINGS)
        return _counted(rows)


def _parts(narrow: Narrow) -> sql.Composed:
    parts = [
        sql.SQL(_VALUES).format(
            part=sql.Literal(str(trait)),
            column=sql.Identifier("product", COLUMNS[trait]),
            narrow=condition(narrow.having(trait))[0],
        )
        for trait in Trait
    ]
    parts.append(sql.SQL(_PRICES).format(narrow=condition(replace(narrow, price=None))[0]))
    parts.append(sql.SQL(_PRODUCTS).format(narrow=condition(narrow)[0]))
    return sql.SQL(" UNION ALL ").join(parts)


def _counted(rows: list[Any]) -> Counted:
    by_part: dict[str, list[Any]] = {}
    for part, *row in rows:
        by_part.setdefault(part, []).append(row)
    prices = by_part.get("price", [])
    return Counted(
        by_part["product"][0][1],
        {trait: tuple(Value(*row[:3]) for row in by_part.get(str(trait), ())) for trait in Trait},
        tuple(
            Span(currency, lowest, highest, products)
            for _, products, _, currency, lowest, highest in prices
            if lowest is not None
        ),
        sum(products for _, products, _, _, lowest, _ in prices if lowest is None),
    )

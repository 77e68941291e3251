"""What products are told apart by, with how many there are of each, in SQL.

Only products with a vector in the space count: the others cannot be found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final, LiteralString

from psycopg import sql

from search.narrowing import Narrow, Trait
from search.store.database import Database
from search.store.narrowed import condition
from search.store.nearest import ask
from search.store.products import CATALOGUE_STAMP
from search.store.spaces import Spaces, partition, stamp_of
from search.vectors import VectorSpace

COLUMNS: Final[Mapping[Trait, LiteralString]] = {
    Trait.CATEGORY: "category_id",
    Trait.PROJECT: "project",
    Trait.REGION: "region",
}
_FULFIL: LiteralString = """
    FROM likeness.products AS product
    WHERE {narrow} AND EXISTS (
        SELECT FROM {table} AS embedding WHERE embedding.product_id = product.id)
"""
_PRODUCTS: LiteralString = f"SELECT count(*) {_FULFIL}"
# Each row tells how many rows there would be without the limit.
_VALUES: LiteralString = f"""
    WITH counted AS (
        SELECT {{column}} AS value, count(*) AS products, count(*) OVER () AS different
        {_FULFIL} AND {{column}} IS NOT NULL
        GROUP BY 1 ORDER BY products DESC, value LIMIT %(most)s
    )
    SELECT value, products, category.name, different
    FROM counted LEFT JOIN likeness.categories AS category ON {{named}}
    ORDER BY products DESC, value
"""  # noqa: S608 - our own columns
_AMONG: LiteralString = f"""
    SELECT {{column}}, count(*) {_FULFIL} AND {{column}} = ANY(%(values)s) GROUP BY 1
"""
_PRICES: LiteralString = f"""
    SELECT product.currency, min(product.price), max(product.price), count(*)
    {_FULFIL}
    GROUP BY product.currency, product.price IS NULL ORDER BY 4 DESC, 1
"""
_NAMES: LiteralString = "SELECT id, name FROM likeness.categories WHERE id = ANY(%s)"

# Compiling takes longer than it saves.
_SETTINGS: Final = {"jit": "off"}


@dataclass(frozen=True, slots=True)
class Value:
    """What some products have in common, and how many they are.

    A category's `value` is its id, and `name` its name by language code; else None.
    """

    value: str
    products: int
    name: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """The lowest and the highest price in a currency, and how many products have one in it."""

    currency: str | None
    lowest: Decimal
    highest: Decimal
    products: int


class FacetCounts:
    """Used from several threads at once."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def stamp(self, space: VectorSpace) -> str:
        """Return what changes whenever products, or the vectors of a space, do."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            row = connection.execute(CATALOGUE_STAMP).fetchone()
            return f"{row[0] if row else ''} {stamp_of(connection, space_id)}"

    def values(
        self, space: VectorSpace, trait: Trait, narrow: Narrow, most: int
    ) -> tuple[Sequence[Value], int]:
        """Return the `most` frequent values of a trait, and how many there are.

        Of products that fulfil `narrow`, whatever it says of the trait itself.
        """
        named = "category.id = counted.value" if trait is Trait.CATEGORY else "false"
        rows = self._ask(
            _VALUES,
            space,
            narrow.having(trait),
            {"most": most},
            column=sql.Identifier("product", COLUMNS[trait]),
            named=sql.SQL(named),
        )
        return [Value(*row[:3]) for row in rows], rows[0][3] if rows else 0

    def among(
        self, space: VectorSpace, trait: Trait, narrow: Narrow, values: Sequence[str]
    ) -> list[Value]:
        """Return these values of a trait, in their order, though no product is left with one.

        Counted as by `values`, in one statement however many they are.
        """
        rows = self._ask(
            _AMONG,
            space,
            narrow.having(trait),
            {"values": list(values)},
            column=sql.Identifier("product", COLUMNS[trait]),
        )
        products: dict[str, int] = dict(rows)
        names = self.names(values) if trait is Trait.CATEGORY else {}
        return [Value(value, products.get(value, 0), names.get(value)) for value in values]

    def prices(self, space: VectorSpace, narrow: Narrow) -> tuple[Sequence[Span], int]:
        """Return the prices by currency, most products first, and how many have none."""
        rows = self._ask(_PRICES, space, narrow)
        spans = [Span(*row) for row in rows if row[1] is not None]
        return spans, sum(row[3] for row in rows if row[1] is None)

    def products(self, space: VectorSpace, narrow: Narrow) -> int:
        """Return how many products fulfil `narrow`."""
        return int(self._ask(_PRODUCTS, space, narrow)[0][0])

    def names(self, categories: Sequence[str]) -> dict[str, Mapping[str, str]]:
        """Return the names of categories by language code, by their ids."""
        with self._database.connection() as connection:
            return dict(connection.execute(_NAMES, (list(categories),)).fetchall())

    def _ask(
        self,
        statement: LiteralString,
        space: VectorSpace,
        narrow: Narrow,
        asked: Mapping[str, object] | None = None,
        **parts: sql.Composable,
    ) -> list[Any]:
        table = partition(self._spaces.id_of(space))
        wanted, narrowing = condition(narrow)
        composed = sql.SQL(statement).format(narrow=wanted, table=table, **parts)
        with self._database.connection() as connection:
            return ask(connection, composed, {**narrowing, **(asked or {})}, _SETTINGS)

"""Narrowing in SQL: the condition on products, how many fulfil it, and names of categories."""

from __future__ import annotations

from typing import Any, LiteralString

from psycopg import sql

from search.narrowing import Narrow
from search.store.database import Connection, Database

_COUNT = sql.SQL(
    "SELECT count(*) FROM (SELECT FROM likeness.products AS product WHERE {condition}"
    " LIMIT %(most)s) AS counted"
)
# As somebody types it: the id, or the name in any language.
_NAMED: LiteralString = """
    SELECT id FROM likeness.categories
    WHERE id = %(name)s OR EXISTS (
        SELECT FROM jsonb_each_text(name) AS said WHERE lower(said.value) = lower(%(name)s))
    ORDER BY id
"""


def condition(narrow: Narrow) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the condition on likeness.products AS product, and its parameters."""
    parts: list[sql.Composable] = []
    asked: dict[str, Any] = {}
    listed = {
        "category_id": narrow.categories,
        "project": narrow.projects,
        "region": narrow.regions,
    }
    for column, values in listed.items():
        if values:
            of_product = sql.Identifier("product", column)
            parts.append(sql.SQL("{} = ANY({})").format(of_product, sql.Placeholder(column)))
            asked[column] = list(values)
    if narrow.price is not None:
        price = narrow.price
        bounds = {
            "product.currency = %(currency)s": ("currency", price.currency),
            "product.price >= %(lowest)s": ("lowest", price.lowest),
            "product.price <= %(highest)s": ("highest", price.highest),
        }
        parts.append(sql.SQL("product.price IS NOT NULL"))
        for text, (name, value) in bounds.items():
            if value is not None:
                parts.append(sql.SQL(text))
                asked[name] = value
    return sql.SQL(" AND ").join(parts) if parts else sql.SQL("true"), asked


def count_up_to(connection: Connection, narrow: Narrow, most: int) -> int:
    """Return how many products fulfil it; counting ends at `most`."""
    wanted, asked = condition(narrow)
    statement = _COUNT.format(condition=wanted)
    # Planned for these values: a plan for any would not know that they are in the index.
    row = connection.execute(statement, asked | {"most": most}, prepare=False).fetchone()
    return int(row[0]) if row else 0


class Categories:
    """The table `categories`, as somebody names one."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def named(self, name: str) -> list[str]:
        """Return the ids of the categories with this id, or this name in any language."""
        with self._database.connection() as connection:
            return [row[0] for row in connection.execute(_NAMED, {"name": name})]

"""Products and their pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any, LiteralString

from psycopg.types.json import Jsonb

from search.hits import Product
from search.store.database import Connection, Database
from search.store.product_rows import (
    PICTURE_ORDER,
    PICTURE_REFERENCE,
    PRODUCT_COLUMNS,
    PRODUCT_WIDTH,
    product_of,
)
from search.store.spaces import Spaces
from search.store.vector_copy import copy_embeddings
from search.vectors import Embedding

_WITH_PICTURES: LiteralString = f"""
    SELECT DISTINCT ON (product.id) {PRODUCT_COLUMNS}, {PICTURE_REFERENCE}
    FROM likeness.products AS product
    JOIN likeness.pictures AS picture ON picture.product_id = product.id
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    WHERE product.id = ANY(%s)
    ORDER BY product.id, {PICTURE_ORDER}
"""  # noqa: S608 - our own columns

# What changes whenever products or pictures come or go.
CATALOGUE_STAMP: LiteralString = """
    SELECT coalesce(sum(changes), 0) || '+' || coalesce(sum(number), 0)
    FROM likeness.catalogue_changes
"""
# In one statement: whoever reads the stamp meanwhile sees the rows or what they sum up to.
_FOLD: LiteralString = """
    WITH gone AS (DELETE FROM likeness.catalogue_changes RETURNING number, changes)
    INSERT INTO likeness.catalogue_changes (number, changes)
    SELECT sum(number), sum(changes) FROM gone HAVING count(*) > 0
"""


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product on its way into the catalogue, with its picture and perhaps that one's vector."""

    article: str
    name: dict[str, str]
    category_id: str
    category: dict[str, str]
    price: Decimal | None
    currency: str | None
    picture: bytes
    media_type: str
    embedding: Embedding | None = None


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """A catalogue picture as it is stored."""

    id: int
    product_id: int
    media_type: str
    content: bytes


class Products:
    """The tables `categories`, `products` and `pictures`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces
        self._counted: tuple[str, tuple[int, int]] | None = None

    def count(self) -> tuple[int, int]:
        """Return the numbers of products and of pictures, also of those not fetched yet.

        They are counted again only when some came or went, in whichever process.
        """
        with self._database.connection() as connection:
            # The stamp first: what comes in between is counted, and counted again next time.
            stamp = str(_first(connection, CATALOGUE_STAMP))
            known = self._counted
            if known is not None and known[0] == stamp:
                return known[1]
            products = int(_first(connection, "SELECT count(*) FROM likeness.products"))
            pictures = int(_first(connection, "SELECT count(*) FROM likeness.pictures"))
        self._counted = stamp, (products, pictures)
        return products, pictures

    def fold_changes(self) -> None:
        """Sum up the changes noted so far, so that `count` stays quick; see `Spaces`."""
        with self._database.connection() as connection:
            connection.execute(_FOLD)

    def has_source(self, source: str) -> bool:
        """Return whether any product came from this source."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT FROM likeness.products WHERE source = %s)", (source,)
            ).fetchone()
        return bool(row and row[0])

    def has_others(self, sources: Sequence[str]) -> bool:
        """Return whether any product came from another source than these."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT EXISTS (SELECT FROM likeness.products WHERE source <> ALL(%s))",
                (list(sources),),
            ).fetchone()
        return bool(row and row[0])

    def categories(self) -> list[tuple[Mapping[str, str], int]]:
        """Return the categories' names by language and their numbers of products, most first."""
        with self._database.connection() as connection:
            return connection.execute(
                "SELECT category.name, count(*) FROM likeness.products AS product"
                " JOIN likeness.categories AS category ON category.id = product.category_id"
                " GROUP BY category.id ORDER BY count(*) DESC, category.id"
            ).fetchall()

    def category_names(self) -> dict[str, Mapping[str, str]]:
        """Return the categories' names by language, by the categories' ids."""
        with self._database.connection() as connection:
            return dict(connection.execute("SELECT id, name FROM likeness.categories").fetchall())

    def numbers(self, articles: Sequence[str], source: str | None = None) -> dict[str, int]:
        """Return the numbers of products by article; of one source, or else of any.

        An article that several sources have means the one that was there first.
        """
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT article_number, min(id) FROM likeness.products"
                " WHERE article_number = ANY(%s) AND (%s::text IS NULL OR source = %s)"
                " GROUP BY article_number",
                (list(articles), source, source),
            ).fetchall()
        return dict(rows)

    def with_pictures(self, numbers: Sequence[int]) -> dict[int, tuple[Product, str]]:
        """Return products, each with the reference of its first picture, by their numbers.

        See `Hit.picture`. Those that have no picture at all are left out.
        """
        with self._database.connection() as connection:
            rows = connection.execute(_WITH_PICTURES, (list(numbers),)).fetchall()
        return {row[0]: (product_of(row), row[PRODUCT_WIDTH]) for row in rows}

    def picture(self, digest: str) -> StoredPicture | None:
        """Return the picture whose content has this SHA-256 in hexadecimal, if there is one."""
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT id, product_id, media_type, content FROM likeness.pictures"
                " WHERE digest = %s LIMIT 1",
                (digest,),
            ).fetchone()
        return StoredPicture(*row) if row else None

    def add(self, source: str, products: Sequence[NewProduct]) -> int:
        """Add products of one source; return how many were new.

        Those that are there already are left as they are. One transaction: after a kill in the
        middle there are all of them or none.
        """
        # A space that is new makes its partition first, on a connection and transaction of its own.
        spaces = {product.embedding.space for product in products if product.embedding}
        space_ids = {space: self._spaces.id_of(space) for space in spaces}
        with self._database.connection() as connection, connection.transaction():
            _add_categories(connection, products)
            numbers = _add_products(connection, source, products)
            new = [product for product in products if product.article in numbers]
            pictures = _add_pictures(connection, numbers, new)
            given = [
                (pictures[product.article], numbers[product.article], product.embedding)
                for product in new
                if product.embedding
            ]
            copy_embeddings(connection, space_ids, given)
        return len(new)


def _first(connection: Connection, question: LiteralString) -> Any:  # noqa: ANN401 - what it asks
    row = connection.execute(question).fetchone()
    return row[0] if row else None


def _add_categories(connection: Connection, products: Sequence[NewProduct]) -> None:
    categories = {product.category_id: product.category for product in products}
    connection.cursor().executemany(
        "INSERT INTO likeness.categories (id, name) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [(number, Jsonb(name)) for number, name in categories.items()],
    )


def _add_products(
    connection: Connection, source: str, products: Sequence[NewProduct]
) -> dict[str, int]:
    """Return the numbers of the new ones by article."""
    rows = connection.execute(
        "INSERT INTO likeness.products"
        " (source, key, article_number, name, category_id, price, currency)"
        " SELECT %s, article, * FROM unnest(%s::text[], %s::jsonb[], %s::text[], %s::numeric[],"
        " %s::text[]) AS new (article)"
        " ON CONFLICT DO NOTHING RETURNING article_number, id",
        (
            source,
            [product.article for product in products],
            [Jsonb(product.name) for product in products],
            [product.category_id for product in products],
            [product.price for product in products],
            [product.currency for product in products],
        ),
    )
    return dict(rows.fetchall())


def _add_pictures(
    connection: Connection, numbers: dict[str, int], products: Sequence[NewProduct]
) -> dict[str, int]:
    """Return the pictures' numbers by article."""
    rows = connection.execute(
        "INSERT INTO likeness.pictures (product_id, digest, media_type, content)"
        " SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::bytea[])"
        " RETURNING product_id, id",
        (
            [numbers[product.article] for product in products],
            [sha256(product.picture).hexdigest() for product in products],
            [product.media_type for product in products],
            [product.picture for product in products],
        ),
    )
    articles = {number: article for article, number in numbers.items()}
    return {articles[product_id]: picture_id for product_id, picture_id in rows}

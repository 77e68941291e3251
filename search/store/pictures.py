"""Pictures of the catalogue by their numbers, fetched already or not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import LiteralString

from search.errors import ProductNotIndexed, ProductUnknown
from search.hits import Product
from search.store.database import Database
from search.store.product_rows import (
    PICTURE_ORDER,
    PICTURE_REFERENCE,
    PRODUCT_COLUMNS,
    PRODUCT_WIDTH,
    product_of,
)
from search.store.products import StoredPicture
from search.store.spaces import Spaces
from search.vectors import Embedding, VectorSpace

_BY_NUMBER = """
    SELECT id, product_id, media_type, content, address FROM likeness.pictures WHERE id = %s
"""
# Ordered by a hash: always the same pictures, and from all over the catalogue. Only the keys are
# ordered, which the index has: reading every vector for a few would take as long as a search.
_SAMPLE = """
    WITH drawn AS MATERIALIZED (
        SELECT picture_id FROM likeness.image_embeddings
        WHERE space_id = %(space)s
        ORDER BY hashint8(picture_id), picture_id
        LIMIT %(limit)s
    )
    SELECT picture.id, stored.image_embedding
    FROM drawn
    JOIN likeness.image_embeddings AS stored
      ON stored.space_id = %(space)s AND stored.picture_id = drawn.picture_id
    JOIN likeness.pictures AS picture ON picture.id = drawn.picture_id
    WHERE content IS NOT NULL OR address IS NOT NULL
    ORDER BY content IS NULL, hashint8(picture.id), picture.id
"""
# The first picture that has a vector: one that could not be fetched may have been copied with one.
_VECTOR: LiteralString = f"""
    SELECT article_number, shown.reference, shown.image_embedding
    FROM likeness.products AS product
    LEFT JOIN LATERAL (
        SELECT {PICTURE_REFERENCE} AS reference, image_embedding
        FROM likeness.pictures AS picture
        JOIN likeness.image_embeddings AS stored
          ON stored.picture_id = picture.id AND stored.space_id = %(space)s
        WHERE picture.product_id = product.id
          AND (%(picture)s::bigint IS NULL OR picture.id = %(picture)s::bigint)
        ORDER BY {PICTURE_ORDER} LIMIT 1
    ) AS shown ON true
    WHERE product.id = %(product)s::bigint
"""  # noqa: S608 - our own columns
# A product, and all of its pictures.
_OF_PRODUCT: LiteralString = f"""
    SELECT {PRODUCT_COLUMNS}, ARRAY(
        SELECT {PICTURE_REFERENCE}
        FROM likeness.pictures AS picture
        WHERE picture.product_id = product.id
        ORDER BY {PICTURE_ORDER}
    )
    FROM likeness.products AS product
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    WHERE product.id = %s::bigint
"""  # noqa: S608 - our own columns
# The numbers that products can have.
_LARGEST_NUMBER = 2**63 - 1


@dataclass(frozen=True, slots=True)
class UnfetchedPicture:
    """A picture of which nothing is known but where it is said to be."""

    id: int
    address: str = field(repr=False)


class Pictures:
    """The table `pictures`, as whoever looks at one of them needs it."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def by_number(self, number: int) -> StoredPicture | UnfetchedPicture | None:
        """Return the picture of this number; None when there is none, or nothing to be had of."""
        with self._database.connection() as connection:
            row = connection.execute(_BY_NUMBER, (number,), binary=True).fetchone()
        if row is None:
            return None
        if row[3] is not None:
            return StoredPicture(*row[:4])
        return None if row[4] is None else UnfetchedPicture(row[0], row[4])

    def sample(self, space: VectorSpace, limit: int) -> list[tuple[int, Embedding]]:
        """Return up to `limit` pictures' numbers with their stored embeddings.

        They are from all over the catalogue; those that are here already come first.
        """
        asked = {"space": self._spaces.id_of(space), "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_SAMPLE, asked).fetchall()
        return [(number, Embedding(vector.to_numpy(), space)) for number, vector in rows]

    def of_product(self, product_id: int) -> tuple[Product, tuple[str, ...]]:
        """Return a product with the references of its pictures, in the catalogue's order.

        See `Hit.picture`; one that it has twice is there once. Raises ProductUnknown.
        """
        _check(product_id)
        with self._database.connection() as connection:
            row = connection.execute(_OF_PRODUCT, (product_id,), binary=True).fetchone()
        if row is None:
            raise ProductUnknown(product=str(product_id))
        return product_of(row), tuple(dict.fromkeys(row[PRODUCT_WIDTH]))

    def vector_of(
        self, product_id: int, space: VectorSpace, picture_id: int | None = None
    ) -> tuple[str, Embedding]:
        """Return the stored vector of a product's picture, after that one's reference.

        It is the product's first picture that has one, or the given one. Raises ProductUnknown,
        and ProductNotIndexed where there is no vector.
        """
        _check(product_id)
        asked = {"product": product_id, "picture": picture_id, "space": self._spaces.id_of(space)}
        with self._database.connection() as connection:
            row = connection.execute(_VECTOR, asked, binary=True).fetchone()
        if row is None:
            raise ProductUnknown(product=str(product_id))
        article, reference, vector = row
        if vector is None:
            raise ProductNotIndexed(product=article)
        return reference, Embedding(vector.to_numpy(), space)


def _check(product_id: int) -> None:
    """Raise ProductUnknown for a number that no product can have."""
    if not 0 < product_id <= _LARGEST_NUMBER:
        raise ProductUnknown(product=str(product_id))

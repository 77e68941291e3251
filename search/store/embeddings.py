"""The vectors of the catalogue's pictures: storing them, and finding the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from search.hits import Distribution, Hit, Product
from search.store.database import Database
from search.store.products import StoredPicture
from search.store.spaces import Spaces
from search.vectors import Embedding, VectorSpace

# Several pictures of one product may be among the nearest: so many times more are looked at.
PICTURES_A_PRODUCT = 4

# The threshold is no part of it: what it cuts is decided where it can be moved without asking.
_NEAREST = """
    WITH nearest AS MATERIALIZED (
        SELECT picture_id, product_id, image_embedding <=> %(query)b AS distance
        FROM likeness.image_embeddings
        WHERE space_id = %(space)s
        ORDER BY image_embedding <=> %(query)b
        LIMIT %(pictures)s
    ), by_product AS (
        SELECT DISTINCT ON (product_id) product_id, picture_id, distance
        FROM nearest
        ORDER BY product_id, distance, picture_id
    ), best AS MATERIALIZED (
        SELECT * FROM by_product ORDER BY distance, product_id LIMIT %(limit)s
    )
    SELECT product.id, product.article_number, product.name, category.name,
           product.price, product.currency, product.link,
           picture.id, picture.digest, least(1, greatest(-1, 1 - best.distance)),
           (SELECT count(*) FROM nearest)
    FROM best
    JOIN likeness.products AS product ON product.id = best.product_id
    JOIN likeness.pictures AS picture ON picture.id = best.picture_id
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    ORDER BY best.distance, product.id
"""

# Distances first, in a step of their own: grouping must not carry the vectors along.
# Whole hundredths, rounded down; a millionth is forgiven, since a float32 vector's similarity to
# itself is 0.9999999. The page rounds its cards the same way, so both fall on one side of a line.
_DISTRIBUTION = """
    WITH pictures AS MATERIALIZED (
        SELECT product_id, image_embedding <=> %(query)b AS distance
        FROM likeness.image_embeddings
        WHERE space_id = %(space)s
    ), products AS (
        SELECT min(distance) AS distance FROM pictures GROUP BY product_id
    )
    SELECT floor(least(1, greatest(-1, 1 - distance)) * 100 + 1e-4)::integer + 100, count(*)
    FROM products
    GROUP BY 1
"""

_MISSING = """
    SELECT id, product_id, media_type, content
    FROM likeness.pictures AS picture
    WHERE id > %(after)s AND (%(again)s OR NOT EXISTS (
        SELECT FROM likeness.image_embeddings AS embedding
        WHERE embedding.space_id = %(space)s AND embedding.picture_id = picture.id))
    ORDER BY id
    LIMIT %(limit)s
"""

# Ordered by a hash: always the same pictures, and from all over the catalogue.
_SAMPLE = """
    SELECT id, picture.product_id, media_type, content, image_embedding
    FROM (
        SELECT picture_id, image_embedding
        FROM likeness.image_embeddings
        WHERE space_id = %(space)s
        ORDER BY hashint8(picture_id), picture_id
        LIMIT %(limit)s
    ) AS embedding
    JOIN likeness.pictures AS picture ON picture.id = picture_id
"""

_ADD = """
    INSERT INTO likeness.image_embeddings (space_id, picture_id, product_id, image_embedding)
    VALUES (%s, %s, %s, %b)
    ON CONFLICT (space_id, picture_id) DO UPDATE
    SET image_embedding = excluded.image_embedding, created_at = now()
"""


class Embeddings:
    """The table `image_embeddings`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def nearest(self, query: Embedding, limit: int) -> tuple[Hit, ...]:
        """Return the `limit` most similar products, best first, each by its best picture.

        An exact scan: recall is 1.
        """
        asked = {"query": query.vector, "space": self._spaces.id_of(query.space), "limit": limit}
        rows: list[Any] = []
        pictures = scanned = limit
        # The nearest pictures may belong to few products: then more of them are looked at.
        while len(rows) < limit and scanned == pictures:
            pictures *= PICTURES_A_PRODUCT
            with self._database.connection() as connection:
                rows = connection.execute(
                    _NEAREST, asked | {"pictures": pictures}, binary=True
                ).fetchall()
            scanned = rows[0][-1] if rows else 0
        return tuple(
            Hit(rank, Product(*row[:7]), picture_id=row[7], picture=row[8], similarity=row[9])
            for rank, row in enumerate(rows, start=1)
        )

    def distribution(self, query: Embedding) -> Distribution:
        """Count every product of the catalogue by its similarity to the query."""
        counts = [0] * Distribution.BINS
        asked = {"query": query.vector, "space": self._spaces.id_of(query.space)}
        with self._database.connection() as connection:
            for bin_number, count in connection.execute(_DISTRIBUTION, asked, binary=True):
                counts[bin_number] = count
        return Distribution(tuple(counts))

    def count(self, space: VectorSpace) -> int:
        """Return how many pictures have a vector in a space."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT count(*) FROM likeness.image_embeddings WHERE space_id = %s", (space_id,)
            ).fetchone()
        return int(row[0]) if row else 0

    def missing(
        self, space: VectorSpace, *, after: int, limit: int, again: bool = False
    ) -> list[StoredPicture]:
        """Return up to `limit` pictures that have no vector in a space, numbered above `after`.

        With `again`, those that have one as well.
        """
        asked = {
            "space": self._spaces.id_of(space),
            "after": after,
            "limit": limit,
            "again": again,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_MISSING, asked).fetchall()
        return [StoredPicture(*row) for row in rows]

    def sample(self, space: VectorSpace, limit: int) -> list[tuple[StoredPicture, Embedding]]:
        """Return some pictures from all over the catalogue with their stored embeddings."""
        asked = {"space": self._spaces.id_of(space), "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_SAMPLE, asked).fetchall()
        return [(StoredPicture(*row[:4]), Embedding(row[4].to_numpy(), space)) for row in rows]

    def add(self, embeddings: Iterable[tuple[StoredPicture, Embedding]]) -> None:
        """Store pictures' vectors, in place of those they may have in the same space."""
        rows = [
            (self._spaces.id_of(embedding.space), picture.id, picture.product_id, embedding.vector)
            for picture, embedding in embeddings
        ]
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)

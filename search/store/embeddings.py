"""The vectors of the catalogue's pictures: storing them, and finding the nearest."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, LiteralString

from search.hits import Hit, Product
from search.store.database import Database
from search.store.products import StoredPicture
from search.store.scoring import DISTANCE, query_parameters
from search.store.spaces import Spaces
from search.tuning.scales import Scale, relative
from search.vectors import Embedding, Vector, VectorSpace

# Several pictures of one product may be among the nearest: so many times more are looked at.
PICTURES_A_PRODUCT = 4

# The threshold is no part of it: what it cuts is decided where it can be moved without asking.
_NEAREST: LiteralString = """
    WITH nearest AS MATERIALIZED (
        SELECT picture_id, product_id, {distance} AS distance
        FROM likeness.image_embeddings
        WHERE space_id = %(space)s
        ORDER BY {distance}
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
           {cosine}, (SELECT count(*) FROM nearest)
    FROM best
    JOIN likeness.products AS product ON product.id = best.product_id
    JOIN likeness.pictures AS picture ON picture.id = best.picture_id
    LEFT JOIN likeness.categories AS category ON category.id = product.category_id
    ORDER BY best.distance, product.id
"""
# Where products are ordered by something else, the cosine of the few that are left is looked up.
_COSINE_OF_BEST: LiteralString = """(
    SELECT least(1, greatest(-1, 1 - (image_embedding <=> %(photo)b)))
    FROM likeness.image_embeddings
    WHERE space_id = %(space)s AND picture_id = best.picture_id)"""

_MISSING = """
    SELECT id, product_id, media_type, content
    FROM likeness.pictures AS picture
    WHERE content IS NOT NULL AND id > %(after)s AND (%(again)s OR NOT EXISTS (
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
    WHERE content IS NOT NULL
"""

# Whoever replaces or removes the picture meanwhile is waited for, and the vector is then left out:
# it shows what is no longer there.
_ADD = """
    INSERT INTO likeness.image_embeddings (space_id, picture_id, product_id, image_embedding)
    SELECT %s, id, product_id, %b FROM likeness.pictures
    WHERE id = %s AND digest = %s
    FOR SHARE
    ON CONFLICT (space_id, picture_id) DO UPDATE
    SET image_embedding = excluded.image_embedding, created_at = now()
"""


class Embeddings:
    """The table `image_embeddings`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def nearest(
        self,
        query: Embedding,
        limit: int,
        scale: Scale = Scale.COSINE,
        centre: Vector | None = None,
    ) -> tuple[Hit, ...]:
        """Return the `limit` most similar products, best first, each by its best picture.

        An exact scan: recall is 1. They are ordered and scored on `scale`; the centred one needs
        the `centre`, float32 [dimensions].
        """
        cosine = _COSINE_OF_BEST if scale is Scale.CENTRED else "NULL"
        statement = _NEAREST.format(distance=DISTANCE[scale], cosine=cosine)
        asked = {
            "space": self._spaces.id_of(query.space),
            "limit": limit,
            "photo": query.vector,
            **query_parameters(query, scale, centre),
        }
        rows: list[Any] = []
        pictures = scanned = limit
        # The nearest pictures may belong to few products: then more of them are looked at.
        while len(rows) < limit and scanned == pictures:
            pictures *= PICTURES_A_PRODUCT
            with self._database.connection() as connection:
                rows = connection.execute(
                    statement, asked | {"pictures": pictures}, binary=True
                ).fetchall()
            scanned = rows[0][-1] if rows else 0
        return tuple(_hit(rank, row, scale, best=rows[0][9]) for rank, row in enumerate(rows, 1))

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

        With `again`, those that have one as well. Those at a web address come once they were
        fetched.
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
        """Store pictures' vectors, in place of those they may have in the same space.

        A picture that was replaced or removed since it was read gets none.
        """
        rows = [
            (
                self._spaces.id_of(embedding.space),
                embedding.vector,
                picture.id,
                sha256(picture.content).hexdigest(),
            )
            for picture, embedding in embeddings
        ]
        with self._database.connection() as connection, connection.cursor() as cursor:
            cursor.executemany(_ADD, rows)


def _hit(rank: int, row: Any, scale: Scale, best: float) -> Hit:  # noqa: ANN401 - a row of _NEAREST
    score, cosine = row[9], row[10]
    return Hit(
        rank,
        Product(*row[:7]),
        picture_id=row[7],
        picture=row[8],
        similarity=score if cosine is None else cosine,
        score=float(relative(score, best)) if scale is Scale.RELATIVE else score,
    )

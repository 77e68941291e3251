"""The vectors of the catalogue's pictures: storing them, and finding the nearest."""

from __future__ import annotations

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

    def sample(self, space: VectorSpace, limit: int) -> list[tuple[StoredPicture, Embedding]]:
        """Return some pictures from all over the catalogue with their stored embeddings."""
        asked = {"space": self._spaces.id_of(space), "limit": limit}
        with self._database.connection() as connection:
            rows = connection.execute(_SAMPLE, asked).fetchall()
        return [(StoredPicture(*row[:4]), Embedding(row[4].to_numpy(), space)) for row in rows]


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

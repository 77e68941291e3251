"""How photos compare with the whole catalogue: counted by the database, once, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import LiteralString

import numpy as np

from search.hits import Distribution
from search.store.database import Connection, Database
from search.store.scoring import BIN, query_parameters, scored
from search.store.spaces import Spaces
from search.tuning.scales import BINS, Scale
from search.vectors import Embedding, Vector, VectorSpace

# So many of the best are kept by name: as many as a page of results has.
KEPT = 50

_COMPARE: LiteralString = """
    WITH {scored}, bins AS (
        SELECT {bin} AS bin, count(*)::integer AS products
        FROM scored GROUP BY 1
    ), kept AS (
        SELECT product_id, score FROM scored ORDER BY distance, product_id LIMIT %(kept)s
    ), pictured AS (
        SELECT DISTINCT ON (product_id) product_id, picture_id, distance, score
        FROM kept JOIN pictures USING (product_id)
        ORDER BY product_id, distance, picture_id
    )
    SELECT (SELECT 1 - distance FROM best),
           (SELECT array_agg(bin) FROM bins), (SELECT array_agg(products) FROM bins),
           array_agg(product_id ORDER BY distance, product_id),
           array_agg(picture_id ORDER BY distance, product_id),
           array_agg(score ORDER BY distance, product_id)
    FROM pictured
"""
_SAVE = """
    INSERT INTO likeness.comparisons (space_id, fingerprint, scale, stamp, best, counts,
                                      product_ids, picture_ids, scores)
    VALUES (%(space)s, %(photo)s, %(scale)s, %(stamp)s, %(best)s, %(counts)s::integer[],
            %(products)s::bigint[], %(pictures)s::bigint[], %(scores)s::float8[])
    ON CONFLICT (space_id, fingerprint, scale) DO UPDATE
    SET stamp = excluded.stamp, best = excluded.best, counts = excluded.counts,
        product_ids = excluded.product_ids, picture_ids = excluded.picture_ids,
        scores = excluded.scores
"""

_READ = """
    SELECT fingerprint, best, counts, product_ids, picture_ids, scores
    FROM likeness.comparisons
    WHERE space_id = %s AND scale = %s AND stamp = %s AND fingerprint = ANY(%s)
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A photo against the whole catalogue on one scale.

    `distribution` counts every product; the other three name the best of them, at most 50, best
    first. `best` is the greatest score; on the relative scale, the greatest cosine.
    """

    best: float
    distribution: Distribution
    product_ids: tuple[int, ...]
    picture_ids: tuple[int, ...]
    scores: tuple[float, ...]


class Comparisons:
    """The tables `comparisons` and `centres`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def stamp(self, space: VectorSpace) -> str:
        """Return what changes whenever the catalogue's vectors in a space do."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            return _stamp(connection, space_id)

    def centre(self, space: VectorSpace) -> Vector | None:
        """Return the mean of the catalogue's vectors, float32 [dimensions]; None without any."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection, connection.transaction():
            stamp = _stamp(connection, space_id)
            row = connection.execute(
                "SELECT centre FROM likeness.centres WHERE space_id = %s AND stamp = %s",
                (space_id, stamp),
            ).fetchone()
            row = (
                row
                or connection.execute(
                    "INSERT INTO likeness.centres (space_id, stamp, centre)"
                    " SELECT %(space)s, %(stamp)s, avg(image_embedding)"
                    " FROM likeness.image_embeddings WHERE space_id = %(space)s HAVING count(*) > 0"
                    " ON CONFLICT (space_id) DO UPDATE"
                    " SET stamp = excluded.stamp, centre = excluded.centre"
                    " RETURNING centre",
                    {"space": space_id, "stamp": stamp},
                ).fetchone()
            )
        return np.asarray(row[0].to_numpy(), np.float32) if row else None

    def compare(
        self, query: Embedding, scale: Scale = Scale.COSINE, centre: Vector | None = None
    ) -> Comparison:
        """Count every product of the catalogue by its score, and name the best ones."""
        statement = _COMPARE.format(scored=scored(scale), bin=BIN)
        asked = {
            "space": self._spaces.id_of(query.space),
            "kept": KEPT,
            **query_parameters(query, scale, centre),
        }
        with self._database.connection() as connection:
            row = connection.execute(statement, asked, binary=True).fetchone()
        if row is None or row[0] is None:
            return Comparison(0.0, Distribution((0,) * BINS), (), (), ())
        best, bins, products, *kept = row
        counts = [0] * BINS
        for bin_number, count in zip(bins, products, strict=True):
            counts[bin_number] = count
        return Comparison(best, Distribution(tuple(counts)), *map(tuple, kept))

    def save(
        self, photo: bytes, space: VectorSpace, scale: Scale, stamp: str, made: Comparison
    ) -> None:
        """Keep a comparison, made when the catalogue had this stamp."""
        stored = {
            "space": self._spaces.id_of(space),
            "photo": photo,
            "scale": scale,
            "stamp": stamp,
            "best": made.best,
            "counts": list(made.distribution.counts),
            "products": list(made.product_ids),
            "pictures": list(made.picture_ids),
            "scores": list(made.scores),
        }
        with self._database.unhurried_transaction() as connection:
            connection.execute(_SAVE, stored)

    def read(
        self, photos: Sequence[bytes], space: VectorSpace, scale: Scale, stamp: str
    ) -> dict[bytes, Comparison]:
        """Return the comparisons that are kept for these photos and still hold, by fingerprint."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            rows = connection.execute(
                _READ, (space_id, scale, stamp, list(photos)), binary=True
            ).fetchall()
        return {
            bytes(photo): Comparison(best, Distribution(tuple(counts)), *map(tuple, kept))
            for photo, best, counts, *kept in rows
        }


def _stamp(connection: Connection, space_id: int) -> str:
    row = connection.execute(
        # A row that is written again has another xmin, also if its transaction began long ago.
        "SELECT count(*) || ':' || coalesce(sum(xmin::text::bigint), 0)"
        " FROM likeness.image_embeddings WHERE space_id = %s",
        (space_id,),
    ).fetchone()
    return str(row[0]) if row else ""

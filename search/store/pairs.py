"""Pairs of a photo and a product: how alike they are, and one drawn by lot to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, LiteralString

import numpy as np

from search.store.comparisons import Comparisons, bins_of
from search.store.database import Database
from search.store.samples import Sample, Samples
from search.store.scoring import BIN, DISTANCE, query_parameters, sampled, scored
from search.store.spaces import Spaces
from search.tuning.scales import Floats, Scale, relative
from search.vectors import Embedding, Vector, VectorSpace

# By the pictures' index, so that a few thousand pairs cost the same in a catalogue of any size.
# The distances are those of `search.store.scoring`, to the last bit: a pair falls into the bin in
# which its product was counted. So does the best one, which stands beside those counts.
_VALUES: LiteralString = """
    WITH asked AS MATERIALIZED (
        SELECT * FROM unnest(%(photos)s::bytea[], %(products)s::bigint[])
            WITH ORDINALITY AS asked (fingerprint, product_id, place)
    ), queries AS MATERIALIZED (
        SELECT photo.fingerprint, {query} AS query, comparison.best
        FROM likeness.photo_embeddings AS photo
        LEFT JOIN likeness.comparisons AS comparison
          ON comparison.space_id = photo.space_id
         AND comparison.fingerprint = photo.fingerprint
         AND comparison.scale = %(scale)s
        WHERE photo.space_id = %(space)s
          AND photo.fingerprint = ANY(SELECT fingerprint FROM asked)
    )
    SELECT place - 1, min({distance}), min(best)
    FROM asked
    JOIN queries USING (fingerprint)
    JOIN likeness.pictures AS picture USING (product_id)
    JOIN likeness.image_embeddings AS stored
      ON stored.space_id = %(space)s AND stored.picture_id = picture.id
    GROUP BY place
"""
_QUERY: Mapping[Scale, LiteralString] = {
    Scale.COSINE: "photo.image_embedding",
    Scale.RELATIVE: "photo.image_embedding",
    Scale.CENTRED: "photo.image_embedding - %(centre)b",
}

# The order of the hashes is the lot: the same for one seed, and no product is favoured.
_DRAW: LiteralString = """
    WITH {scored}, drawn AS MATERIALIZED (
        SELECT product_id, distance, score FROM scored
        WHERE {bin} BETWEEN %(low)s AND %(high)s - 1
          AND product_id <> ALL(%(excluded)s::bigint[])
        ORDER BY hashint8extended(product_id, %(seed)s), product_id
        LIMIT 1
    )
    SELECT drawn.product_id, score, coalesce(picture.digest, picture.id::text),
           least(1, greatest(-1, 1 - (stored.image_embedding <=> %(photo)b)))
    FROM drawn
    JOIN pictures ON pictures.product_id = drawn.product_id AND pictures.distance = drawn.distance
    JOIN likeness.image_embeddings AS stored
      ON stored.space_id = %(space)s AND stored.picture_id = pictures.picture_id
    JOIN likeness.pictures AS picture ON picture.id = pictures.picture_id
    ORDER BY picture.id
    LIMIT 1
"""
# Of a large catalogue: the best products are there by name, and each of the others in the sample
# stands for `weight` of them. Every product has the same chance all the same: with u even in (0, 1]
# the least -ln(u) / weight wins (Efraimidis and Spirakis 2006). A few more than one are drawn,
# since one may have left the catalogue after the sample was made.
_DRAW_SAMPLED: LiteralString = """
    WITH {sampled}, known AS (
        SELECT * FROM unnest(%(products)s::bigint[], %(pictures)s::bigint[], %(scores)s::float8[])
            AS known (product_id, picture_id, score)
    ), candidates AS (
        SELECT product_id, NULL::bigint AS picture_id, distance, score, %(weight)s::float8 AS weight
        FROM scored WHERE {bin} BETWEEN %(low)s AND least(%(high)s, %(exact_from)s) - 1
        UNION ALL
        SELECT product_id, picture_id, NULL, score, 1
        FROM known WHERE {bin} BETWEEN greatest(%(low)s, %(exact_from)s) AND %(high)s - 1
    ), drawn AS MATERIALIZED (
        SELECT product_id, picture_id, distance, score,
               -ln(greatest(hashint8extended(product_id, %(seed)s) / 2.0::float8 ^ 64 + 0.5, 1e-18))
               / weight AS lot
        FROM candidates WHERE product_id <> ALL(%(excluded)s::bigint[])
        ORDER BY lot, product_id
        LIMIT 5
    )
    SELECT drawn.product_id, score, coalesce(picture.digest, picture.id::text),
           least(1, greatest(-1, 1 - (stored.image_embedding <=> %(photo)b)))
    FROM drawn
    JOIN likeness.image_embeddings AS stored
      ON stored.space_id = %(space)s AND stored.picture_id = coalesce(drawn.picture_id, (
          SELECT min(picture_id) FROM pictures
          WHERE pictures.product_id = drawn.product_id AND pictures.distance = drawn.distance))
    JOIN likeness.pictures AS picture ON picture.id = stored.picture_id
    ORDER BY lot, picture.id
    LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A product that was drawn for a photo: its best picture, as in a Hit, value and cosine."""

    product_id: int
    picture: str
    value: float
    similarity: float


class Pairs:
    """The tables `photo_embeddings` and `image_embeddings` against one another."""

    def __init__(
        self, database: Database, spaces: Spaces, comparisons: Comparisons, samples: Samples
    ) -> None:
        self._database = database
        self._spaces = spaces
        self._comparisons = comparisons
        self._samples = samples

    def values(
        self, space: VectorSpace, scale: Scale, photos: Sequence[bytes], products: Sequence[int]
    ) -> Floats:
        """Return float64 [pairs], each pair's value in [-1, 1] by the product's best picture.

        `photos` are fingerprints, `products` numbers, one of each a pair. NaN where the photo or
        the product has no vector in the space; on the relative scale also where the photo was never
        compared with the whole catalogue. ValueError when the lengths differ.
        """
        if len(photos) != len(products):
            raise ValueError("as many photos as products")
        distances, bests = np.full((2, len(photos)), np.nan)
        if len(photos):
            for place, distance, best in self._distances(space, scale, photos, products):
                distances[place] = distance
                bests[place] = np.nan if best is None else best
        cosines = 1 - distances
        return relative(cosines, bests) if scale is Scale.RELATIVE else np.clip(cosines, -1, 1)

    def _distances(
        self, space: VectorSpace, scale: Scale, photos: Sequence[bytes], products: Sequence[int]
    ) -> list[tuple[int, float, float | None]]:
        centre = self._centre(space, scale)
        if scale is Scale.CENTRED and centre is None:
            return []  # nothing has a vector
        statement = _VALUES.format(
            query=_QUERY[scale], distance=DISTANCE[scale].replace("%(query)b", "query")
        )
        asked = {
            "space": self._spaces.id_of(space),
            "scale": scale,
            "photos": list(photos),
            "products": list(products),
            "centre": centre,
        }
        with self._database.connection() as connection:
            return connection.execute(statement, asked, binary=True).fetchall()

    def draw(
        self,
        query: Embedding,
        scale: Scale,
        bins: tuple[int, int],
        *,
        excluded: Sequence[int],
        seed: int,
    ) -> Drawn | None:
        """Draw one product by lot, each with the same chance; None when there is none.

        Of those whose value falls into the bins from the first to the one before the last, and
        whose number is not `excluded`. `seed`, below 2 ** 63, decides. Of a large catalogue only
        the best products and those of its sample can be drawn.
        """
        centre = self._centre(query.space, scale)
        if scale is Scale.CENTRED and centre is None:
            return None
        statement = _DRAW.format(scored=scored(scale), bin=BIN)
        asked: dict[str, Any] = {
            "space": self._spaces.id_of(query.space),
            "low": bins[0],
            "high": bins[1],
            "excluded": list(excluded),
            "seed": seed,
            "photo": query.vector,
            **query_parameters(query, scale, centre),
        }
        sample = self._samples.of(query.space)
        if sample is not None:
            statement = _DRAW_SAMPLED.format(sampled=sampled(scale), bin=BIN)
            asked |= self._best(query, scale, centre, sample)
        with self._database.connection() as connection:
            row = connection.execute(statement, asked, binary=True).fetchone()
        return Drawn(row[0], row[2], row[1], row[3]) if row else None

    def _best(
        self, query: Embedding, scale: Scale, centre: Vector | None, sample: Sample
    ) -> dict[str, Any]:
        """Return what drawing from a sample has to know of the best products."""
        hits = self._comparisons.best(query, scale, centre)
        return {
            # Only the relative scale looks at it.
            "best": 1 - hits[0].similarity if hits else 0.0,
            "products": [hit.product.id for hit in hits],
            "pictures": [hit.picture_id for hit in hits],
            "scores": [hit.score for hit in hits],
            "weight": sample.products / max(sample.sampled, 1),
            "exact_from": min(bins_of(hits), default=0) + 1,
        }

    def _centre(self, space: VectorSpace, scale: Scale) -> Vector | None:
        return self._comparisons.centre(space) if scale is Scale.CENTRED else None

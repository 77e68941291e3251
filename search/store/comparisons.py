"""How photos compare with the whole catalogue: counted by the database, once, and kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import LiteralString

import numpy as np

from search.hits import Distribution, Hit
from search.store.database import Database
from search.store.embeddings import Embeddings
from search.store.samples import NotDrawnYetError, Sample, Samples
from search.store.scoring import BIN, query_parameters, sampled, scored
from search.store.spaces import Spaces
from search.tuning.estimating import estimate_counts
from search.tuning.scales import BINS, Integers, Scale, bins
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
_LOOK_AT_SAMPLE: LiteralString = """
    WITH {sampled} SELECT {bin} AS bin, count(*) FROM scored GROUP BY 1
"""
_SAVE = """
    INSERT INTO likeness.comparisons (space_id, fingerprint, scale, stamp, best, counts, sampled,
                                      exact_from, product_ids, picture_ids, scores)
    VALUES (%(space)s, %(photo)s, %(scale)s, %(stamp)s, %(best)s, %(counts)s::integer[],
            %(sampled)s, %(exact_from)s, %(products)s::bigint[], %(pictures)s::bigint[],
            %(scores)s::float8[])
    ON CONFLICT (space_id, fingerprint, scale) DO UPDATE
    SET stamp = excluded.stamp, best = excluded.best, counts = excluded.counts,
        sampled = excluded.sampled, exact_from = excluded.exact_from,
        product_ids = excluded.product_ids, picture_ids = excluded.picture_ids,
        scores = excluded.scores
"""

_READ = """
    SELECT fingerprint, best, counts, sampled, exact_from, product_ids, picture_ids, scores
    FROM likeness.comparisons
    WHERE space_id = %s AND scale = %s AND stamp = %s AND fingerprint = ANY(%s)
"""
_CENTRE = "SELECT centre FROM likeness.centres WHERE space_id = %(space)s AND stamp = %(stamp)s"
_TAKE_CENTRE: LiteralString = """
    INSERT INTO likeness.centres (space_id, stamp, centre)
    SELECT %(space)s, %(stamp)s, avg(image_embedding)
    FROM likeness.{table} WHERE space_id = %(space)s HAVING count(*) > 0
    ON CONFLICT (space_id) DO UPDATE SET stamp = excluded.stamp, centre = excluded.centre
    RETURNING centre
"""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A photo against the whole catalogue on one scale.

    `distribution` counts every product, or estimates how many there are from a sample; the other
    three name the best of them, at most 50, best first. `best` is the greatest score; on the
    relative scale, the greatest cosine.
    """

    best: float
    distribution: Distribution
    product_ids: tuple[int, ...]
    picture_ids: tuple[int, ...]
    scores: tuple[float, ...]


class Comparisons:
    """The tables `comparisons` and `centres`."""

    def __init__(
        self, database: Database, spaces: Spaces, embeddings: Embeddings, samples: Samples
    ) -> None:
        self._database = database
        self._spaces = spaces
        self._embeddings = embeddings
        self._samples = samples

    def stamp(self, space: VectorSpace) -> str:
        """Return what changes whenever the catalogue's vectors in a space do."""
        return self._spaces.stamp(space)

    def centre(self, space: VectorSpace) -> Vector | None:
        """Return the mean of the catalogue's vectors, float32 [dimensions]; None without any.

        That of a large catalogue is the mean of its sample, and changes only with it.
        """
        sample = self._samples.of(space)
        asked = {"space": self._spaces.id_of(space), "stamp": self._spaces.stamp(space)}
        table: LiteralString = "image_embeddings"
        if sample is not None:
            asked["stamp"], table = f"sample {sample.stamp}", "sample_vectors"
        with self._database.connection() as connection:
            row = connection.execute(_CENTRE, asked).fetchone() or (
                connection.execute(_TAKE_CENTRE.format(table=table), asked).fetchone()
            )
        return np.asarray(row[0].to_numpy(), np.float32) if row else None

    def compare(
        self,
        query: Embedding,
        scale: Scale = Scale.COSINE,
        centre: Vector | None = None,
        *,
        patience: float | None = None,
    ) -> Comparison:
        """Count every product of the catalogue by its score, and name the best ones.

        Of a large catalogue a sample is looked at. While that is still being drawn it is waited
        for, at most `patience` seconds if that is not None: then only the best products are known,
        and `distribution.sampled` is 0.
        """
        try:
            sample = self._samples.of(query.space, patience)
        except NotDrawnYetError:
            return _best_alone(self.best(query, scale, centre), scale)
        if sample is None:
            return self._compare_all(query, scale, centre)
        return self._compare_sample(query, scale, centre, sample)

    def best(self, query: Embedding, scale: Scale, centre: Vector | None) -> tuple[Hit, ...]:
        """Return the best products of the catalogue, at most 50, best first."""
        return self._embeddings.nearest(query, KEPT, scale, centre)

    def _compare_all(self, query: Embedding, scale: Scale, centre: Vector | None) -> Comparison:
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
        best, numbers, products, *kept = row
        counts = [0] * BINS
        for bin_number, count in zip(numbers, products, strict=True):
            counts[bin_number] = count
        return Comparison(best, Distribution(tuple(counts)), *map(tuple, kept))

    def _compare_sample(
        self, query: Embedding, scale: Scale, centre: Vector | None, sample: Sample
    ) -> Comparison:
        hits = self.best(query, scale, centre)
        alone = _best_alone(hits, scale)
        if not hits:
            return alone
        asked = {
            "space": self._spaces.id_of(query.space),
            "best": 1 - alone.best,
            **query_parameters(query, scale, centre),
        }
        statement = _LOOK_AT_SAMPLE.format(sampled=sampled(scale), bin=BIN)
        looked_at: Integers = np.zeros(BINS, np.int64)
        with self._database.connection() as connection:
            for bin_number, count in connection.execute(statement, asked, binary=True):
                looked_at[bin_number] = count
        found = estimate_counts(looked_at, bins_of(hits), sample.products)
        distribution = Distribution(tuple(found.counts.tolist()), sample.sampled, found.exact_from)
        return replace(alone, distribution=distribution)

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
            "sampled": made.distribution.sampled,
            "exact_from": made.distribution.exact_from,
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
            bytes(photo): Comparison(
                best, Distribution(tuple(counts), looked_at, exact_from), *map(tuple, kept)
            )
            for photo, best, counts, looked_at, exact_from, *kept in rows
        }


def bins_of(hits: Sequence[Hit]) -> list[int]:
    """Return the bin of each hit's score."""
    found: list[int] = bins([hit.score for hit in hits]).tolist()
    return found


def best_alone(best: Sequence[int]) -> Distribution:
    """Return what is known without a count, from the bins of the best products."""
    counts = np.bincount(np.asarray(best, np.int64), minlength=BINS)
    return Distribution(tuple(counts.tolist()), sampled=0, exact_from=min(best) + 1)


def _best_alone(hits: Sequence[Hit], scale: Scale) -> Comparison:
    """Return what the best products say without a count."""
    if not hits:
        return Comparison(0.0, Distribution((0,) * BINS), (), (), ())
    return Comparison(
        hits[0].similarity if scale is Scale.RELATIVE else hits[0].score,
        best_alone(bins_of(hits)),
        tuple(hit.product.id for hit in hits),
        tuple(hit.picture_id for hit in hits),
        tuple(hit.score for hit in hits),
    )

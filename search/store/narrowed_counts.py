"""How the products that a search is narrowed to score: counted, or estimated where they are many.

Up to as many products as a sample has are counted, whatever the catalogue's size: their vectors are
all that is read. Of more the sample has its share, and it speaks for them as it speaks for the
whole catalogue, with their own fifty best known by name. What came after the sample was drawn is
not in it, so where it has hardly any of them they are counted all the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString

import numpy as np
from psycopg import sql

from search.hits import Distribution
from search.narrowing import Narrow
from search.planning.choosing import Way, way_of
from search.planning.plans import EXACT
from search.store.comparisons import KEPT, best_alone, bins_of
from search.store.database import Database
from search.store.embeddings import Embeddings
from search.store.narrowed import condition, count_up_to
from search.store.nearest import ask
from search.store.samples import NotDrawnYetError, Samples
from search.store.scoring import BIN, query_parameters, scored_among
from search.store.spaces import Spaces
from search.tuning.estimating import estimate_counts
from search.tuning.scales import BINS, Integers, Scale, bins, relative
from search.vectors import Embedding, Vector

# Of fewer in the sample nothing is estimated: at a half it would be off by more than ten per cent.
LEAST_SAMPLED: Final = 100

_FULFILLING: LiteralString = """
    fulfilling AS MATERIALIZED (
        SELECT product.id FROM likeness.products AS product WHERE {narrow}
    ),"""
# As `nearest` has them: an array is looked up in the index page by page.
_AMONG: Final[Mapping[Way, LiteralString]] = {
    Way.FIRST: "product_id = ANY (ARRAY(SELECT id FROM fulfilling))",
    Way.SCAN: "product_id IN (SELECT id FROM fulfilling)",
}
# The sample's own products are looked up, so that it costs no more where millions fulfil it.
_SAMPLED: LiteralString = (
    "(SELECT {narrow} FROM likeness.products AS product WHERE product.id = embedding.product_id)"
)
_COUNT: LiteralString = f" SELECT {BIN} AS bin, count(*) FROM scored GROUP BY 1"  # noqa: S608 - our own
# Compiling takes longer than it saves.
_SETTINGS: Final = {"jit": "off"}


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What is counted: the products that fulfil `narrow`, by their score for `query` on `scale`.

    `best` is the cosine that 1 on the relative scale stands for; None for the greatest among them.
    """

    query: Embedding
    narrow: Narrow
    scale: Scale = Scale.COSINE
    centre: Vector | None = None
    best: float | None = None


class NarrowedCounts:
    """Used from several threads at once. Nothing of it is kept in the database."""

    def __init__(
        self, database: Database, spaces: Spaces, embeddings: Embeddings, samples: Samples
    ) -> None:
        self._database = database
        self._spaces = spaces
        self._embeddings = embeddings
        self._samples = samples

    def count(
        self, asked: Narrowed, products: Callable[[], int], *, patience: float | None = None
    ) -> Distribution:
        """Count the products by their score, or estimate how many there are from the sample.

        `products` returns how many there are; it is asked only for an estimate. While the sample
        that it takes is being drawn it is waited for, at most `patience` seconds if that is not
        None: then the best products alone are known, and `sampled` is 0.
        """
        space = asked.query.space
        most = self._samples.most(space)
        with self._database.connection() as connection:
            matching = count_up_to(connection, asked.narrow, most + 1)
        if matching <= most:
            return self._counted(asked, matching)
        try:
            sample = self._samples.of(space, patience)
        except NotDrawnYetError:
            best, _ = self._best(asked)
            return replace(best_alone(best), narrowed=True) if best else _exactly(_nothing())
        if sample is None:
            return self._counted(asked, matching)
        return self._estimated(asked, products())

    def _counted(self, asked: Narrowed, matching: int) -> Distribution:
        way = way_of(EXACT, matching, self._spaces.count(asked.query.space))
        scored = scored_among(asked.scale, "image_embeddings", _AMONG[way])
        return _exactly(self._look(f"WITH {_FULFILLING} {scored} {_COUNT}", asked))

    def _estimated(self, asked: Narrowed, products: int) -> Distribution:
        best, greatest = self._best(asked)
        if not best:
            return _exactly(_nothing())
        scored = scored_among(asked.scale, "sample_vectors", _SAMPLED)
        looked_at = self._look(f"WITH {scored} {_COUNT}", replace(asked, best=greatest))
        sampled = int(looked_at.sum())
        if sampled < LEAST_SAMPLED:
            return self._counted(asked, products)
        found = estimate_counts(looked_at, best, products)
        return Distribution(tuple(found.counts.tolist()), sampled, found.exact_from, narrowed=True)

    def _best(self, asked: Narrowed) -> tuple[Sequence[int], float | None]:
        """Return the bins of the best products, at most 50, and the cosine that 1 stands for."""
        hits = self._embeddings.nearest(asked.query, KEPT, asked.scale, asked.centre, asked.narrow)
        if asked.scale is not Scale.RELATIVE or not hits:
            return bins_of(hits), None
        # Their scores are relative to the first of them, which need not be what the search has.
        greatest = hits[0].similarity if asked.best is None else asked.best
        similarities = np.array([hit.similarity for hit in hits])
        found: list[int] = bins(relative(similarities, greatest)).tolist()
        return found, greatest

    def _look(self, statement: LiteralString, asked: Narrowed) -> Integers:
        wanted, narrowing = condition(asked.narrow)
        parameters: dict[str, Any] = {
            "space": self._spaces.id_of(asked.query.space),
            "best": None if asked.best is None else 1 - asked.best,
            **query_parameters(asked.query, asked.scale, asked.centre),
            **narrowing,
        }
        composed = sql.SQL(statement).format(narrow=wanted)
        counts = _nothing()
        with self._database.connection() as connection:
            for bin_number, count in ask(connection, composed, parameters, _SETTINGS):
                counts[bin_number] = count
        return counts


def _nothing() -> Integers:
    return np.zeros(BINS, np.int64)


def _exactly(counts: Integers) -> Distribution:
    return Distribution(tuple(counts.tolist()), narrowed=True)

"""How all products score in a search: those of the whole catalogue, or what it was narrowed to."""

from __future__ import annotations

from search.facets import Faceting
from search.hits import Distribution, Search
from search.store.narrowed_counts import Narrowed
from search.store.store import Store
from search.tuning.scales import Scale


class Distributions:
    """One an engine; used from several threads at once."""

    def __init__(self, store: Store, facets: Faceting) -> None:
        self._store = store
        self._facets = facets

    def count(self, search: Search, *, patience: float | None) -> Distribution:
        """Count the products that a search was among, by their score on its scale.

        See `SearchEngine.distribution`. Raises StoreError.
        """
        scale, centre, narrow = search.threshold.scale, search.threshold.centre, search.narrow
        if not narrow:
            compare = self._store.comparisons.compare
            return compare(search.query, scale, centre, patience=patience).distribution
        asked = Narrowed(search.query, narrow, scale, centre, _greatest(search))
        return self._store.narrowed_counts.count(
            asked,
            # Remembered since the filters were chosen: in a large catalogue it takes a while.
            lambda: self._facets.products(narrow, search.query.space),
            patience=patience,
        )


def _greatest(search: Search) -> float | None:
    """Return the cosine that 1 on the search's relative scale stands for, by what it found.

    So cards and counts are on one scale, whatever has come to the catalogue since, and though a
    product that is searched with is itself not among its hits.
    """
    if search.threshold.scale is not Scale.RELATIVE or not search.hits:
        return None
    hit = search.hits[0]
    return hit.similarity + 1 - hit.score

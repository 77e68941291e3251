"""What the products that a text finds can be narrowed by, each value with its number of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from search.errors import FindingError
from search.facets import DEFAULT_LIMIT, MOST, Facet, Facets, differ, facet_of
from search.meaning import Meant
from search.narrowing import Narrow, Trait
from search.store.facets import FacetCounts, Value
from search.store.word_counts import Counted, WordCounts
from search.vectors import VectorSpace

# What was counted is remembered: for so many texts and narrowings.
_REMEMBERED = 48

_ALL = Narrow()
_NOTHING = Counted(0, dict.fromkeys(Trait, ()), (), 0)


class WordFaceting:
    """One an engine; used from several threads at once.

    `read` tells what is meant by a text, see `Finding.meant`. What was counted is remembered until
    products change.
    """

    def __init__(
        self,
        counts: WordCounts,
        catalogue: FacetCounts,
        read: Callable[[str], Meant | None],
        space: Callable[[], VectorSpace],
    ) -> None:
        self._counts = counts
        self._catalogue = catalogue
        self._space = space
        self._read = read
        self._meant = lru_cache(_REMEMBERED)(self._read_in)
        self._counted = lru_cache(_REMEMBERED)(self._count)

    def of(self, text: str) -> FacetsOfWords:
        """Return the facets of what `Finding.find` finds by a text."""
        return FacetsOfWords(self, text)

    def names(self, categories: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return the names of categories by language code, by their ids; raise StoreError."""
        return self._catalogue.names(categories) if categories else {}

    def counted(self, text: str, narrow: Narrow) -> Counted:
        """Count what a text finds, nothing where it is nothing to look for; raise StoreError."""
        # Before anything is counted: what comes in between is counted again next time.
        return self._counted(self._catalogue.stamp(self._space()), text, narrow)

    def _read_in(self, _: str, text: str) -> Meant | None:
        """Read a text in the catalogue that has a stamp."""
        try:
            return self._read(text)
        except FindingError:
            return None  # whoever looks for it is told so

    def _count(self, stamp: str, text: str, narrow: Narrow) -> Counted:
        meant = self._meant(stamp, text)
        return _NOTHING if meant is None else self._counts.count(meant, narrow)


class FacetsOfWords:
    """The same questions as those to `Faceting`, of the products that a text finds.

    Those without a vector are found by words as well, and count. Every method raises StoreError.
    """

    def __init__(self, faceting: WordFaceting, text: str) -> None:
        self._faceting = faceting
        self._text = text

    def count(
        self,
        narrow: Narrow | None = None,
        limit: int = DEFAULT_LIMIT,
        texts: Mapping[Trait, str] | None = None,
    ) -> Facets:
        """Count the products, and of each trait up to `limit` values, see `Faceting.count`."""
        narrow, limit = narrow or _ALL, min(max(limit, 1), MOST)
        everything, counted = self._counted(_ALL), self._counted(narrow)
        facets = []
        for trait in Trait:
            chosen, values = narrow.values(trait), counted.values[trait]
            # What all of them share is no choice, but one that was made can be taken back.
            if chosen or len(everything.values[trait]) > 1:
                text = (texts or {}).get(trait, "")
                named = Facet(trait, values, len(values))
                facets.append(facet_of(named, chosen, limit, text, self._none_of(trait)))
        has_prices = narrow.price is not None or differ(everything.prices)
        prices = counted.prices if has_prices else ()
        return Facets(counted.products, tuple(facets), prices, counted.unpriced)

    def products(self, narrow: Narrow | None = None) -> int:
        """Return how many of the products fulfil `narrow`."""
        return self._counted(narrow or _ALL).products

    def unpriced(self, narrow: Narrow | None = None) -> int:
        """Return how many of them would, had they a price."""
        return self._counted(narrow or _ALL).unpriced

    def names(self, categories: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return the names of categories by language code, by their ids."""
        return self._faceting.names(categories)

    def _counted(self, narrow: Narrow) -> Counted:
        return self._faceting.counted(self._text, narrow)

    def _none_of(self, trait: Trait) -> Callable[[tuple[str, ...]], Sequence[Value]]:
        """Return what names values that no product is left with."""

        def none_of(values: tuple[str, ...]) -> Sequence[Value]:
            names = self.names(values) if trait is Trait.CATEGORY else {}
            return [Value(value, 0, names.get(value)) for value in values]

        return none_of

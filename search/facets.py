"""What a search can be narrowed by: the catalogue's values, each with its number of products."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from search.narrowing import Narrow, Trait
from search.store.facets import FacetCounts, Span, Value
from search.vectors import VectorSpace

DEFAULT_LIMIT = 50
# So many values of a trait are known, the most frequent ones: nobody has more by intention.
MOST = 10_000
# What was counted is remembered: for so many narrowings, and a trait of each.
_REMEMBERED = 48

_ALL = Narrow()
# A vector space, and a stamp of what it has.
_State = tuple[VectorSpace, str]


@dataclass(frozen=True, slots=True)
class Facet:
    """The values of a trait: what is chosen and would not be among them, then most products first.

    `different` is how many values there are, or how many have the text that was looked for.
    """

    trait: Trait
    values: tuple[Value, ...]
    different: int


@dataclass(frozen=True, slots=True)
class Facets:
    """What is left by a narrowing, and what another choice would leave.

    `products` fulfil all of it. The products of a facet's value are counted as if nothing was
    chosen of that trait, and those of `prices` and the `unpriced` as if no range was. What all
    products share is not among `facets`, and `prices` are empty where all cost the same.
    """

    products: int
    facets: tuple[Facet, ...]
    prices: tuple[Span, ...]
    unpriced: int

    def __bool__(self) -> bool:
        """Whether there is anything to choose."""
        return bool(self.facets or self.prices)


class Faceting:
    """One an engine; used from several threads at once. `space` returns the active space.

    What was counted is remembered until products or their vectors change.
    """

    def __init__(self, counts: FacetCounts, space: Callable[[], VectorSpace]) -> None:
        self._counts = counts
        self._space = space
        self._values = lru_cache(_REMEMBERED)(self._count_values)
        self._rare = lru_cache(_REMEMBERED)(self._count_rare)
        self._prices = lru_cache(_REMEMBERED)(self._count_prices)
        self._products = lru_cache(_REMEMBERED)(self._count_products)

    def count(
        self,
        narrow: Narrow | None = None,
        limit: int = DEFAULT_LIMIT,
        texts: Mapping[Trait, str] | None = None,
    ) -> Facets:
        """Count the products that can be found, and of each trait up to `limit` values.

        `texts` leaves only values that have all words of a text somewhere; case does not count.
        Only the 10,000 most frequent values are looked through. Raises StoreError.
        """
        narrow, state = narrow or _ALL, self._state()
        limit = min(max(limit, 1), MOST)
        facets = []
        for trait in Trait:
            if self._values(state, trait, _ALL)[1] > 1:
                text = (texts or {}).get(trait, "")
                facets.append(self._facet(state, trait, narrow, limit, text))
        prices, unpriced = self._prices(state, replace(narrow, price=None))
        has_prices = differ(self._prices(state, _ALL)[0])
        products = self._left(state, narrow)
        return Facets(products, tuple(facets), prices if has_prices else (), unpriced)

    def products(self, narrow: Narrow | None = None, space: VectorSpace | None = None) -> int:
        """Return how many products that can be found fulfil `narrow`; raise StoreError.

        In another `space` than the active one, they are those that can be found there.
        """
        return self._left(self._state(space), narrow or _ALL)

    def unpriced(self, narrow: Narrow | None = None) -> int:
        """Return how many of them would, had they a price; raise StoreError."""
        return self._prices(self._state(), replace(narrow or _ALL, price=None))[1]

    def names(self, categories: Sequence[str]) -> Mapping[str, Mapping[str, str]]:
        """Return the names of categories by language code, by their ids; raise StoreError."""
        return self._counts.names(categories) if categories else {}

    def _state(self, space: VectorSpace | None = None) -> _State:
        # Before anything is counted: what comes in between is counted again next time.
        space = space or self._space()
        return space, self._counts.stamp(space)

    def _facet(self, state: _State, trait: Trait, narrow: Narrow, limit: int, text: str) -> Facet:
        values, different = self._values(state, trait, narrow.having(trait))

        def count_rare(rare: tuple[str, ...]) -> Sequence[Value]:
            return self._rare(state, trait, narrow.having(trait), rare)

        counted = Facet(trait, values, different)
        return facet_of(counted, narrow.values(trait), limit, text, count_rare)

    def _left(self, state: _State, narrow: Narrow) -> int:
        if narrow.price is not None:
            return self._products(state, narrow)
        spans, unpriced = self._prices(state, narrow)  # where each of them is counted once
        return sum(span.products for span in spans) + unpriced

    def _count_values(
        self, state: _State, trait: Trait, narrow: Narrow
    ) -> tuple[tuple[Value, ...], int]:
        values, different = self._counts.values(state[0], trait, narrow, MOST)
        return tuple(values), different

    def _count_rare(
        self, state: _State, trait: Trait, narrow: Narrow, values: tuple[str, ...]
    ) -> tuple[Value, ...]:
        return tuple(self._counts.among(state[0], trait, narrow, values))

    def _count_prices(self, state: _State, narrow: Narrow) -> tuple[tuple[Span, ...], int]:
        spans, unpriced = self._counts.prices(state[0], narrow)
        return tuple(spans), unpriced

    def _count_products(self, state: _State, narrow: Narrow) -> int:
        return self._counts.products(state[0], narrow)


def facet_of(
    counted: Facet,
    chosen: Sequence[str],
    limit: int,
    text: str,
    count_rare: Callable[[tuple[str, ...]], Sequence[Value]],
) -> Facet:
    """Return up to `limit` values, or those that have a text; what is `chosen` is always there.

    `count_rare` counts values that are not among the counted ones.
    """
    trait, values = counted.trait, counted.values
    if words := _folded(text).split():
        fit = [value for value in values if _has(value, words)]
        return Facet(trait, tuple(fit[:limit]), len(fit))
    shown = {value.value for value in values[:limit]}
    hidden = [value for value in dict.fromkeys(chosen) if value not in shown]
    if not hidden:
        return Facet(trait, values[:limit], counted.different)
    known = {value.value: value for value in values}
    # Not among the most frequent, or no product is left with them.
    rare = tuple(value for value in hidden if value not in known)
    if rare:
        known |= {value.value: value for value in count_rare(rare)}
    return Facet(trait, (*(known[value] for value in hidden), *values[:limit]), counted.different)


def differ(spans: Sequence[Span]) -> bool:
    """Tell whether there is more than one price."""
    return len(spans) > 1 or any(span.lowest < span.highest for span in spans)


def _has(value: Value, words: Sequence[str]) -> bool:
    said = _folded(" ".join((value.value, *(value.name or {}).values())))
    return all(word in said for word in words)


def _folded(text: str) -> str:
    """Return a text as it is compared: small letters, ё as е."""
    return unicodedata.normalize("NFC", text).casefold().replace("ё", "е")

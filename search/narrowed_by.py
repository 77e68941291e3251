"""What somebody named to narrow a search by -> Narrow: categories are looked up by their names."""

from __future__ import annotations

from collections.abc import Sequence

from search.errors import CategoryUnknown
from search.narrowing import Narrow, PriceRange
from search.people import excerpt
from search.store.store import Store


def narrowed_by(
    store: Store,
    *,
    categories: Sequence[str],
    projects: Sequence[str],
    regions: Sequence[str],
    price: PriceRange | None,
) -> Narrow | None:
    """Return what a search is narrowed to; None to nothing.

    A category is named by its id or in any language. Raises CategoryUnknown or StoreError.
    """
    found: list[str] = []
    for name in categories:
        named = store.categories.named(name)
        if not named:
            raise CategoryUnknown(name=excerpt(name))
        found.extend(named)
    return Narrow(tuple(found), tuple(projects), tuple(regions), price) or None

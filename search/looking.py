"""A product of the catalogue, looked at closely: its pictures, and what looks like it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from search.errors import ProductNotIndexed
from search.hits import Hit, Product
from search.store.store import Store
from search.threshold import Threshold
from search.vectors import VectorSpace

NEIGHBOURS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """A product as whoever looks closer sees it.

    `pictures` are references in the catalogue's order, see `Hit.picture`; a product may have none.
    `neighbours` are the products that look most like it, best first; there are none for one that is
    not `is_indexed`: it has no vector in the active space.
    """

    product: Product
    pictures: tuple[str, ...]
    neighbours: tuple[Hit, ...]
    is_indexed: bool


class Looking:
    """One an engine; used from several threads at once.

    `space` returns the active space, `line` the active threshold of one; `alike` as in Searching.
    """

    def __init__(
        self,
        store: Store,
        space: Callable[[], VectorSpace],
        line: Callable[[VectorSpace], Threshold],
        *,
        alike: float = 0.0,
    ) -> None:
        self._store = store
        self._space = space
        self._line = line
        self._alike = alike

    def look(self, product_id: int, *, neighbours: int = NEIGHBOURS) -> Look:
        """Return a product with its pictures and up to so many neighbours, 1 or more.

        They are those of "more like this": by the stored vector of its first picture that has one,
        ordered and scored on the active threshold's scale, products alike in one place. No encoder
        is asked and no search is stored. Raises ProductUnknown or StoreError.
        """
        product, pictures = self._store.pictures.of_product(product_id)
        space = self._space()
        try:
            _, vector = self._store.pictures.vector_of(product_id, space)
        except ProductNotIndexed:  # it waits to be indexed, and can be looked at all the same
            return Look(product, pictures, (), is_indexed=False)
        line = self._line(space)
        nearest = self._store.embeddings.nearest(
            vector,
            neighbours,
            line.scale,
            line.centre,
            alike=self._alike,
            without=product_id,
        )
        return Look(product, pictures, nearest, is_indexed=True)

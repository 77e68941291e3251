"""Previews: what the last searches would have shown with another threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from search.hits import Hit
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.scales import Scale, hundredths
from search.vectors import Embedding, Vector, VectorSpace

LAST = 20


class Standing(StrEnum):
    """What a product on the page of a search is, under a threshold."""

    SIMILAR = "similar"
    DOUBTFUL = "doubtful"
    HIDDEN = "hidden"  # below both lines, or not among the products of the page


@dataclass(frozen=True, slots=True)
class Moved:
    """A product that is something else under the new threshold; `hit.score` is on its scale.

    Where the new scale has the product nowhere on the page, the hit is that of the old one, and
    `hit.score` is its value there.
    """

    hit: Hit
    was: Standing
    becomes: Standing


@dataclass(frozen=True, slots=True)
class Change:
    """What a threshold would do to one past search.

    `before` and `after` are how many of the products on its page are similar, `before_doubtful` and
    `after_doubtful` how many are doubtful; `moved` those that are something else then, best first.
    """

    search_id: UUID
    photo: bytes
    made_at: datetime
    before: int
    after: int
    before_doubtful: int
    after_doubtful: int
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class _Line:
    """A threshold as far as it orders and divides a page of results."""

    value: float
    doubtful: float | None
    scale: Scale
    centre: Vector | None

    def standing(self, hit: Hit) -> Standing:
        at = hundredths(hit.score)
        if at >= hundredths(self.value):
            return Standing.SIMILAR
        is_doubtful = self.doubtful is not None and at >= hundredths(self.doubtful)
        return Standing.DOUBTFUL if is_doubtful else Standing.HIDDEN


class Previews:
    """Holds a threshold that nobody has saved yet against the active one."""

    def __init__(
        self,
        store: Store,
        limit: int,
        active: Callable[[], Threshold],
        space: Callable[[], VectorSpace],
        alike: float = 0.0,
    ) -> None:
        """Take how many products a page shows, and where to ask for the active threshold.

        `alike` as in Searching.
        """
        self._store = store
        self._limit = limit
        self._alike = alike
        self._active = active
        self._space = space

    def changes(
        self, value: float, scale: Scale, doubtful: float | None = None, searches: int = LAST
    ) -> list[Change]:
        """Return what the last searches would show with these lines, whole hundredths, instead.

        The latest search first. They are compared anew, with the catalogue as it is now. Raises
        CatalogueError when there is nothing to compare with.
        """
        space, active = self._space(), self._active()
        old = _Line(active.value, active.doubtful, active.scale, active.centre)
        new = _Line(value, doubtful, scale, self._store.centre(space))
        changes = []
        for past in self._store.searches.last(space, searches):
            query = self._store.photos.find(past.photo, space)
            if query is not None:
                before, after = self._page(query, old), self._page(query, new)
                changes.append(
                    Change(
                        past.id,
                        past.photo,
                        past.made_at,
                        _count(before, Standing.SIMILAR),
                        _count(after, Standing.SIMILAR),
                        _count(before, Standing.DOUBTFUL),
                        _count(after, Standing.DOUBTFUL),
                        _moved(before, after),
                    )
                )
        return changes

    def _page(self, query: Embedding, line: _Line) -> dict[int, tuple[Hit, Standing]]:
        """Return the products that a search would have on its page, by number, best first."""
        hits = self._store.embeddings.nearest(
            query, self._limit, line.scale, line.centre, alike=self._alike
        )
        return {hit.product.id: (hit, line.standing(hit)) for hit in hits}


def _count(page: dict[int, tuple[Hit, Standing]], standing: Standing) -> int:
    return sum(found is standing for _, found in page.values())


def _moved(
    before: dict[int, tuple[Hit, Standing]], after: dict[int, tuple[Hit, Standing]]
) -> tuple[Moved, ...]:
    moved = []
    for number in dict.fromkeys([*after, *before]):
        hit, becomes = after.get(number, (None, Standing.HIDDEN))
        old_hit, was = before.get(number, (None, Standing.HIDDEN))
        shown = hit or old_hit
        if shown is not None and was is not becomes:
            moved.append(Moved(shown, was, becomes))
    return tuple(moved)

"""Previews: what the last searches would have shown with another threshold."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from search.hits import Hit
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.scales import Scale, hundredths
from search.vectors import Embedding, Vector, VectorSpace

LAST = 20


@dataclass(frozen=True, slots=True)
class Change:
    """What a threshold would do to one past search.

    `before` and `after` are how many of the products on its page are similar, `came` those that are
    only then, `went` those that are no longer, best first.
    """

    search_id: UUID
    photo: bytes
    made_at: datetime
    before: int
    after: int
    came: tuple[Hit, ...]
    went: tuple[Hit, ...]


class Previews:
    """Holds a threshold that nobody has saved yet against the active one."""

    def __init__(
        self,
        store: Store,
        limit: int,
        active: Callable[[], Threshold],
        space: Callable[[], VectorSpace],
    ) -> None:
        """Take how many products a page shows, and where to ask for the active threshold."""
        self._store = store
        self._limit = limit
        self._active = active
        self._space = space

    def changes(self, value: float, scale: Scale, searches: int = LAST) -> list[Change]:
        """Return what the last searches would show with this value, a whole hundredth, instead.

        The latest search first. They are compared anew, with the catalogue as it is now.
        """
        space, old = self._space(), self._active()
        centre = self._store.comparisons.centre(space) if scale is Scale.CENTRED else None
        changes = []
        for past in self._store.searches.last(space, searches):
            query = self._store.photos.find(past.photo, space)
            if query is None:
                continue
            before = self._shown(query, old.value, old.scale, old.centre)
            after = self._shown(query, value, scale, centre)
            changes.append(
                Change(
                    past.id,
                    past.photo,
                    past.made_at,
                    len(before),
                    len(after),
                    tuple(hit for number, hit in after.items() if number not in before),
                    tuple(hit for number, hit in before.items() if number not in after),
                )
            )
        return changes

    def _shown(
        self, query: Embedding, value: float, scale: Scale, centre: Vector | None
    ) -> dict[int, Hit]:
        hits = self._store.embeddings.nearest(query, self._limit, scale, centre)
        return {hit.product.id: hit for hit in hits if hundredths(hit.score) >= hundredths(value)}

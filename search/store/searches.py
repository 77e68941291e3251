"""Every search and its hits, under its UUID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from search.hits import Search
from search.store.database import Database
from search.store.spaces import Spaces
from search.tuning.scales import Scale
from search.vectors import VectorSpace

_SAVE = """
    INSERT INTO likeness.searches
        (id, created_at, space_id, fingerprint, remembered, product_ids, picture_ids, similarities,
         scale, scores)
    VALUES (%(id)s, %(made_at)s, %(space)s, %(fingerprint)s, %(remembered)s,
            %(products)s::bigint[], %(pictures)s::bigint[], %(similarities)s::float8[],
            %(scale)s, %(scores)s::float8[])
"""

# A photo that was searched with again counts once, at its last search. So many times more searches
# are looked through for different photos, and not the whole table.
REPEATS = 10
_LAST = """
    WITH recent AS (
        SELECT id, fingerprint, created_at FROM likeness.searches
        WHERE space_id = %(space)s ORDER BY created_at DESC, id LIMIT %(searches)s
    ), latest AS (
        SELECT DISTINCT ON (fingerprint) id, fingerprint, created_at FROM recent
        ORDER BY fingerprint, created_at DESC, id
    )
    SELECT id, fingerprint, created_at FROM latest
    ORDER BY created_at DESC, id LIMIT %(photos)s
"""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search that was made: its id, its photo's fingerprint, and when."""

    id: UUID
    photo: bytes
    made_at: datetime


class Searches:
    """The table `searches`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def save(self, search: Search, made_at: datetime) -> None:
        """Store a search with its hits; `made_at` is aware."""
        scale = search.threshold.scale
        stored = {
            "id": search.id,
            "made_at": made_at,
            "space": self._spaces.id_of(search.query.space),
            "fingerprint": search.photo.fingerprint,
            "remembered": search.remembered,
            "products": [hit.product.id for hit in search.hits],
            "pictures": [hit.picture_id for hit in search.hits],
            "similarities": [hit.similarity for hit in search.hits],
            "scale": scale,
            "scores": None if scale is Scale.COSINE else [hit.score for hit in search.hits],
        }
        with self._database.unhurried_transaction() as connection:
            connection.execute(_SAVE, stored)

    def last(self, space: VectorSpace, limit: int) -> list[PastSearch]:
        """Return the last searches of different photos in a space, the latest first."""
        asked = {
            "space": self._spaces.id_of(space),
            "searches": REPEATS * limit,
            "photos": limit,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_LAST, asked, binary=True).fetchall()
        return [PastSearch(number, bytes(photo), made_at) for number, photo, made_at in rows]

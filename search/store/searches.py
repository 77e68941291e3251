"""Every search and its hits, under its UUID."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from search.errors import SearchUnknown
from search.hits import Search
from search.store.database import Database
from search.store.forgetting import KEEPING
from search.store.spaces import Spaces
from search.store.stored_narrow import stored_narrow
from search.tuning.scales import Scale
from search.vectors import VectorSpace

_SAVE = """
    INSERT INTO likeness.searches
        (id, created_at, space_id, fingerprint, remembered, product_ids, picture_ids, similarities,
         scale, scores, kind, photos, product_id, picture, narrow, threshold_id, line,
         same_ranks, same_ids, visitor)
    VALUES (%(id)s, %(made_at)s, %(space)s, %(fingerprint)s, %(remembered)s,
            %(products)s::bigint[], %(pictures)s::bigint[], %(similarities)s::float8[],
            %(scale)s, %(scores)s::float8[], %(kind)s, %(photos)s::bytea[], %(product)s::bigint,
            %(picture)s, %(narrow)s, %(threshold)s::bigint, %(line)s,
            %(same_ranks)s::integer[], %(same_ids)s::bigint[], %(visitor)s)
"""
# A photo's vector is there already, unless the photo was forgotten meanwhile; then whoever has the
# photo itself may store it anew.
_SAVE_VECTOR = """
    INSERT INTO likeness.photo_embeddings (space_id, fingerprint, image_embedding)
    VALUES (%(space)s, %(fingerprint)s, %(query)b) ON CONFLICT DO NOTHING
"""
_HAS_VECTOR = """
    SELECT 1 FROM likeness.photo_embeddings
    WHERE space_id = %(space)s AND fingerprint = %(fingerprint)s
"""

# A photo that was searched with again counts once, at its last search. So many times more searches
# are looked through for different photos, and not the whole table.
REPEATS = 10
# Products are no photos: thresholds are chosen for what people photograph.
_LAST = """
    WITH recent AS (
        SELECT id, fingerprint, created_at FROM likeness.searches
        WHERE space_id = %(space)s AND kind <> 'product'
        ORDER BY created_at DESC, id LIMIT %(searches)s
    ), latest AS (
        SELECT DISTINCT ON (fingerprint) id, fingerprint, created_at FROM recent
        ORDER BY fingerprint, created_at DESC, id
    )
    SELECT id, fingerprint, created_at FROM latest
    ORDER BY created_at DESC, id LIMIT %(photos)s
"""


@dataclass(frozen=True, slots=True)
class PastSearch:
    """A search that was made with a photo, or several: its id, their fingerprint, and when."""

    id: UUID
    photo: bytes
    made_at: datetime


class Searches:
    """The table `searches`, as it is written, and read for what thresholds do."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def save(self, search: Search, visitor: str = "", *, again: UUID | None = None) -> None:
        """Store a search with its hits and its vector, in the history of a visitor.

        `again` is the earlier search whose photo it was made with: once that is forgotten, nothing
        is stored. Raises SearchUnknown then. Whoever is told of a search can rely on it: it is on
        the disk, and so is the model's answer, which was written before it.
        """
        space = self._spaces.id_of(search.query.space)
        stored = {"space": space, "visitor": visitor, **_subject(search), **_results(search)}
        with self._database.transaction() as connection:
            connection.execute(KEEPING)
            if again and connection.execute(_HAS_VECTOR, stored).fetchone() is None:
                raise SearchUnknown(search=str(again))
            connection.execute(_SAVE_VECTOR, stored | {"query": search.query.vector})
            connection.execute(_SAVE, stored)

    def last(self, space: VectorSpace, limit: int) -> list[PastSearch]:
        """Return the last searches with different photos in a space, the latest first."""
        asked = {
            "space": self._spaces.id_of(space),
            "searches": REPEATS * limit,
            "photos": limit,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_LAST, asked, binary=True).fetchall()
        return [PastSearch(number, bytes(photo), made_at) for number, photo, made_at in rows]


def _subject(search: Search) -> dict[str, Any]:
    subject, narrow = search.subject, stored_narrow(search.narrow)
    return {
        "id": search.id,
        "made_at": search.made_at,
        "fingerprint": subject.fingerprint,
        "remembered": search.remembered,
        "kind": subject.kind,
        "photos": list(subject.photos),
        "product": subject.product_id,
        "picture": subject.picture,
        "narrow": None if narrow is None else Jsonb(narrow),
    }


def _results(search: Search) -> dict[str, Any]:
    line, hits = search.threshold, search.hits
    same = [(hit.rank, product.id) for hit in hits for product in hit.same]
    return {
        "products": [hit.product.id for hit in hits],
        "pictures": [hit.picture_id for hit in hits],
        "similarities": [hit.similarity for hit in hits],
        "scale": line.scale,
        "scores": None if line.scale is Scale.COSINE else [hit.score for hit in hits],
        "threshold": line.id,
        "line": line.value,
        "same_ranks": [rank for rank, _ in same] or None,
        "same_ids": [product_id for _, product_id in same] or None,
    }

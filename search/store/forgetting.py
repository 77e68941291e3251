"""Searches are deleted, and with them what is known of their photos, unless anything needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, LiteralString
from uuid import UUID

from search.store.database import Connection, Database

# Whoever saves a search takes this lock with others, whoever deletes takes it alone, each until the
# end of a transaction: else a photo could lose its vector to the search before, while the next one
# believes that it is there.
_LOCK: Final = 0x11CE_F064
KEEPING: Final[LiteralString] = f"SELECT pg_advisory_xact_lock_shared({_LOCK})"
_FORGETTING: Final[LiteralString] = f"SELECT pg_advisory_xact_lock({_LOCK})"
# Searches that are under way wait for one portion at most: some milliseconds.
PORTION: Final = 100

# Who judged a photo, or put it into a set, goes on needing it. `photo` is its fingerprint.
_IS_NEEDED: LiteralString = """(
    EXISTS (SELECT FROM likeness.judgements AS said
            WHERE said.fingerprint = photo AND undone_at IS NULL)
    OR EXISTS (SELECT FROM likeness.evaluation_photos AS listed WHERE listed.fingerprint = photo)
)"""
# Photos that nothing refers to, of those in `asked`.
_FREE: LiteralString = f"""
    SELECT photo FROM asked
    WHERE NOT EXISTS (SELECT FROM likeness.searches WHERE fingerprint = photo)
      AND NOT EXISTS (
          SELECT FROM likeness.searches WHERE photos <> '{{}}' AND photos @> ARRAY[photo])
      AND NOT {_IS_NEEDED}
"""  # noqa: S608 - our own condition
_LET_GO: LiteralString = f"""
    WITH asked AS (SELECT unnest(%s::bytea[]) AS photo), free AS MATERIALIZED ({_FREE}),
    pictures AS (
        DELETE FROM likeness.photo_pictures USING free WHERE fingerprint = photo
    ), vectors AS (
        DELETE FROM likeness.photo_embeddings USING free, likeness.spaces AS space
        WHERE space_id = space.id AND fingerprint = photo
    )
    DELETE FROM likeness.comparisons USING free, likeness.spaces AS space
    WHERE space_id = space.id AND fingerprint = photo
"""  # noqa: S608 - our own condition
# What nothing refers to although nobody forgot it: photos whose search failed, or of removed sets.
_ORPHANS: LiteralString = f"""
    WITH asked AS (
        SELECT fingerprint AS photo FROM likeness.photo_embeddings WHERE created_at < %(before)s
        UNION
        SELECT fingerprint FROM likeness.photo_pictures WHERE created_at < %(before)s
    )
    {_FREE} LIMIT %(portion)s
"""  # noqa: S608 - our own condition
# Counted by somebody while the photo was being forgotten.
_UNCLAIMED: LiteralString = """
    DELETE FROM likeness.comparisons AS counted WHERE NOT EXISTS (
        SELECT FROM likeness.photo_embeddings AS photo
        WHERE photo.space_id = counted.space_id AND photo.fingerprint = counted.fingerprint)
"""
_OLD: LiteralString = f"""
    SELECT id FROM likeness.searches AS search, LATERAL (SELECT fingerprint AS photo) AS named
    WHERE created_at < %(before)s AND NOT pinned AND NOT {_IS_NEEDED}
    ORDER BY created_at LIMIT %(portion)s
"""  # noqa: S608 - our own condition
_OF_VISITOR: LiteralString = """
    SELECT id FROM likeness.searches WHERE visitor = %(visitor)s LIMIT %(portion)s
"""
_DELETE: LiteralString = """
    DELETE FROM likeness.searches
    WHERE id = ANY(%(searches)s) AND NOT (pinned AND %(spare_pinned)s)
      AND visitor = coalesce(%(visitor)s, visitor)
    RETURNING fingerprint, photos
"""


class Forgetting:
    """Deletes from `searches`, `photo_pictures`, `photo_embeddings` and `comparisons`.

    A photo stays known as long as another search, a judgement or an evaluation set refers to it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, search: UUID, visitor: str | None = None) -> bool:
        """Delete a search, of a visitor if one is named; tell whether there was one."""
        with self._database.connection() as connection, connection.transaction():
            return _delete(connection, [search], visitor=visitor) > 0

    def forget_all(self, visitor: str) -> int:
        """Delete all searches of a visitor, pinned ones too; return how many there were."""
        asked = {"visitor": visitor, "portion": PORTION}
        gone = 0
        while True:
            with self._database.connection() as connection, connection.transaction():
                found = connection.execute(_OF_VISITOR, asked).fetchall()
                gone += _delete(connection, [row[0] for row in found], visitor=visitor)
            if len(found) < PORTION:
                return gone

    def purge(self, before: datetime) -> int:
        """Delete the searches from before a moment; return how many.

        Those that are pinned, or whose photo was judged or is in an evaluation set, stay. Photos
        from before that nothing refers to are forgotten as well.
        """
        asked = {"before": before, "portion": PORTION}
        gone = 0
        with self._database.patient_connection() as connection:
            while found := connection.execute(_OLD, asked).fetchall():
                with connection.transaction():
                    gone += _delete(connection, [row[0] for row in found], spare_pinned=True)
            while orphans := connection.execute(_ORPHANS, asked).fetchall():
                with connection.transaction():
                    _let_go(connection, [row[0] for row in orphans])
            connection.execute(_UNCLAIMED)
        return gone


def _delete(
    connection: Connection,
    searches: Sequence[UUID],
    *,
    visitor: str | None = None,
    spare_pinned: bool = False,
) -> int:
    asked = {"searches": list(searches), "visitor": visitor, "spare_pinned": spare_pinned}
    connection.execute(_FORGETTING)
    gone: list[Any] = connection.execute(_DELETE, asked, binary=True).fetchall()
    _let_go(connection, [photo for first, others in gone for photo in (first, *others)])
    return len(gone)


def _let_go(connection: Connection, photos: Iterable[bytes]) -> None:
    """Delete what is known of photos that nothing refers to any more."""
    connection.execute(_FORGETTING)  # which may be ours already
    connection.execute(_LET_GO, [[*photos]])

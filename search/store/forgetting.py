"""Searches are deleted, and with them what is known of their photos, unless anything needs it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, LiteralString
from uuid import UUID

from search.entries import Forgotten, Need
from search.store.database import Connection, Database
from search.subject import Kind

# Whoever saves a search, or a photo that something refers to, takes this lock with others, whoever
# deletes takes it alone, each until the end of a transaction: else a photo could lose its vector to
# the search before, while the next one believes that it is there.
_LOCK: Final = 0x11CE_F064
KEEPING: Final[LiteralString] = f"SELECT pg_advisory_xact_lock_shared({_LOCK})"
_FORGETTING: Final[LiteralString] = f"SELECT pg_advisory_xact_lock({_LOCK})"
# Searches that are under way wait for one portion at most: some milliseconds.
PORTION: Final = 100

# Who judged a photo, or put it into a set, goes on needing it. `photo` is its fingerprint.
_IS_JUDGED: LiteralString = """EXISTS (
    SELECT FROM likeness.judgements AS said
    WHERE said.fingerprint = photo AND undone_at IS NULL)"""
_IS_LISTED: LiteralString = """EXISTS (
    SELECT FROM likeness.evaluation_photos AS listed WHERE listed.fingerprint = photo)"""
_IS_NEEDED: LiteralString = f"({_IS_JUDGED} OR {_IS_LISTED})"
_IS_SEARCHED: LiteralString = """(
    EXISTS (SELECT FROM likeness.searches WHERE fingerprint = photo)
    OR EXISTS (SELECT FROM likeness.searches WHERE photos <> '{}' AND photos @> ARRAY[photo])
)"""
# Whether anything refers to a photo.
IS_KEPT: Final[LiteralString] = f"({_IS_SEARCHED} OR {_IS_NEEDED})"
# Photos that nothing refers to, of those in `asked`.
_FREE: LiteralString = f"""
    SELECT photo FROM asked WHERE NOT {IS_KEPT}
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
    RETURNING kind, fingerprint, photos
"""
# Who keeps photos, whose search was deleted, from being let go.
_NEEDS: LiteralString = f"""
    WITH asked AS (SELECT unnest(%(photos)s::bytea[]) AS photo)
    SELECT %(search)s FROM asked WHERE {_IS_SEARCHED}
    UNION SELECT %(judgement)s FROM asked WHERE {_IS_JUDGED}
    UNION SELECT %(set)s FROM asked WHERE {_IS_LISTED}
"""  # noqa: S608 - our own conditions

# What a search was made with: its kind, its fingerprint, and those of several photos.
_Gone = tuple[str, bytes, list[bytes]]


class Forgetting:
    """Deletes from `searches`, `photo_pictures`, `photo_embeddings` and `comparisons`.

    A photo stays known as long as another search, a judgement or an evaluation set refers to it.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def forget(self, searches: Sequence[UUID], visitor: str | None = None) -> Forgotten | None:
        """Delete searches with one thing, of a visitor if one is named.

        Returns what is left; None when there were none.
        """
        with self._database.connection() as connection, connection.transaction():
            gone = _delete(connection, searches, visitor=visitor)
            if not gone:
                return None
            photos = [photo for _, first, others in gone for photo in (first, *others)]
            return Forgotten(Kind(gone[0][0]), _needs(connection, photos))

    def forget_all(self, visitor: str) -> int:
        """Delete all searches of a visitor, pinned ones too; return how many there were."""
        asked = {"visitor": visitor, "portion": PORTION}
        gone = 0
        while True:
            with self._database.connection() as connection, connection.transaction():
                found = connection.execute(_OF_VISITOR, asked).fetchall()
                gone += len(_delete(connection, [row[0] for row in found], visitor=visitor))
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
                    gone += len(_delete(connection, [row[0] for row in found], spare_pinned=True))
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
) -> list[_Gone]:
    asked = {"searches": list(searches), "visitor": visitor, "spare_pinned": spare_pinned}
    connection.execute(_FORGETTING)
    gone: list[_Gone] = connection.execute(_DELETE, asked, binary=True).fetchall()
    _let_go(connection, [photo for _, first, others in gone for photo in (first, *others)])
    return gone


def _needs(connection: Connection, photos: Sequence[bytes]) -> frozenset[Need]:
    asked = {"photos": list(photos), **{str(need): str(need) for need in Need}}
    return frozenset(Need(row[0]) for row in connection.execute(_NEEDS, asked).fetchall())


def _let_go(connection: Connection, photos: Iterable[bytes]) -> None:
    """Delete what is known of photos that nothing refers to any more."""
    connection.execute(_FORGETTING)  # which may be ours already
    connection.execute(_LET_GO, [[*photos]])

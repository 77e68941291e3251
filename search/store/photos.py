"""Users' photos: their embeddings, and small pictures of them to be judged by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import LiteralString

from search.errors import DatabaseUnavailable
from search.store.database import Database
from search.store.forgetting import IS_KEPT, KEEPING
from search.store.spaces import Spaces
from search.vectors import Embedding, VectorSpace


class PhotoEmbeddings:
    """The table `photo_embeddings`."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def find(self, fingerprint: bytes, space: VectorSpace) -> Embedding | None:
        """Return the stored embedding of a photo."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            row = connection.execute(
                "SELECT image_embedding FROM likeness.photo_embeddings"
                " WHERE space_id = %s AND fingerprint = %s",
                (space_id, fingerprint),
                binary=True,
            ).fetchone()
        return Embedding(row[0].to_numpy(), space) if row else None

    def known(self, fingerprints: Sequence[bytes], space: VectorSpace) -> set[bytes]:
        """Return those photos that have a stored embedding in a space."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT fingerprint FROM likeness.photo_embeddings"
                " WHERE space_id = %s AND fingerprint = ANY(%s)",
                (space_id, list(fingerprints)),
                binary=True,
            ).fetchall()
        return {bytes(row[0]) for row in rows}

    def add(self, fingerprint: bytes, embedding: Embedding) -> None:
        """Store a photo's embedding; the first one stored stays."""
        space_id = self._spaces.id_of(embedding.space)
        with self._database.unhurried_transaction() as connection:
            connection.execute(
                "INSERT INTO likeness.photo_embeddings (space_id, fingerprint, image_embedding)"
                " VALUES (%s, %s, %b) ON CONFLICT DO NOTHING",
                (space_id, fingerprint, embedding.vector),
            )

    @contextmanager
    def turn(self, fingerprint: bytes, space: VectorSpace) -> Iterator[None]:
        """Wait for our turn to encode a photo: one process at a time, whoever dies gives way.

        An advisory lock in a transaction (pgbouncer lets those through) on a patient connection:
        a model that wakes up may take minutes and must not empty the pool.
        """
        key = int.from_bytes(fingerprint[:8], "big", signed=True) ^ self._spaces.id_of(space)
        is_over = False
        try:
            with self._database.patient_connection() as connection, connection.transaction():
                connection.execute("SELECT pg_advisory_xact_lock(%s)", (key,))
                yield
                is_over = True
        except DatabaseUnavailable:
            # A server that was restarted meanwhile has ended the turn itself. What was done in it,
            # on other connections, is done: a model's answer is not given up for that.
            if not is_over:
                raise


@dataclass(frozen=True, slots=True)
class PhotoPicture:
    """A small picture of a photo."""

    media_type: str
    content: bytes


# What was kept of a search is no longer shown once that is switched off; a set's photos are.
IS_SHOWN: LiteralString = """(%(searched)s OR EXISTS (
    SELECT FROM likeness.evaluation_photos AS listed WHERE listed.fingerprint = kept.fingerprint
))"""
_FIND: LiteralString = f"""
    SELECT media_type, content FROM likeness.photo_pictures AS kept
    WHERE fingerprint = %(photo)s AND {IS_SHOWN}
"""  # noqa: S608 - our own condition
_KEPT: LiteralString = f"""
    SELECT fingerprint FROM likeness.photo_pictures AS kept
    WHERE fingerprint = ANY(%(photos)s) AND {IS_SHOWN}
"""  # noqa: S608 - our own condition

# A search keeps a thumbnail, a set the whole photo: whichever came first, the better one stays.
_ADD: LiteralString = f"""
    WITH asked AS (SELECT %(photo)s::bytea AS photo)
    INSERT INTO likeness.photo_pictures AS kept (fingerprint, media_type, content)
    SELECT photo, %(media_type)s, %(content)b FROM asked WHERE {IS_KEPT}
    ON CONFLICT (fingerprint) DO UPDATE
    SET media_type = excluded.media_type, content = excluded.content
    WHERE length(kept.content) < length(excluded.content)
"""  # noqa: S608 - our own condition


class PhotoPictures:
    """The table `photo_pictures`; without `searched`, only the photos of evaluation sets in it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def find(self, fingerprint: bytes, *, searched: bool = True) -> PhotoPicture | None:
        """Return the picture of a photo, where one is kept."""
        with self._database.connection() as connection:
            asked = {"photo": fingerprint, "searched": searched}
            row = connection.execute(_FIND, asked, binary=True).fetchone()
        return PhotoPicture(*row) if row else None

    def kept(self, fingerprints: Sequence[bytes], *, searched: bool = True) -> set[bytes]:
        """Return those photos of which a picture is kept."""
        with self._database.connection() as connection:
            asked = {"photos": list(fingerprints), "searched": searched}
            rows = connection.execute(_KEPT, asked, binary=True).fetchall()
        return {bytes(row[0]) for row in rows}

    def add(self, fingerprint: bytes, media_type: str, content: bytes) -> None:
        """Keep a picture of a photo; of several the largest stays, in bytes.

        Only while a search, a judgement or an evaluation set refers to the photo: of one that was
        forgotten meanwhile nothing is kept.
        """
        asked = {"photo": fingerprint, "media_type": media_type, "content": content}
        with self._database.unhurried_transaction() as connection:
            connection.execute(KEEPING)
            connection.execute(_ADD, asked)

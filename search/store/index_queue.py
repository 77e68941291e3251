"""What is to be indexed, portion by portion, and what came of it, written in small groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import LiteralString

from psycopg import sql
from psycopg.types.json import Jsonb

from search.catalogue_picture import KeptPicture
from search.language import Fact
from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.store.texts import storable_facts
from search.store.vector_copy import forget_failures
from search.vectors import Embedding, VectorSpace

# What failed is left alone until somebody asks for it: then its failure is forgotten first.
_WAITING: LiteralString = """
    NOT EXISTS (
        SELECT FROM likeness.image_embeddings AS embedding
        WHERE embedding.space_id = %(space)s AND embedding.picture_id = picture.id
          AND embedding.created_at >= coalesce(%(since)s, '-infinity'::timestamptz))
    AND NOT EXISTS (
        SELECT FROM likeness.picture_failures AS failure
        WHERE failure.picture_id = picture.id
          AND (failure.space_id IS NULL OR failure.space_id = %(space)s))
"""
_NEXT: LiteralString = """
    SELECT id, address, digest, content
    FROM likeness.pictures AS picture
    WHERE id > %(after)s AND {waiting}
    ORDER BY id
    LIMIT %(limit)s
"""
_COUNT: LiteralString = "SELECT count(*) FROM likeness.pictures AS picture WHERE {waiting}"

# A picture whose address was changed since it was read keeps what it has now.
_KEEP = """
    UPDATE likeness.pictures
    SET original = %s, digest = %s, media_type = %s, content = %b
    WHERE id = %s AND address = %s AND content IS NULL
"""
# Whoever replaces or removes the picture meanwhile is waited for, and the vector is then left out:
# it shows what is no longer there.
_ADD: LiteralString = """
    INSERT INTO {table} (space_id, picture_id, product_id, image_embedding)
    SELECT %s, id, product_id, %b FROM likeness.pictures
    WHERE id = %s AND digest = %s
    FOR SHARE
    ON CONFLICT (space_id, picture_id) DO UPDATE
    SET image_embedding = excluded.image_embedding, adopted = false, created_at = now()
"""
# Of one content, in whichever product's picture: it is the same vector.
_OF_CONTENT = """
    SELECT embedding.image_embedding
    FROM likeness.pictures AS picture
    JOIN likeness.image_embeddings AS embedding
      ON embedding.space_id = %(space)s AND embedding.picture_id = picture.id
    WHERE picture.digest = %(digest)s
      AND embedding.created_at >= coalesce(%(since)s, '-infinity'::timestamptz)
    LIMIT 1
"""
_FAIL = """
    INSERT INTO likeness.picture_failures (space_id, picture_id, code, facts)
    SELECT %s, id, %s, %s FROM likeness.pictures
    WHERE id = %s AND address IS NOT DISTINCT FROM %s
    FOR SHARE
    ON CONFLICT (picture_id, coalesce(space_id, 0)) DO UPDATE
    SET code = excluded.code, facts = excluded.facts, failed_at = now()
"""


@dataclass(frozen=True, slots=True)
class WaitingPicture:
    """A picture without a vector; one that was not fetched yet has neither digest nor content."""

    id: int
    address: str | None
    digest: str | None
    content: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewVector:
    """The vector of a picture as it was when it had this digest.

    `copied` from an equal picture, for which the encoder was asked.
    """

    picture_id: int
    digest: str
    embedding: Embedding
    copied: bool = False


@dataclass(frozen=True, slots=True)
class NewFailure:
    """Why a picture has no vector; `in_space` unless it would have none in any space."""

    picture_id: int
    address: str | None
    code: str
    facts: Mapping[str, Fact]
    in_space: bool


class IndexQueue:
    """The tables `pictures`, `image_embeddings` and `picture_failures`, as indexing needs them."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def count(self, space: VectorSpace, *, since: datetime | None = None) -> int:
        """Return how many pictures have no vector in a space, or none made `since` then."""
        asked = {"space": self._spaces.id_of(space), "since": since}
        with self._database.connection() as connection:
            row = connection.execute(_COUNT.format(waiting=_WAITING), asked).fetchone()
        return int(row[0]) if row else 0

    def next(
        self, space: VectorSpace, *, after: int, limit: int, since: datetime | None = None
    ) -> list[WaitingPicture]:
        """Return up to `limit` pictures that wait, numbered above `after`; `since` as in count."""
        asked = {
            "space": self._spaces.id_of(space),
            "since": since,
            "after": after,
            "limit": limit,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_NEXT.format(waiting=_WAITING), asked, binary=True).fetchall()
        return [WaitingPicture(*row) for row in rows]

    def vector_of(
        self, space: VectorSpace, digest: str, since: datetime | None = None
    ) -> Embedding | None:
        """Return the vector that a picture of this content has in a space; `since` as in count."""
        asked = {"space": self._spaces.id_of(space), "digest": digest, "since": since}
        with self._database.connection() as connection:
            row = connection.execute(_OF_CONTENT, asked, binary=True).fetchone()
        return Embedding(row[0].to_numpy(), space) if row else None

    def keep(self, picture: WaitingPicture, kept: KeptPicture) -> None:
        """Store what was fetched from a picture's address."""
        with self._database.connection() as connection:
            connection.execute(
                _KEEP,
                (
                    kept.original,
                    kept.digest,
                    kept.media_type,
                    kept.content,
                    picture.id,
                    picture.address,
                ),
            )

    def write(
        self, space: VectorSpace, vectors: Sequence[NewVector], failures: Sequence[NewFailure]
    ) -> None:
        """Store vectors and failures in one transaction; it may come twice.

        A picture that was replaced or removed since it was read gets neither.
        """
        space_id, table = self._spaces.id_of(space), self._spaces.table_of(space)
        with self._database.connection() as connection, connection.transaction():
            self._add(connection, space_id, table, vectors)
            for failure in failures:
                connection.execute(
                    _FAIL,
                    (
                        space_id if failure.in_space else None,
                        failure.code,
                        Jsonb(storable_facts(failure.facts)),
                        failure.picture_id,
                        failure.address,
                    ),
                )

    @staticmethod
    def _add(
        connection: Connection,
        space_id: int,
        table: sql.Identifier,
        vectors: Sequence[NewVector],
    ) -> None:
        if not vectors:
            return
        # In one order always: whoever else touches several pictures waits and is not deadlocked.
        ordered = sorted(vectors, key=lambda new: new.picture_id)
        connection.cursor().executemany(
            sql.SQL(_ADD).format(table=table),
            [(space_id, new.embedding.vector, new.picture_id, new.digest) for new in ordered],
        )
        forget_failures(connection, space_id, [new.picture_id for new in vectors])

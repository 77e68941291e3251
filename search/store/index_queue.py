"""What is to be indexed, portion by portion, and what came of it, written in small groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import LiteralString

from psycopg.types.json import Jsonb

from search.catalogue_picture import KeptPicture
from search.language import Fact
from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.store.texts import storable
from search.vectors import Embedding, VectorSpace

# What failed is left alone until somebody asks for it: then its failure is forgotten first.
_WAITING: LiteralString = """
    (%(again)s OR NOT EXISTS (
        SELECT FROM likeness.image_embeddings AS embedding
        WHERE embedding.space_id = %(space)s AND embedding.picture_id = picture.id))
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
_ADD = """
    INSERT INTO likeness.image_embeddings (space_id, picture_id, product_id, image_embedding)
    SELECT %s, id, product_id, %b FROM likeness.pictures
    WHERE id = %s AND digest = %s
    FOR SHARE
    ON CONFLICT (space_id, picture_id) DO UPDATE
    SET image_embedding = excluded.image_embedding, created_at = now()
"""
_FORGET = """
    DELETE FROM likeness.picture_failures
    WHERE picture_id = ANY(%s) AND (space_id IS NULL OR space_id = %s)
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
    """The vector of a picture as it was when it had this digest."""

    picture_id: int
    digest: str
    embedding: Embedding


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

    def count(self, space: VectorSpace, *, again: bool = False) -> int:
        """Return how many pictures wait for a vector in a space; with `again`, of all."""
        asked = {"space": self._spaces.id_of(space), "again": again}
        with self._database.connection() as connection:
            row = connection.execute(_COUNT.format(waiting=_WAITING), asked).fetchone()
        return int(row[0]) if row else 0

    def next(
        self, space: VectorSpace, *, after: int, limit: int, again: bool = False
    ) -> list[WaitingPicture]:
        """Return up to `limit` pictures that wait, numbered above `after`; `again` as in count."""
        asked = {
            "space": self._spaces.id_of(space),
            "again": again,
            "after": after,
            "limit": limit,
        }
        with self._database.connection() as connection:
            rows = connection.execute(_NEXT.format(waiting=_WAITING), asked, binary=True).fetchall()
        return [WaitingPicture(*row) for row in rows]

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
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection, connection.transaction():
            self._add(connection, space_id, vectors)
            for failure in failures:
                connection.execute(
                    _FAIL,
                    (
                        space_id if failure.in_space else None,
                        failure.code,
                        Jsonb(_storable(failure.facts)),
                        failure.picture_id,
                        failure.address,
                    ),
                )

    def _add(self, connection: Connection, space_id: int, vectors: Sequence[NewVector]) -> None:
        if not vectors:
            return
        # In one order always: whoever else touches several pictures waits and is not deadlocked.
        ordered = sorted(vectors, key=lambda new: new.picture_id)
        connection.cursor().executemany(
            _ADD,
            [(space_id, new.embedding.vector, new.picture_id, new.digest) for new in ordered],
        )
        connection.execute(_FORGET, ([new.picture_id for new in vectors], space_id))


def _storable(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    return {name: storable(fact) if isinstance(fact, str) else fact for name, fact in facts.items()}

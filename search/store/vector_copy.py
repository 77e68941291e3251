"""Vectors by the thousand, from an array straight into their space's table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, LiteralString

import numpy as np
import numpy.typing as npt
from psycopg import sql

from search.store.database import Connection, Database
from search.store.deadlocks import undeadlocked
from search.store.spaces import Spaces, partition
from search.vectors import Embedding, Vector, VectorSpace

Numbers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# What normalising twice, or in another precision, may change in a number of a unit vector.
SAME_WITHIN: Final = 1e-6

# Whoever indexes, replaces or removes one of the pictures goes before us or after us, and so does
# whoever copies. In one order: nobody waits for a picture while another waits for his.
_LOCK = """
    SELECT id, product_id FROM likeness.pictures WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE
"""
_CLEAR: LiteralString = "DELETE FROM {table} WHERE space_id = %s AND picture_id = ANY(%s)"
_COPY: LiteralString = """
    COPY {table} (space_id, picture_id, product_id, image_embedding) FROM STDIN (FORMAT BINARY)
"""
_FORGET_FAILURES = """
    DELETE FROM likeness.picture_failures
    WHERE picture_id = ANY(%s) AND (space_id IS NULL OR space_id = %s)
"""
# Not by the space's number: asking must not make a space.
_STORED = """
    SELECT picture_id, vector_send(image_embedding) FROM likeness.image_embeddings
    WHERE picture_id = ANY(%s)
      AND space_id = (SELECT id FROM likeness.spaces WHERE model = %s AND revision = %s)
"""

# PostgreSQL's format of COPY … BINARY: signature, flags, length of an extension; at the end -1.
_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"


class VectorCopy:
    """The table `image_embeddings`, for who brings many vectors at once."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    @undeadlocked
    def write(
        self, space: VectorSpace, picture_ids: Numbers, product_ids: Numbers, vectors: Vector
    ) -> int:
        """Store vectors, float32 [n, dimensions] of unit length, in place of what is there.

        One transaction; of several for one picture the last one counts. Pictures that are gone, or
        are another product's, get none. Returns how many were stored.
        """
        space_id = self._spaces.id_of(space)
        with self._database.patient_connection() as connection, connection.transaction():
            return copy_vectors(connection, space_id, picture_ids, product_ids, vectors)

    def compare(
        self, space: VectorSpace, picture_ids: Numbers, vectors: Vector
    ) -> tuple[Flags, Flags]:
        """Tell which pictures have a vector in a space, and of which it is the one given here."""
        there = np.zeros(len(picture_ids), np.bool_)
        same = np.zeros(len(picture_ids), np.bool_)
        with self._database.patient_connection() as connection:
            rows = connection.execute(
                _STORED, (picture_ids.tolist(), space.model, space.revision), binary=True
            ).fetchall()
        if not rows:
            return there, same
        sent = np.dtype([("head", ">i2", 2), ("vector", ">f4", space.dimensions)])
        stored = np.frombuffer(b"".join(row[1] for row in rows), sent)["vector"]
        place = {row[0]: number for number, row in enumerate(rows)}
        found = np.array([place.get(number, -1) for number in picture_ids.tolist()])
        there = found >= 0
        same[there] = (np.abs(stored[found[there]] - vectors[there]) <= SAME_WITHIN).all(axis=1)
        return there, same


def copy_vectors(
    connection: Connection,
    space_id: int,
    picture_ids: Numbers,
    product_ids: Numbers,
    vectors: Vector,
) -> int:
    """Do what `VectorCopy.write` does, in a transaction that is under way."""
    # The last of each: numpy keeps the first, so that it gets them backwards.
    _, last = np.unique(picture_ids[::-1], return_index=True)
    kept = len(picture_ids) - 1 - last
    rows = connection.execute(_LOCK, (picture_ids[kept].tolist(),), binary=True).fetchall()
    locked = dict(rows)
    wanted = zip(picture_ids[kept].tolist(), product_ids[kept].tolist(), strict=True)
    kept = kept[np.array([locked.get(picture) == product for picture, product in wanted], np.bool_)]
    if not kept.size:
        return 0
    table = partition(space_id)
    numbers = picture_ids[kept].tolist()
    clear_vectors(connection, space_id, numbers)
    with connection.cursor().copy(sql.SQL(_COPY).format(table=table)) as copy:
        copy.write(_HEADER)
        copy.write(_tuples(space_id, picture_ids[kept], product_ids[kept], vectors[kept]))
        copy.write(_TRAILER)
    forget_failures(connection, space_id, numbers)
    return len(numbers)


def clear_vectors(connection: Connection, space_id: int, picture_ids: list[int]) -> None:
    """Take out the pictures' vectors of a space, in a transaction that is under way."""
    statement = sql.SQL(_CLEAR).format(table=partition(space_id))
    connection.execute(statement, (space_id, picture_ids))


def forget_failures(connection: Connection, space_id: int, picture_ids: list[int]) -> None:
    """Forget why pictures had no vector in a space, in a transaction that is under way."""
    connection.execute(_FORGET_FAILURES, (picture_ids, space_id))


def copy_embeddings(
    connection: Connection,
    space_ids: Mapping[VectorSpace, int],
    given: Sequence[tuple[int, int, Embedding]],
) -> None:
    """Store picture numbers, their products' numbers, and embeddings, in a transaction.

    `space_ids` has the number of each of their spaces.
    """
    for space, space_id in space_ids.items():
        of_space = [one for one in given if one[2].space == space]
        if of_space:
            pictures, products, embeddings = zip(*of_space, strict=True)
            copy_vectors(
                connection,
                space_id,
                np.array(pictures, np.int64),
                np.array(products, np.int64),
                np.stack([embedding.vector for embedding in embeddings]),
            )


def _tuples(space_id: int, picture_ids: Numbers, product_ids: Numbers, vectors: Vector) -> bytes:
    """Return rows as COPY takes them: how many fields, and each with its length before it."""
    dimensions = vectors.shape[1]
    row: npt.NDArray[Any] = np.empty(len(vectors), _layout(dimensions))
    row["fields"] = 4
    row["space_length"], row["space"] = 4, space_id
    row["picture_length"], row["picture"] = 8, picture_ids
    row["product_length"], row["product"] = 8, product_ids
    # pgvector's own binary format: how many numbers, nothing, the numbers.
    row["vector_length"] = 4 + 4 * dimensions
    row["dimensions"], row["nothing"], row["vector"] = dimensions, 0, vectors
    return row.tobytes()


def _layout(dimensions: int) -> np.dtype[Any]:
    return np.dtype(
        [
            ("fields", ">i2"),
            ("space_length", ">i4"),
            ("space", ">i4"),
            ("picture_length", ">i4"),
            ("picture", ">i8"),
            ("product_length", ">i4"),
            ("product", ">i8"),
            ("vector_length", ">i4"),
            ("dimensions", ">i2"),
            ("nothing", ">i2"),
            ("vector", ">f4", dimensions),
        ]
    )

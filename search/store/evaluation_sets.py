"""Evaluation sets: photos with all the products that they show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from psycopg.errors import UniqueViolation

from search.errors import SetExists
from search.store.database import Connection, Database
from search.store.forgetting import KEEPING

_ALL = """
    SELECT id, name, (SELECT count(*) FROM likeness.evaluation_photos WHERE set_id = id)
    FROM likeness.evaluation_sets
"""


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A photo on its way into a set: fingerprint, the file's name, numbers of what it shows."""

    fingerprint: bytes
    name: str
    product_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class EvaluationSet:
    """A set, and how many photos it has."""

    id: int
    name: str
    photos: int


@dataclass(frozen=True, slots=True)
class SetPhoto:
    """A photo of a set: fingerprint, and the file's name."""

    fingerprint: bytes
    name: str


class EvaluationSets:
    """The tables `evaluation_sets`, `evaluation_photos` and `evaluation_matches`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, name: str, photos: Sequence[NewPhoto]) -> int:
        """Store a set, all of it or nothing, and return its number.

        The photos keep their order; a fingerprint comes once only. Raises SetExists when there is
        one of this name already.
        """
        with self._database.connection() as connection, connection.transaction():
            # Whoever forgets a photo of it meanwhile waits, and then sees that the set needs it.
            connection.execute(KEEPING)
            number = _add_set(connection, name)
            _add_photos(connection, number, photos)
        return number

    def all(self) -> list[EvaluationSet]:
        """Return every set, in the order in which they were added."""
        with self._database.connection() as connection:
            rows = connection.execute(_ALL + "ORDER BY id").fetchall()
        return [EvaluationSet(*row) for row in rows]

    def find(self, number: int) -> EvaluationSet | None:
        """Return one set."""
        with self._database.connection() as connection:
            # As text, since no number that somebody writes into an address is too large for that.
            row = connection.execute(_ALL + "WHERE id::text = %s", (str(number),)).fetchone()
        return EvaluationSet(*row) if row else None

    def photos(self, number: int) -> list[SetPhoto]:
        """Return a set's photos in their order; none when there is no such set."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT fingerprint, name FROM likeness.evaluation_photos"
                " WHERE set_id = %s ORDER BY position",
                (number,),
                binary=True,
            ).fetchall()
        return [SetPhoto(bytes(fingerprint), name) for fingerprint, name in rows]

    def matches(self, number: int) -> list[tuple[bytes, int]]:
        """Return a set's pairs of a photo's fingerprint and the number of a product it shows."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT fingerprint, product_id FROM likeness.evaluation_matches"
                " WHERE set_id = %s ORDER BY fingerprint, product_id",
                (number,),
                binary=True,
            ).fetchall()
        return [(bytes(fingerprint), product_id) for fingerprint, product_id in rows]

    def remove(self, number: int) -> bool:
        """Remove a set; tell whether there was one. What was judged of its photos stays."""
        with self._database.connection() as connection:
            gone = connection.execute(
                "DELETE FROM likeness.evaluation_sets WHERE id = %s", (number,)
            )
        return gone.rowcount > 0


def _add_set(connection: Connection, name: str) -> int:
    try:
        row = connection.execute(
            "INSERT INTO likeness.evaluation_sets (name) VALUES (%s) RETURNING id", (name,)
        ).fetchone()
    except UniqueViolation:
        raise SetExists(name=name) from None
    return int(row[0]) if row else 0


def _add_photos(connection: Connection, number: int, photos: Sequence[NewPhoto]) -> None:
    connection.execute(
        "INSERT INTO likeness.evaluation_photos (set_id, fingerprint, position, name)"
        " SELECT %s, fingerprint, place, name FROM unnest(%s::bytea[], %s::text[])"
        " WITH ORDINALITY AS photo (fingerprint, name, place)",
        (number, [photo.fingerprint for photo in photos], [photo.name for photo in photos]),
    )
    shown = [(photo.fingerprint, product) for photo in photos for product in photo.product_ids]
    connection.execute(
        "INSERT INTO likeness.evaluation_matches (set_id, fingerprint, product_id)"
        " SELECT DISTINCT %s::bigint, shown.* FROM unnest(%s::bytea[], %s::bigint[]) AS shown",
        (number, [photo for photo, _ in shown], [product for _, product in shown]),
    )

"""Vector spaces in the database, each with its own partition of vectors."""

from __future__ import annotations

from psycopg import sql

from search.store.database import Database
from search.vectors import VectorSpace


class Spaces:
    """The table `spaces`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[VectorSpace, int] = {}

    def id_of(self, space: VectorSpace) -> int:
        """Return the number of a space; a space that is met for the first time gets one.

        Not to be called while holding a connection: it may need one, and where everybody who holds
        one waits for another, nobody gets any.
        """
        if space not in self._ids:
            self._ids[space] = self._register(space)
        return self._ids[space]

    def all(self) -> list[VectorSpace]:
        """Return every space that was ever met."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT model, revision, dimensions FROM likeness.spaces ORDER BY id"
            ).fetchall()
        return [VectorSpace(*row) for row in rows]

    def _register(self, space: VectorSpace) -> int:
        with self._database.connection() as connection, connection.transaction():
            # Two processes may meet a space at the same moment: one of them makes the partition.
            connection.execute("LOCK TABLE likeness.spaces IN SHARE ROW EXCLUSIVE MODE")
            known = connection.execute(
                "SELECT id FROM likeness.spaces WHERE model = %s AND revision = %s",
                (space.model, space.revision),
            ).fetchone()
            if known:
                return int(known[0])
            row = connection.execute(
                "INSERT INTO likeness.spaces (model, revision, dimensions) VALUES (%s, %s, %s)"
                " RETURNING id",
                (space.model, space.revision, space.dimensions),
            ).fetchone()
            number = int(row[0]) if row else 0
            connection.execute(
                sql.SQL(
                    "CREATE TABLE {} PARTITION OF likeness.image_embeddings FOR VALUES IN ({})"
                ).format(
                    sql.Identifier("likeness", f"image_embeddings_{number}"), sql.Literal(number)
                )
            )
            return number

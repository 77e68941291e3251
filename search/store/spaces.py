"""Vector spaces in the database, each with its own partition of vectors, and what changes there."""

from __future__ import annotations

from typing import LiteralString

from psycopg import sql

from search.store.database import Connection, Database
from search.vectors import VectorSpace

_STAMP: LiteralString = """
    SELECT space.changes + count(number) || '+' || space.changes_sum + coalesce(sum(number), 0)
    FROM likeness.spaces AS space
    LEFT JOIN (
        SELECT number FROM likeness.vector_changes WHERE space_id = %(space)s
        UNION ALL
        SELECT number FROM likeness.vector_changes WHERE space_id IS NULL
    ) AS noted ON true
    WHERE id = %(space)s
    GROUP BY space.id
"""
# In one statement: whoever reads the stamp meanwhile sees a row here or counted there.
_FOLD: LiteralString = """
    WITH gone AS (
        DELETE FROM likeness.vector_changes RETURNING space_id, number
    ), folded AS (
        SELECT space.id, count(number) AS changes, sum(number) AS changes_sum
        FROM likeness.spaces AS space
        JOIN gone ON gone.space_id = space.id OR gone.space_id IS NULL
        GROUP BY space.id
    )
    UPDATE likeness.spaces AS space
    SET changes = space.changes + folded.changes,
        changes_sum = space.changes_sum + folded.changes_sum
    FROM folded WHERE folded.id = space.id
"""

_MAKE = sql.SQL("""
    CREATE TABLE {table} (LIKE likeness.image_embeddings INCLUDING DEFAULTS INCLUDING STORAGE)
""")
_ATTACH = sql.SQL("""
    ALTER TABLE likeness.image_embeddings ATTACH PARTITION {table} FOR VALUES IN ({number})
""")


class Spaces:
    """The tables `spaces` and `vector_changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._ids: dict[VectorSpace, int] = {}
        self._counts: dict[int, tuple[str, int]] = {}

    def id_of(self, space: VectorSpace) -> int:
        """Return the number of a space; a space that is met for the first time gets one.

        Not to be called while holding a connection: it may need one, and where everybody who holds
        one waits for another, nobody gets any.
        """
        if space not in self._ids:
            self._ids[space] = self._register(space)
        return self._ids[space]

    def table_of(self, space: VectorSpace) -> sql.Identifier:
        """Return the name of a space's own table of vectors, a partition of image_embeddings.

        Vectors are written there: it is noted that this space changed. What is written to the
        table above it is noted as a change of every space. Not to be called while holding a
        connection, as id_of.
        """
        return partition(self.id_of(space))

    def all(self) -> list[VectorSpace]:
        """Return every space that was ever met."""
        with self._database.connection() as connection:
            rows = connection.execute(
                "SELECT model, revision, dimensions FROM likeness.spaces ORDER BY id"
            ).fetchall()
        return [VectorSpace(*row) for row in rows]

    def stamp(self, space: VectorSpace) -> str:
        """Return what changes whenever the vectors of a space do; asked in a millisecond."""
        space_id = self.id_of(space)
        with self._database.connection() as connection:
            return stamp_of(connection, space_id)

    def count(self, space: VectorSpace) -> int:
        """Return how many vectors a space has; they are counted again only when they changed."""
        space_id = self.id_of(space)
        with self._database.connection() as connection:
            # The stamp first: what comes in between is counted, and counted again next time.
            stamp = stamp_of(connection, space_id)
            known, count = self._counts.get(space_id, ("", 0))
            if known == stamp:
                return count
            row = connection.execute(
                "SELECT count(*) FROM likeness.image_embeddings WHERE space_id = %s", (space_id,)
            ).fetchone()
        counted = int(row[0]) if row else 0
        self._counts[space_id] = (stamp, counted)
        return counted

    def fold_changes(self) -> None:
        """Sum up the changes noted so far, so that the stamps stay as quick to read; none changes.

        May be called as often as one likes, by any process.
        """
        with self._database.connection() as connection:
            connection.execute(_FOLD)

    def _register(self, space: VectorSpace) -> int:
        with self._database.connection() as connection, connection.transaction():
            # Two processes may meet a space at the same moment: one of them makes the partition.
            # It refers to the pictures, whose table is taken before that of the vectors, as whoever
            # writes to both takes them.
            connection.execute(
                "LOCK TABLE likeness.spaces, likeness.pictures IN SHARE ROW EXCLUSIVE MODE"
            )
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
            # Attached, and not made as a partition: that would wait for whoever reads any vectors,
            # a backup for one, and everybody else behind it.
            for statement in (_MAKE, _ATTACH):
                made = statement.format(table=partition(number), number=sql.Literal(number))
                connection.execute(made)
            connection.execute("SELECT likeness.watch_space(%s)", (number,))
            return number


def partition(space_id: int) -> sql.Identifier:
    """Return the name of the table that has the vectors of the space with this number."""
    return sql.Identifier("likeness", f"image_embeddings_{space_id}")


def stamp_of(connection: Connection, space_id: int) -> str:
    """Return the stamp of the space with this number, as a statement of this connection sees it."""
    row = connection.execute(_STAMP, {"space": space_id}).fetchone()
    return str(row[0]) if row else ""

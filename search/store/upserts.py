"""Rows that are written many at once, and perhaps once more: what is there already is replaced."""

from __future__ import annotations

import logging
import math
from collections.abc import Collection, Mapping, Sequence
from typing import Final, LiteralString

from psycopg import sql

from search.errors import DataRefused
from search.store.database import Connection, Database
from search.store.texts import storable

log = logging.getLogger(__name__)

_UPSERT: LiteralString = """
    INSERT INTO likeness.{table} ({names}) SELECT * FROM unnest({arrays})
    ON CONFLICT ({key}) DO UPDATE SET {changes}
"""

# With the table's hash: whoever writes what triggers count takes turns. A statement has several of
# them, and which goes first is not said; in turns nobody waits for a sum while another waits for
# his.
_COUNTING: Final = 0x11CE_C047

Row = Mapping[str, object]


class Upsert:
    """The statement that writes rows of one table, whatever their texts hold.

    `columns` maps names to SQL types, `key` are the columns that tell rows apart, `optional` those
    that may be NULL. `counted` tells that triggers sum up what is written.
    """

    def __init__(
        self,
        table: LiteralString,
        columns: Mapping[LiteralString, LiteralString],
        key: Sequence[LiteralString],
        *,
        optional: Collection[LiteralString] = (),
        counted: bool = False,
    ) -> None:
        self._table = table
        self._columns = columns
        self._key = key
        self._optional = frozenset(optional)
        self._counted = counted
        arrays = [
            sql.SQL("{}::{}[]").format(sql.Placeholder(name), sql.SQL(kind))
            for name, kind in columns.items()
        ]
        changes = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in columns]
        self._statement = sql.SQL(_UPSERT).format(
            table=sql.Identifier(table),
            names=sql.SQL(", ").join(map(sql.Identifier, columns)),
            arrays=sql.SQL(", ").join(arrays),
            key=sql.SQL(", ").join(map(sql.Identifier, key)),
            changes=sql.SQL(", ").join(changes),
        )

    def write(self, database: Database, rows: Sequence[Row]) -> None:
        """Write rows in one round trip; of several with one key the last one stays.

        Rows that no database can keep are left out, and cost none of the others. Raises a
        StoreError when the database is away or will not have us.
        """
        if not rows:
            return
        try:
            with database.log_transaction() as connection:
                self.execute(connection, rows)
        except DataRefused:
            if len(rows) == 1:
                log.warning("left out a row of %s that the database cannot keep", self._table)
                return
            middle = len(rows) // 2
            self.write(database, rows[:middle])
            self.write(database, rows[middle:])

    def execute(self, connection: Connection, rows: Sequence[Row]) -> None:
        """Write rows on a connection that is held already. Raises what psycopg raises."""
        # One statement may not change a row twice.
        latest = {tuple(row[name] for name in self._key): row for row in rows}.values()
        arrays = {
            name: [self._storable(name, kind, row[name]) for row in latest]
            for name, kind in self._columns.items()
        }
        if self._counted:
            connection.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_COUNTING, self._table)
            )
        connection.execute(self._statement, arrays)

    def _storable(self, name: LiteralString, kind: LiteralString, value: object) -> object:
        """Replace what no text of PostgreSQL holds, and numbers that nothing can be summed with."""
        if isinstance(value, str):
            return storable(value)
        if kind != "float8" or not isinstance(value, int | float):
            return value
        if math.isfinite(value):
            # An array is of one type, and a time of exactly 0 may come as a whole number.
            return float(value)
        return None if name in self._optional else 0.0

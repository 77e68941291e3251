"""Turns: what one process at a time does, whichever it is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from psycopg import sql

from search.store.database import Connection, Database

_TAKE = sql.SQL("SELECT pg_try_advisory_xact_lock({}, {})")
# A server that ends transactions which last, or do nothing for a while, would take the turn from
# whoever still works. PostgreSQL has the second one from 17 on.
_LASTS = """
    SELECT set_config(name, '0', true) FROM pg_settings
    WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
"""


@contextmanager
def turn(database: Database, lock: int, number: int) -> Iterator[Connection | None]:
    """Try to take a lock, two 32-bit numbers, and lend its connection; None: another has it.

    In a transaction (pgbouncer lets those through), which a killed process ends by being killed, on
    a patient connection: a turn may take hours.
    """
    with database.patient_connection() as connection, connection.transaction():
        connection.execute(_LASTS)
        # Without parameters: those would leave a snapshot open, for whose end a build waits.
        row = connection.execute(_TAKE.format(sql.Literal(lock), sql.Literal(number))).fetchone()
        yield connection if row and row[0] else None

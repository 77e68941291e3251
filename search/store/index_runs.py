"""Runs of indexing: one at a time in a space, and how far it has come, for every process."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import psycopg

from search.errors import StoreError
from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.vectors import VectorSpace

# The first of two numbers; advisory locks of two numbers never meet those of one.
TURN_LOCK = 0x11CE_4E56
# A run tells how far it is every second. One that says nothing for so long has died.
ALIVE_SECONDS = 10
KILLED, PERSON = "killed", "person"

_COLUMNS: LiteralString = """
    id, process, started_at, extract(epoch FROM coalesce(finished_at, heartbeat_at) - started_at),
    total, done, failed, finished_at, stopped_by
"""
_BURY = """
    UPDATE likeness.index_runs
    SET finished_at = heartbeat_at, stopped_by = %s
    WHERE space_id = %s AND finished_at IS NULL
"""
_BEGIN = """
    INSERT INTO likeness.index_runs (id, space_id, process, total) VALUES (%s, %s, %s, %s)
"""
_BEAT = """
    UPDATE likeness.index_runs
    SET heartbeat_at = now(), total = %s, done = %s, failed = %s
    WHERE id = %s
    RETURNING stopped_by IS NOT NULL
"""
_FINISH = """
    UPDATE likeness.index_runs
    SET heartbeat_at = now(), finished_at = now(), total = %s, done = %s, failed = %s,
        stopped_by = %s
    WHERE id = %s
"""
_CURRENT: LiteralString = """
    SELECT {columns} FROM likeness.index_runs
    WHERE space_id = %s AND finished_at IS NULL
      AND heartbeat_at > now() - make_interval(secs => %s)
    ORDER BY started_at DESC LIMIT 1
"""
_LAST: LiteralString = """
    SELECT {columns} FROM likeness.index_runs
    WHERE space_id = %s AND finished_at IS NOT NULL ORDER BY started_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class IndexRun:
    """One run, as far as it is known to have come: pictures done and failed of `total`.

    `process` is host name and process id, `seconds` how long it has run. `stopped_by` tells why it
    ended early: "person", "killed", or an error's code.
    """

    id: UUID
    process: str
    started_at: datetime
    seconds: float
    total: int
    done: int = 0
    failed: int = 0
    finished_at: datetime | None = None
    stopped_by: str | None = None


class IndexRuns:
    """The table `index_runs`, and the lock that lets one run at a time."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def turn(self, space: VectorSpace) -> Turn:
        """Return what has to be taken to index a space."""
        return Turn(self._database, self._spaces.id_of(space))

    def begin(self, number: UUID, space: VectorSpace, process: str, total: int) -> None:
        """Note a new run. Only to be called with the turn: what else seems to run has died."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_BURY, (KILLED, space_id))
            connection.execute(_BEGIN, (number, space_id, process, total))

    def beat(self, number: UUID, total: int, done: int, failed: int) -> bool:
        """Tell how far a run has come; return whether somebody wants it to stop."""
        with self._database.connection() as connection:
            row = connection.execute(_BEAT, (total, done, failed, number)).fetchone()
        return bool(row and row[0])

    def finish(
        self, number: UUID, total: int, done: int, failed: int, stopped_by: str | None
    ) -> None:
        """Note that a run is over, and why if it ended early."""
        with self._database.connection() as connection:
            connection.execute(_FINISH, (total, done, failed, stopped_by, number))

    def current(self, space: VectorSpace) -> IndexRun | None:
        """Return the run that goes on in a space, in whichever process."""
        return self._one(_CURRENT, self._spaces.id_of(space), ALIVE_SECONDS)

    def last(self, space: VectorSpace) -> IndexRun | None:
        """Return the latest run in a space that is over."""
        return self._one(_LAST, self._spaces.id_of(space))

    def stop(self, number: UUID) -> None:
        """Ask a run to stop; it hears of it at its next beat, in whichever process it is."""
        with self._database.connection() as connection:
            connection.execute(
                "UPDATE likeness.index_runs SET stopped_by = %s"
                " WHERE id = %s AND finished_at IS NULL",
                (PERSON, number),
            )

    def _one(self, query: LiteralString, *asked: object) -> IndexRun | None:
        with self._database.connection() as connection:
            row = connection.execute(query.format(columns=_COLUMNS), asked).fetchone()
        if row is None:
            return None
        number, process, started_at, seconds, *rest = row
        return IndexRun(number, process, started_at, float(seconds), *rest)


class Turn:
    """The right to index a space, for as long as its connection lives; for one thread.

    An advisory lock in a transaction (pgbouncer lets those through) on a patient connection: a run
    may take hours. Whoever is killed gives it back in that moment.
    """

    def __init__(self, database: Database, space_id: int) -> None:
        self._database = database
        self._space_id = space_id
        self._held = ExitStack()
        self._connection: Connection | None = None

    def take(self) -> bool:
        """Take it, also after it was lost; False when another process has it."""
        self.give_back()
        with ExitStack() as stack:
            connection = stack.enter_context(self._database.patient_connection())
            stack.enter_context(connection.transaction())
            row = connection.execute(
                "SELECT pg_try_advisory_xact_lock(%s, %s)", (TURN_LOCK, self._space_id)
            ).fetchone()
            if not (row and row[0]):
                return False
            self._connection = connection
            self._held = stack.pop_all()
        return True

    @property
    def is_held(self) -> bool:
        """Whether it is ours still: a server that was restarted has forgotten it."""
        if self._connection is None:
            return False
        try:
            self._connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def give_back(self) -> None:
        """Let somebody else have it."""
        self._connection = None
        with suppress(StoreError):
            self._held.close()
        self._held = ExitStack()

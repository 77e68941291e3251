"""Runs of indexing: one at a time in a space, and how far it has come, for every process."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import LiteralString
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from search.errors import StoreError
from search.language import Fact
from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.store.texts import storable_facts
from search.store.turns import turn
from search.vectors import VectorSpace

# The first of two numbers; advisory locks of two numbers never meet those of one.
TURN_LOCK = 0x11CE_4E56
# A run tells how far it is every second. One that says nothing for so long has died.
ALIVE_SECONDS = 10
KILLED, PERSON = "killed", "person"

_COLUMNS: LiteralString = """
    id, process, started_at, extract(epoch FROM coalesce(finished_at, heartbeat_at) - started_at),
    total, done, failed, copied, finished_at, stopped_by, coalesce(facts, '{}'), again_since
"""
_BURY = """
    UPDATE likeness.index_runs
    SET finished_at = heartbeat_at, stopped_by = %s
    WHERE space_id = %s AND finished_at IS NULL
"""
_BEGIN = """
    INSERT INTO likeness.index_runs (id, space_id, process, total, again_since)
    VALUES (%s, %s, %s, %s, %s)
"""
# Since when vectors count as made anew: since the latest such run began, if that was interrupted.
_AGAIN_SINCE = """
    SELECT again_since FROM (
        SELECT again_since, finished_at, stopped_by FROM likeness.index_runs
        WHERE space_id = %s AND again_since IS NOT NULL ORDER BY started_at DESC LIMIT 1
    ) AS latest
    WHERE finished_at IS NULL OR stopped_by IS NOT NULL
"""
_BEAT = """
    UPDATE likeness.index_runs
    SET heartbeat_at = now(), total = %s, done = %s, failed = %s, copied = %s
    WHERE id = %s
    RETURNING stopped_by IS NOT NULL
"""
_FINISH = """
    UPDATE likeness.index_runs
    SET heartbeat_at = now(), finished_at = now(), total = %s, done = %s, failed = %s,
        copied = %s, stopped_by = %s, facts = %s
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
    WHERE space_id = %s AND (
        finished_at IS NOT NULL OR heartbeat_at <= now() - make_interval(secs => %s))
    ORDER BY started_at DESC LIMIT 1
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run has come: pictures done and failed of `total`; `copied` are among those done.

    A picture is copied that has the vector of an equal one.
    """

    total: int
    done: int = 0
    failed: int = 0
    copied: int = 0


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run ended early, if it did: "person", "killed", or an error's code with its facts."""

    stopped_by: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexRun:
    """One run, as far as it is known to have come; `total` and what follows as in Standing.

    `process` is host name and process id, `seconds` how long it has run. `stopped_by` and `facts`
    tell why it ended early, as in Ending. `again_since` is when it, or the run that it goes on
    with, began to do everything anew; None when it does what is missing.
    """

    id: UUID
    process: str
    started_at: datetime
    seconds: float
    total: int
    done: int = 0
    failed: int = 0
    copied: int = 0
    finished_at: datetime | None = None
    stopped_by: str | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)
    again_since: datetime | None = None


class IndexRuns:
    """The table `index_runs`, and the lock that lets one run at a time."""

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def turn(self, space: VectorSpace) -> Turn:
        """Return what has to be taken to index a space."""
        return Turn(self._database, self._spaces.id_of(space))

    def begin(
        self,
        number: UUID,
        space: VectorSpace,
        process: str,
        total: int,
        again_since: datetime | None = None,
    ) -> None:
        """Note a new run. Only to be called with the turn: what else seems to run has died."""
        space_id = self._spaces.id_of(space)
        with self._database.connection() as connection, connection.transaction():
            connection.execute(_BURY, (KILLED, space_id))
            connection.execute(_BEGIN, (number, space_id, process, total, again_since))

    def again_since(self, space: VectorSpace) -> datetime | None:
        """Return since when everything was to be made anew, if that was interrupted.

        Of the latest run that did so, and only while none runs.
        """
        with self._database.connection() as connection:
            row = connection.execute(_AGAIN_SINCE, (self._spaces.id_of(space),)).fetchone()
        return row[0] if row else None

    def now(self) -> datetime:
        """Return the database's time, by which vectors are dated."""
        with self._database.connection() as connection:
            row = connection.execute("SELECT now()").fetchone()
        return row[0]  # type: ignore[index, no-any-return]  # a SELECT without FROM has one row

    def beat(self, number: UUID, standing: Standing) -> bool:
        """Tell how far a run has come; return whether somebody wants it to stop."""
        asked = (*_numbers(standing), number)
        with self._database.connection() as connection:
            row = connection.execute(_BEAT, asked).fetchone()
        return bool(row and row[0])

    def finish(self, number: UUID, standing: Standing, ending: Ending) -> None:
        """Note that a run is over, and why if it ended early."""
        facts = Jsonb(storable_facts(ending.facts))
        asked = (*_numbers(standing), ending.stopped_by, facts, number)
        with self._database.connection() as connection:
            connection.execute(_FINISH, asked)

    def current(self, space: VectorSpace) -> IndexRun | None:
        """Return the run that goes on in a space, in whichever process."""
        return self._one(_CURRENT, self._spaces.id_of(space), ALIVE_SECONDS)

    def last(self, space: VectorSpace) -> IndexRun | None:
        """Return the latest run in a space that is over; one that says nothing more was killed."""
        run = self._one(_LAST, self._spaces.id_of(space), ALIVE_SECONDS)
        return replace(run, stopped_by=KILLED) if run and run.finished_at is None else run

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


def _numbers(standing: Standing) -> tuple[int, ...]:
    return standing.total, standing.done, standing.failed, standing.copied


class Turn:
    """The right to index a space, for as long as its connection lives; for one thread.

    Whoever is killed gives it back in that moment.
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
            held = stack.enter_context(turn(self._database, TURN_LOCK, self._space_id))
            if held is None:
                return False
            self._connection = held
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

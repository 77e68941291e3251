"""How far the copy of a shop's own tables is: who makes it, what of, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from psycopg.types.json import Jsonb

from search.store.database import Database
from search.store.turns import turn

# The first of two numbers; see TURN_LOCK in index_runs.
ADOPTION_LOCK: Final = 0x11CE_4E57

# Whoever copies holds the lock: a process that was killed holds none.
_STATE = """
    SELECT fingerprint, report, adopted_at, process, started_at, done, total, EXISTS (
        SELECT FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %s AND objid = 0 AND objsubid = 2 AND granted
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))
    FROM likeness.adoption
"""
_BEGIN = """
    INSERT INTO likeness.adoption AS known (process, started_at, total) VALUES (%s, now(), %s)
    ON CONFLICT (one) DO UPDATE
    SET process = excluded.process, started_at = now(), done = 0, total = excluded.total
"""
_FINISH = """
    UPDATE likeness.adoption SET fingerprint = %s, report = %s, adopted_at = now(), done = total
"""


@dataclass(frozen=True, slots=True)
class Copying:
    """A copy that is being made, by a process, of so many products.

    One is never done before all is: vectors are copied after the last product.
    """

    process: str
    started_at: datetime
    done: int
    total: int


@dataclass(frozen=True, slots=True)
class StoredAdoption:
    """The last whole copy, None before there was one, and the one that is being made."""

    fingerprint: str | None = None
    report: Mapping[str, Any] | None = None
    adopted_at: datetime | None = None
    copying: Copying | None = None


class Adoptions:
    """The table `adoption`, and the lock that lets one process at a time copy."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Try to take the right to copy, and give it back at the end; False: another has it."""
        with turn(self._database, ADOPTION_LOCK, 0) as held:
            yield held is not None

    def state(self) -> StoredAdoption:
        """Return how things stand."""
        with self._database.connection() as connection:
            row = connection.execute(_STATE, (ADOPTION_LOCK,)).fetchone()
        if row is None:
            return StoredAdoption()
        fingerprint, report, adopted_at, process, started_at, done, total, held = row
        # The lock is taken a moment before the copy begins.
        copies = held and process is not None and done < total
        copying = Copying(process, started_at, done, total) if copies else None
        return StoredAdoption(fingerprint, report, adopted_at, copying)

    def begin(self, process: str, total: int) -> None:
        """Note who begins to copy so many products. Only to be called with the turn."""
        with self._database.connection() as connection:
            connection.execute(_BEGIN, (process, total))

    def beat(self, done: int) -> None:
        """Note how many products are done; not the last one before all is."""
        with self._database.connection() as connection:
            connection.execute("UPDATE likeness.adoption SET done = least(%s, total - 1)", (done,))

    def finish(self, fingerprint: str, report: Mapping[str, Any]) -> None:
        """Note that all of the tables as they were with this fingerprint is copied."""
        with self._database.connection() as connection:
            connection.execute(_FINISH, (fingerprint, Jsonb(dict(report))))

"""What the app answered with success, and how much of it is not in the database."""

from __future__ import annotations

import threading
from dataclasses import dataclass

import psycopg

_MISSING = {
    "searches": "SELECT told::text FROM unnest(%s::uuid[]) AS told"
    " WHERE told NOT IN (SELECT id FROM likeness.searches)",
    "judgements": "SELECT told::text FROM unnest(%s::uuid[]) AS told"
    " WHERE told NOT IN (SELECT id FROM likeness.judgements)",
    "thresholds": "SELECT told::text FROM unnest(%s::bigint[]) AS told"
    " WHERE told NOT IN (SELECT id FROM likeness.thresholds)",
}
_HALVES = """
    SELECT count(*) FROM likeness.searches AS made
    WHERE cardinality(product_ids) <> cardinality(similarities)
       OR cardinality(product_ids) <> cardinality(picture_ids)
       OR NOT EXISTS (
           SELECT FROM likeness.photo_embeddings AS known
           WHERE known.space_id = made.space_id AND known.fingerprint = made.fingerprint
       )
"""
_OVER = "SELECT count(*) FROM likeness.calls WHERE reached AND outcome <> 'under_way'"
_UNDER_WAY = "SELECT count(*) FROM likeness.calls WHERE outcome = 'under_way'"


@dataclass(frozen=True, slots=True)
class Lost:
    """How many of what was answered with success are missing, and of calls that were served.

    `halves` are searches that are there without all that belongs to them.
    """

    searches: int = 0
    judgements: int = 0
    thresholds: int = 0
    calls: int = 0
    halves: int = 0

    def __str__(self) -> str:
        named = {
            "searches": self.searches,
            "judgements": self.judgements,
            "thresholds": self.thresholds,
            "records of calls": self.calls,
            "half-written searches": self.halves,
        }
        return ", ".join(f"{name}: {count}" for name, count in named.items() if count) or "nothing"


class Ledger:
    """What was promised, by kind and id; for any number of threads."""

    def __init__(self) -> None:
        self._told: dict[str, list[str]] = {kind: [] for kind in _MISSING}
        self._lock = threading.Lock()

    def note(self, kind: str, *numbers: str) -> None:
        """Note what was answered with success: "searches", "judgements" or "thresholds"."""
        with self._lock:
            self._told[kind].extend(numbers)

    def lost(self, connection: psycopg.Connection, calls: int) -> Lost:
        """Count what is missing, once; `calls` served ones are known to have no record."""
        missing = {kind: self._missing(connection, kind) for kind in _MISSING}
        return Lost(**missing, calls=calls, halves=_count(connection, _HALVES))

    def _missing(self, connection: psycopg.Connection, kind: str) -> int:
        rows = connection.execute(_MISSING[kind].encode(), [self._told[kind]]).fetchall()
        for (number,) in rows:
            self._told[kind].remove(number)
        return len(rows)


def calls_over(connection: psycopg.Connection) -> int:
    """Return how many calls are recorded that reached the model's server, with their outcome."""
    return _count(connection, _OVER)


def calls_under_way(connection: psycopg.Connection) -> int:
    """Return how many calls were counted before they were sent and have no outcome."""
    return _count(connection, _UNDER_WAY)


def _count(connection: psycopg.Connection, query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])

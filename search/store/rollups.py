"""What is too old to be kept row by row becomes sums by day, which are kept for ever.

How many calls and searches there were is summed up by the database itself when they are written.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, LiteralString

from search.store.call_latency import COLD_STARTS, GAP, LONGEST_START
from search.store.database import Connection, Database
from search.store.search_times import FINENESS, TELLS, TIMED
from search.usage.latency import BIN_EDGES
from search.usage.quota import day_of

# One process at a time: the others have nothing to wait for.
_ROLLING_UP: Final = 0x11CE_DA15

_DAY = timedelta(days=1)

_OLDEST = """
    SELECT least((SELECT min(started_at) FROM likeness.calls),
                 (SELECT min(made_at) FROM likeness.search_log))
"""

# Cold starts that go on when the day is over. All of such a start is of the day in which it begins:
# what of it lies in the next one goes with this one.
_GOING_ON: LiteralString = """
    WITH around AS (
        SELECT host, started_at, seconds, cold FROM likeness.calls
        WHERE cold AND started_at >= %(ends)s - %(longest_start)s * interval '1 second'
          AND started_at < %(ends)s + %(longest_start)s * interval '1 second'
    ), {cold_starts}
    SELECT host, started_at + seconds * interval '1 second' FROM cold_starts
    WHERE started_at < %(ends)s AND started_at + seconds * interval '1 second' >= %(ends)s
"""

# Each of the following deletes rows and counts what it deleted, in one statement: whatever stops
# it, and whatever comes late or is written meanwhile, a row is there or counted, and never both.
_CALLS: LiteralString = """
    WITH gone AS (
        DELETE FROM likeness.calls WHERE started_at < %(latest)s AND (
            started_at < %(ends)s OR cold AND started_at <= (
                SELECT until FROM unnest(%(hosts)s::text[], %(untils)s::timestamptz[])
                    AS going_on (name, until) WHERE name = host
            )
        )
        RETURNING host, started_at, outcome, cold, seconds
    ), {cold_starts}, cold_sums AS (
        INSERT INTO likeness.cold_days AS kept (day, host, bin, starts, longest)
        SELECT (started_at AT TIME ZONE 'UTC')::date, host,
               width_bucket(seconds, %(bins)s::float8[]), count(*), max(seconds)
        FROM cold_starts GROUP BY 1, 2, 3
        ON CONFLICT (day, host, bin) DO UPDATE
        SET starts = kept.starts + excluded.starts,
            longest = greatest(kept.longest, excluded.longest)
    )
    INSERT INTO likeness.call_days AS kept (day, host, bin, calls)
    SELECT (started_at AT TIME ZONE 'UTC')::date, host,
           width_bucket(seconds, %(bins)s::float8[]), count(*)
    FROM gone WHERE outcome = 'ok' AND NOT cold GROUP BY 1, 2, 3
    ON CONFLICT (day, host, bin) DO UPDATE SET calls = kept.calls + excluded.calls
"""
_CALLS_GONE = _CALLS.format(cold_starts=COLD_STARTS.format(rows="gone"))
_STARTS_GOING_ON = _GOING_ON.format(cold_starts=COLD_STARTS.format(rows="around"))
_SEARCHES: LiteralString = """
    WITH gone AS (
        DELETE FROM likeness.search_log WHERE made_at < %(ends)s
        RETURNING (made_at AT TIME ZONE 'UTC')::date AS day, space_id, outcome, remembered,
                  encoder_seconds, database_seconds, rest_seconds, cold, best_similarity
    ), measured AS (
        SELECT day, space_id, measure, width_bucket(seconds, %(bins)s::float8[]) AS value
        FROM gone, {timed} WHERE {tells}
        UNION ALL
        SELECT day, space_id, 'best', round(best_similarity * %(fineness)s)::integer
        FROM gone WHERE best_similarity IS NOT NULL
    )
    INSERT INTO likeness.search_days AS kept (day, space_id, measure, value, searches)
    SELECT day, space_id, measure, value, count(*) FROM measured GROUP BY 1, 2, 3, 4
    ON CONFLICT (day, space_id, measure, value) DO UPDATE
    SET searches = kept.searches + excluded.searches
"""
_SEARCHES_GONE = _SEARCHES.format(timed=TIMED, tells=TELLS)
# Who searched is not known for longer than what they searched for.
_PEOPLE = "DELETE FROM likeness.search_day_counts WHERE measure = 'who' AND day < %s"
_BREAKERS = "DELETE FROM likeness.breaker_changes WHERE at < %s"


class Rollups:
    """The tables `call_days`, `cold_days` and `search_days`.

    A row that comes late, for a day that is summed up already, is summed up in its turn. If it is
    written once more after that, it is taken for another: to know it again its id would have to be
    kept. That takes a record older than all that is kept, and a connection that broke while it was
    written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def maintain(self, now: datetime, keep_days: int) -> None:
        """Turn the rows of days that ended `keep_days` ago, in UTC, into sums; 0 keeps all of them.

        A day at a time, and one process at a time: where another one is at it, nothing is done. May
        be called as often as one likes.
        """
        if keep_days <= 0:
            return
        kept_from = day_of(now - keep_days * _DAY).start
        while self._roll_up_a_day(kept_from):
            pass

    def _roll_up_a_day(self, kept_from: datetime) -> bool:
        """Roll up the oldest day that is due; tell whether there may be more."""
        with self._database.patient_connection() as connection, connection.transaction():
            if not _is_ours(connection):
                return False
            oldest = connection.execute(_OLDEST).fetchone()
            if oldest is None or oldest[0] is None or oldest[0] >= kept_from:
                connection.execute(_BREAKERS, (kept_from,))
                connection.execute(_PEOPLE, (kept_from.date(),))
                return False
            _roll_up(connection, day_of(oldest[0]).end)
        return True


def _roll_up(connection: Connection, ends: datetime) -> None:
    """Turn all rows of the time before `ends` into sums."""
    parameters: dict[str, object] = {
        "ends": ends,
        "bins": list(BIN_EDGES),
        "gap": GAP,
        "longest_start": LONGEST_START,
        "fineness": FINENESS,
    }
    going_on = dict(connection.execute(_STARTS_GOING_ON, parameters).fetchall())
    parameters |= {
        "hosts": list(going_on),
        "untils": list(going_on.values()),
        "latest": max([ends, *going_on.values()]) + timedelta.resolution,
    }
    connection.execute(_CALLS_GONE, parameters)
    connection.execute(_SEARCHES_GONE, parameters)


def _is_ours(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_ROLLING_UP,)).fetchone()
    return bool(row and row[0])

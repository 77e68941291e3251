"""What is too old to be kept row by row becomes sums by day, which are kept for ever.

How many calls and searches there were is summed up by the database itself when they are written.
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Final, LiteralString

from search.store.call_latency import COLD_STARTS, GAP
from search.store.database import Connection, Database
from search.store.search_times import FINENESS
from search.usage.latency import BIN_EDGES

# One process at a time: the others have nothing to wait for.
_ROLLING_UP: Final = 0x11CE_DA15

_DAY = timedelta(days=1)

_OLDEST = """
    SELECT least((SELECT min(started_at) FROM likeness.calls),
                 (SELECT min(made_at) FROM likeness.search_log))
"""

# Each of the following deletes rows and counts what it deleted, in one statement: whatever stops
# it, and whatever comes late or is written meanwhile, a row is there or counted, and never both.
_CALLS: LiteralString = """
    WITH gone AS (
        DELETE FROM likeness.calls WHERE started_at < %(ends)s
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
_COLD_STARTS = COLD_STARTS.format(rows="gone")
_SEARCHES = """
    WITH gone AS (
        DELETE FROM likeness.search_log WHERE made_at < %(ends)s
        RETURNING (made_at AT TIME ZONE 'UTC')::date AS day, space_id, outcome, remembered,
                  encoder_seconds, database_seconds, rest_seconds, best_similarity
    ), measured AS (
        SELECT day, space_id, measure, width_bucket(seconds, %(bins)s::float8[]) AS value
        FROM gone, LATERAL (VALUES
            ('whole', encoder_seconds + database_seconds + rest_seconds),
            ('encoder', encoder_seconds), ('database', database_seconds), ('rest', rest_seconds)
        ) AS timed (measure, seconds)
        WHERE outcome = 'ok' AND NOT remembered
        UNION ALL
        SELECT day, space_id, 'best', round(best_similarity * %(fineness)s)::integer
        FROM gone WHERE best_similarity IS NOT NULL
    )
    INSERT INTO likeness.search_days AS kept (day, space_id, measure, value, searches)
    SELECT day, space_id, measure, value, count(*) FROM measured GROUP BY 1, 2, 3, 4
    ON CONFLICT (day, space_id, measure, value) DO UPDATE
    SET searches = kept.searches + excluded.searches
"""
# Who searched is not known for longer than what they searched for.
_PEOPLE = "DELETE FROM likeness.search_day_counts WHERE measure = 'who' AND day < %s"
_BREAKERS = "DELETE FROM likeness.breaker_changes WHERE at < %s"


class Rollups:
    """The tables `call_days`, `cold_days` and `search_days`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def maintain(self, now: datetime, keep_days: int) -> None:
        """Turn the rows of days that ended `keep_days` ago, in UTC, into sums; 0 keeps all of them.

        A day at a time, and one process at a time: where another one is at it, nothing is done. May
        be called as often as one likes.
        """
        if keep_days <= 0:
            return
        kept_from = datetime.combine((now.astimezone(UTC) - keep_days * _DAY).date(), time(), UTC)
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
            day = datetime.combine(oldest[0].astimezone(UTC).date(), time(), UTC)
            parameters = {
                "ends": day + _DAY,
                "bins": list(BIN_EDGES),
                "gap": GAP,
                "fineness": FINENESS,
            }
            connection.execute(_CALLS.format(cold_starts=_COLD_STARTS), parameters)
            connection.execute(_SEARCHES, parameters)
        return True


def _is_ours(connection: Connection) -> bool:
    row = connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_ROLLING_UP,)).fetchone()
    return bool(row and row[0])

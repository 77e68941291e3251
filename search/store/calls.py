"""Every call of the encoder: written, counted against limits, listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, Literal, LiteralString

from search.calls import UNDER_WAY, Call, Purpose
from search.store.call_latency import CallLatency, latency
from search.store.database import Connection, Database
from search.store.spaces import Spaces
from search.store.spans import asked, over_span
from search.store.upserts import Row, Upsert
from search.usage.quota import day_of, month_of
from search.usage.span import Span
from search.vectors import VectorSpace

# With the host's hash: processes that reserve calls of one host take turns.
_RESERVING: Final = 0x11CE_CA11

_CALLS = Upsert(
    "calls",
    {
        "id": "uuid",
        "started_at": "timestamptz",
        "encoder": "text",
        "host": "text",
        "space_id": "integer",
        "purpose": "text",
        "outcome": "text",
        "seconds": "float8",
        "attempt": "integer",
        "reached": "boolean",
        "cold": "boolean",
        "status": "integer",
        "bytes_out": "bigint",
        "bytes_in": "bigint",
        "request_id": "text",
        "detail": "text",
        "search_id": "uuid",
    },
    key=("id",),
    counted=True,
)

# Clocks of several machines differ by less. A call that began later than this was recorded by one
# that was wrong, and says nothing of how things stand.
CLOCKS_DIFFER: Final = timedelta(minutes=5)

_LIST: LiteralString = """
    SELECT calls.id, started_at, encoder, host, model, revision, dimensions, purpose, outcome,
           seconds, attempt, reached, cold, status, bytes_out, bytes_in, request_id, detail,
           search_id
    FROM likeness.calls JOIN likeness.spaces ON spaces.id = space_id
"""
_LAST = (
    _LIST
    + """
    WHERE host = %(host)s AND outcome <> 'remembered' AND started_at < %(until)s
    ORDER BY started_at DESC, calls.id LIMIT %(limit)s
"""
)
_FAILURES = over_span(
    _LIST
    + """
    WHERE host = %(host)s AND {within} AND outcome NOT IN ('ok', 'remembered', 'under_way')
    ORDER BY started_at DESC, calls.id LIMIT %(limit)s
""",
    "started_at",
)
_LAST_SUCCESS = """
    SELECT started_at FROM likeness.calls
    WHERE host = %s AND outcome <> 'remembered' AND outcome = 'ok' AND started_at < %s
    ORDER BY started_at DESC LIMIT 1
"""

_BY_DAY = """
    SELECT (quarter AT TIME ZONE 'UTC')::date, sum(calls)::bigint FROM likeness.call_counts
    WHERE quarter >= %s AND host = %s AND reached GROUP BY 1 HAVING sum(calls) > 0 ORDER BY 1
"""
_SAVED = """
    SELECT coalesce(sum(calls), 0)::bigint FROM likeness.call_counts
    WHERE quarter >= %s AND quarter < %s AND host = %s AND outcome = 'remembered'
"""
_USED = """
    SELECT coalesce(sum(calls), 0)::bigint,
           coalesce(sum(calls) FILTER (
               WHERE quarter >= %(day)s AND quarter < %(day_ends)s
           ), 0)::bigint
    FROM likeness.call_counts
    WHERE quarter >= %(month)s AND quarter < %(month_ends)s AND host = %(host)s AND reached
"""
_OUTCOMES = over_span(
    """
    WITH counted AS (
        SELECT {quarter_step} AS step, outcome, nullif(status, 0) AS status, cold, reached, purpose,
               calls, retries
        FROM likeness.call_counts WHERE {whole_quarters} AND host = %(host)s
        UNION ALL
        SELECT {step}, outcome, status, cold, reached, purpose,
               count(*), count(*) FILTER (WHERE attempt > 1)
        FROM likeness.calls WHERE {beside_quarters} AND host = %(host)s
        GROUP BY 1, 2, 3, 4, 5, 6
    )
    SELECT step, outcome, status, cold, reached, purpose,
           sum(calls)::bigint, sum(retries)::bigint
    FROM counted GROUP BY 1, 2, 3, 4, 5, 6 HAVING sum(calls) > 0 ORDER BY 1, 2, 3, 4, 5, 6
""",
    "started_at",
)

_BY_MODEL = over_span(
    """
    SELECT model, revision, dimensions, count(*)
    FROM likeness.calls JOIN likeness.spaces ON spaces.id = space_id
    WHERE {within} AND outcome <> 'remembered' AND (reached OR host = '')
    GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2
""",
    "started_at",
)


@dataclass(frozen=True, slots=True)
class Used:
    """A limit that is used up: so many calls of so many, in this month or on this day of UTC's."""

    period: Literal["month", "day"]
    used: int
    limit: int


@dataclass(frozen=True, slots=True)
class Tally:
    """How many calls of one kind began in a step, and how many of these were retries."""

    step: int  # of the span, from 0
    outcome: str
    status: int | None
    cold: bool
    reached: bool
    purpose: str
    calls: int
    retries: int


class Calls:
    """The table `calls`, and the sums that stay when its rows are deleted.

    A call is of the day, the month, the step of a span in which it began. Listed is what is kept as
    rows. Counts are exact for ever: to the microsecond as far as rows are kept, by quarters of an
    hour before that.
    """

    def __init__(self, database: Database, spaces: Spaces) -> None:
        self._database = database
        self._spaces = spaces

    def write(self, calls: Sequence[Call]) -> None:
        """Write calls in one round trip; one that is there already, by its id, is replaced.

        A call that no database can keep is left out, the others are not.
        """
        _CALLS.write(self._database, [self._row(call) for call in calls])

    def begin(self, call: Call) -> None:
        """Count a call before it is made, so that no kill can lose it.

        It counts as one that is under way until it is written again under its id.
        """
        self.write([_begun(call)])

    def reserve(self, call: Call, *, month_limit: int, day_limit: int) -> Used | None:
        """Count a call before it is made; return what is used up, if it is not to be made.

        Exact, however many processes do so at once. The call counts as one that is under way until
        it is written again under its id. A limit of 0 is none.
        """
        row = self._row(_begun(call))
        with self._database.unhurried_transaction() as connection:
            connection.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", (_RESERVING, row["host"])
            )
            month, day = _used(connection, call)
            if 0 < month_limit <= month:
                return Used("month", month, month_limit)
            if 0 < day_limit <= day:
                return Used("day", day, day_limit)
            _CALLS.execute(connection, [row])
        return None

    def used_by_day(self, host: str, since: date) -> dict[date, int]:
        """Return the calls that count against a quota, by UTC day; days without any are missing."""
        begin = datetime.combine(since, time(), UTC)
        with self._database.log_connection() as connection:
            return dict(connection.execute(_BY_DAY, (begin, host), binary=True).fetchall())

    def saved(self, host: str, since: datetime, until: datetime) -> int:
        """Return how many calls remembered embeddings made unnecessary.

        Of those quarters of an hour that begin from `since` up to, and without, `until`.
        """
        with self._database.log_connection() as connection:
            row = connection.execute(_SAVED, (since, until, host), binary=True).fetchone()
        return int(row[0]) if row else 0

    def last(self, host: str, now: datetime, limit: int) -> list[Call]:
        """Return the last attempts, remembered photos left out, the latest first."""
        until = now + CLOCKS_DIFFER
        return self._listed(_LAST, {"host": host, "until": until, "limit": limit})

    def last_success(self, host: str, now: datetime) -> datetime | None:
        """Return when the last call that succeeded began, as far back as rows are kept."""
        asked = (host, now + CLOCKS_DIFFER)
        with self._database.log_connection() as connection:
            row = connection.execute(_LAST_SUCCESS, asked, binary=True).fetchone()
        return row[0].astimezone(UTC) if row else None

    def failures(self, host: str, span: Span, limit: int) -> list[Call]:
        """Return the last attempts of a span that failed, the latest first."""
        return self._listed(_FAILURES, asked(span) | {"host": host, "limit": limit})

    def outcomes(self, host: str, span: Span) -> list[Tally]:
        """Count the calls of a span by step, and by all else that a Tally tells apart."""
        parameters = asked(span) | {"host": host}
        with self._database.log_connection() as connection:
            rows = connection.execute(_OUTCOMES, parameters, prepare=False, binary=True).fetchall()
        return [Tally(*row) for row in rows]

    def by_model(self, span: Span) -> dict[VectorSpace, int]:
        """Count the calls of a span that were sent, of all hosts, by space; the most first.

        Of those that are kept as rows: the sums know no models.
        """
        with self._database.log_connection() as connection:
            rows = connection.execute(_BY_MODEL, asked(span), prepare=False, binary=True).fetchall()
        return {VectorSpace(*space): calls for *space, calls in rows}

    def latency(self, host: str, span: Span) -> CallLatency:
        """Return how long warm successes of a span took, and how long cold starts did."""
        with self._database.log_connection() as connection:
            return latency(connection, host, span)

    def _listed(self, statement: LiteralString, parameters: Row) -> list[Call]:
        with self._database.log_connection() as connection:
            rows = connection.execute(statement, parameters, binary=True).fetchall()
        return [_call(row) for row in rows]

    def _row(self, call: Call) -> dict[str, Any]:
        values = {name: getattr(call, name) for name in Call.__slots__ if name != "space"}
        return values | {"space_id": self._spaces.id_of(call.space)}


def _begun(call: Call) -> Call:
    return replace(call, outcome=UNDER_WAY, reached=True)


def _used(connection: Connection, call: Call) -> tuple[int, int]:
    """Return the calls that count in the call's month and on its day."""
    month, day = month_of(call.started_at), day_of(call.started_at)
    parameters = {
        "host": call.host,
        "month": month.start,
        "month_ends": month.end,
        "day": day.start,
        "day_ends": day.end,
    }
    row = connection.execute(_USED, parameters, binary=True).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _call(row: Any) -> Call:  # noqa: ANN401 - a row of _LIST
    number, started_at, encoder, host, model, revision, dimensions, purpose, *rest = row
    return Call(
        number,
        started_at.astimezone(UTC),
        encoder,
        host,
        VectorSpace(model, revision, dimensions),
        Purpose(purpose),
        *rest,
    )

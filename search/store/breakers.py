"""When breakers of the app's processes opened and closed, and how they stand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from search.calls import BreakerChange, BreakerState
from search.store.calls import CLOCKS_DIFFER
from search.store.database import Database
from search.store.upserts import Upsert
from search.usage.views import Breaker

_CHANGES = Upsert(
    "breaker_changes",
    {
        "at": "timestamptz",
        "process": "text",
        "host": "text",
        "state": "text",
        "until": "timestamptz",
        "reason": "text",
    },
    key=("at", "process", "host", "state"),
)

_LAST = """
    SELECT at, process, host, state, until, reason FROM likeness.breaker_changes
    WHERE host = %s AND at >= %s AND at < %s ORDER BY at DESC, number DESC LIMIT %s
"""
_LATEST = """
    SELECT DISTINCT ON (process) state, until, reason, at FROM likeness.breaker_changes
    WHERE host = %(host)s AND at > %(since)s AND at < %(until)s
    ORDER BY process, at DESC, number DESC
"""

# A process that opened its breaker and was not heard of for so long after it was to try again may
# be gone, or nobody searches: it says nothing of how things stand now.
FORGOTTEN_AFTER: Final = timedelta(minutes=3)
# How long ago a breaker may have opened that is still to be heard of.
_LONGEST: Final = timedelta(days=1)
_BY_WEIGHT = (BreakerState.CLOSED, BreakerState.PROBING, BreakerState.OPEN)


class Breakers:
    """The table `breaker_changes`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def write(self, changes: Sequence[BreakerChange]) -> None:
        """Write changes in one round trip; what is there already stays there once."""
        names = BreakerChange.__slots__
        rows = [{name: getattr(change, name) for name in names} for change in changes]
        _CHANGES.write(self._database, rows)

    def last(self, host: str, since: datetime, until: datetime, limit: int) -> list[BreakerChange]:
        """Return the last changes of all processes before `until`, the latest first."""
        asked = (host, since, until, limit)
        with self._database.log_connection() as connection:
            rows = connection.execute(_LAST, asked, binary=True).fetchall()
        return [_change(row) for row in rows]

    def current(self, host: str, now: datetime) -> Breaker:
        """Return how the worst of the processes' breakers stands; closed where nobody says more.

        One that may try again, because its time is over, is probing: the next call goes through.
        """
        asked = {"host": host, "since": now - _LONGEST, "until": now + CLOCKS_DIFFER}
        with self._database.log_connection() as connection:
            rows = connection.execute(_LATEST, asked, binary=True).fetchall()
        standing = [_standing(BreakerState(state), *rest, now=now) for state, *rest in rows]
        return max(standing, key=_weight, default=Breaker(BreakerState.CLOSED))


def _standing(
    state: BreakerState, until: datetime | None, reason: str, at: datetime, *, now: datetime
) -> Breaker:
    heard = max(at, until) if until else at
    if state is BreakerState.CLOSED or heard + FORGOTTEN_AFTER < now:
        return Breaker(BreakerState.CLOSED)
    if until is not None and until <= now:
        state = BreakerState.PROBING
    return Breaker(state, until.astimezone(UTC) if until else None, reason)


def _weight(breaker: Breaker) -> tuple[int, datetime]:
    longest = breaker.until or datetime.min.replace(tzinfo=UTC)
    return _BY_WEIGHT.index(breaker.state), longest


def _change(row: Any) -> BreakerChange:  # noqa: ANN401 - a row of _LAST
    at, process, host, state, until, reason = row
    return BreakerChange(
        at=at.astimezone(UTC),
        process=process,
        host=host,
        state=BreakerState(state),
        until=until.astimezone(UTC) if until else None,
        reason=reason,
    )

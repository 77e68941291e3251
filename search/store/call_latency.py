"""How long calls took: warm successes as percentiles and bars, cold starts apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, LiteralString

import numpy as np
import numpy.typing as npt

from search.store.database import Connection
from search.store.spans import asked, over_span
from search.usage.latency import BIN_EDGES, BINS, bars, percentile_from_bins
from search.usage.span import Span
from search.usage.views import Percentiles

# Sorting this many takes as long as all the rest of the page; more are counted in bins.
EXACT_UP_TO: Final = 100_000
SHARES: Final = (0.5, 0.9, 0.95, 0.99)

# Whoever asked a model that slept asks again sooner than in so many seconds: what lies further
# apart are two cold starts.
GAP: Final = 60

_WARM = over_span(
    """
    SELECT step - 1, bin, calls, false FROM {steps}, LATERAL (
        SELECT width_bucket(seconds, %(bins)s::float8[]) AS bin, count(*) AS calls
        FROM likeness.calls
        WHERE {within_step} AND host = %(host)s AND outcome = 'ok' AND NOT cold
        GROUP BY 1
    ) AS counted
    UNION ALL
    SELECT {day_step}, bin, calls, true FROM likeness.call_days
    WHERE {days_begun} AND host = %(host)s
""",
    "started_at",
)
# Step -1 is all of them.
_EXACT = over_span(
    """
    SELECT coalesce({step}, -1), count(*),
           percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY seconds)
    FROM likeness.calls
    WHERE {within} AND host = %(host)s AND outcome = 'ok' AND NOT cold
    GROUP BY GROUPING SETS (({step}), ())
""",
    "started_at",
)

# How far before a span a start may have begun whose calls reach into it, and beyond it may end.
LONGEST_START: Final = 3600

# What waits for one model's start is many calls: refused ones, held ones, of several photos. It
# lasts from the beginning of the first to the end of the last, and is of the time in which it
# begins.
COLD_STARTS: LiteralString = """
    timed AS (
        SELECT host, started_at, started_at + seconds * interval '1 second' AS ended
        FROM {rows} WHERE cold
    ), after AS (
        SELECT host, started_at, ended, max(ended) OVER (
            PARTITION BY host ORDER BY started_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
        ) AS quiet_since FROM timed
    ), numbered AS (
        SELECT host, started_at, ended, count(*) FILTER (
            WHERE quiet_since IS NULL OR started_at > quiet_since + %(gap)s * interval '1 second'
        ) OVER (PARTITION BY host ORDER BY started_at) AS number FROM after
    ), cold_starts AS (
        SELECT host, min(started_at) AS started_at,
               date_part('epoch', max(ended) - min(started_at)) AS seconds
        FROM numbered GROUP BY host, number
    )
"""
_COLD = over_span(
    """
    WITH spanned AS (
        SELECT host, started_at, seconds, cold FROM likeness.calls
        WHERE started_at >= %(since)s - %(longest_start)s * interval '1 second'
          AND started_at < %(until)s + %(longest_start)s * interval '1 second'
          AND host = %(host)s AND cold
    ), {cold_starts}
    SELECT {step}, width_bucket(seconds, %(bins)s::float8[]), count(*), max(seconds)
    FROM cold_starts WHERE {within} GROUP BY 1, 2
    UNION ALL
    SELECT {day_step}, bin, starts, longest FROM likeness.cold_days
    WHERE {days_begun} AND host = %(host)s
""",
    "started_at",
    cold_starts=COLD_STARTS.format(rows="spanned"),
)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class CallLatency:
    """Times of calls, in seconds; what is by step has one entry a step of the span.

    `counts` are the warm successes on `search.usage.latency.DISPLAY_EDGES`, `cold_counts` the cold
    starts. A cold start is all that had to do with one start of the model, however many calls
    waited for it.
    """

    calls: Percentiles
    by_bucket: Sequence[Percentiles]
    counts: Sequence[int]
    cold: int
    cold_longest: float | None
    cold_counts: Sequence[int]
    cold_by_bucket: Sequence[int]


def latency(connection: Connection, host: str, span: Span) -> CallLatency:
    """Return the times of a host's calls; what is rolled up by days is in the days' first steps.

    Percentiles are exact for up to EXACT_UP_TO calls that are all still kept as rows.
    """
    parameters = asked(span) | {
        "host": host,
        "bins": list(BIN_EDGES),
        "shares": list(SHARES),
        "gap": GAP,
        "longest_start": LONGEST_START,
    }
    warm, rolled_up = np.zeros((len(span.buckets), BINS), np.int64), False
    for number, bin_number, calls, is_day in connection.execute(_WARM, parameters, binary=True):
        warm[number, bin_number] += calls
        rolled_up |= is_day
    cold, longest = np.zeros_like(warm), None
    for number, bin_number, starts, seconds in connection.execute(_COLD, parameters, binary=True):
        cold[number, bin_number] += starts
        longest = max(seconds, longest or 0.0)
    if rolled_up or warm.sum() > EXACT_UP_TO:
        overall, by_bucket = binned(warm.sum(axis=0)), [binned(counts) for counts in warm]
    else:
        rows = connection.execute(_EXACT, parameters, prepare=False, binary=True).fetchall()
        exact = {number: percentiles(calls, found) for number, calls, found in rows}
        nothing = percentiles(0, None)
        overall = exact.get(-1, nothing)
        by_bucket = [exact.get(number, nothing) for number in range(len(span.buckets))]
    return CallLatency(
        calls=overall,
        by_bucket=by_bucket,
        counts=bars(warm.sum(axis=0)),
        cold=int(cold.sum()),
        cold_longest=longest,
        cold_counts=bars(cold.sum(axis=0)),
        cold_by_bucket=[int(starts) for starts in cold.sum(axis=1)],
    )


def percentiles(count: int, found: Sequence[float] | None) -> Percentiles:
    """Return what was found at SHARES; None where nothing was."""
    p50, p90, p95, p99 = found or (None,) * len(SHARES)
    return Percentiles(count, p50, p90, p95, p99)


def binned(counts: Counts) -> Percentiles:
    """Return the percentiles of times that are counted in bins, int [BINS]."""
    p50, p90, p95, p99 = (percentile_from_bins(counts, share) for share in SHARES)
    return Percentiles(int(counts.sum()), p50, p90, p95, p99, exact=False)

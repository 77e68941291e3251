"""How long searches took, and how good their best hits were: percentiles over many rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, LiteralString

import numpy as np

from search.store.call_latency import EXACT_UP_TO, SHARES, Counts, binned, percentiles
from search.store.database import Connection
from search.store.spans import over_span
from search.usage.latency import BIN_EDGES, BINS, percentile_from_bins, percentile_of_values
from search.usage.span import Span
from search.usage.views import Percentiles, Split

# So many values are told apart between 0 and 1 where cosines are only counted.
FINENESS: Final = 1000
BEST_SHARES: Final = (0.1, 0.5, 0.9)
MEASURES: Final = ("whole", "encoder", "database", "rest")

# What is timed of a search, a row a measure.
TIMED: LiteralString = """LATERAL (VALUES
            ('whole', encoder_seconds + database_seconds + rest_seconds),
            ('encoder', encoder_seconds), ('database', database_seconds), ('rest', rest_seconds)
        ) AS timed (measure, seconds)"""
# Of which searches, and of which of them its parts: a start of the model is nobody's usual time.
TELLS: LiteralString = "outcome = 'ok' AND NOT remembered AND (measure = 'whole' OR NOT cold)"

# Which rows are looked at, by how many searches each of them stands for. Ids are random, and there
# is an index of one in four.
_LOOKED_AT: Final[dict[int, LiteralString]] = {
    1: "true",
    4: "id < '40000000-0000-0000-0000-000000000000'",
    16: "id < '10000000-0000-0000-0000-000000000000'",
}

# How many searches succeeded, how many of these were timed, whether some are there as sums only.
_SIZE = over_span(
    """
    SELECT coalesce(sum(searches), 0)::bigint,
           coalesce(sum(searches) FILTER (WHERE NOT remembered), 0)::bigint,
           EXISTS (SELECT FROM likeness.search_days WHERE {days_begun} AND space_id = %(space)s)
    FROM (
        SELECT remembered, searches FROM likeness.search_counts
        WHERE {whole_quarters} AND space_id = %(space)s AND NOT failed
        UNION ALL
        SELECT remembered, count(*) FROM likeness.search_log
        WHERE {beside_quarters} AND space_id = %(space)s AND outcome = 'ok' GROUP BY 1
    ) AS counted
""",
    "made_at",
)

_BEST: LiteralString = """
    SELECT {{step}}, percentile_cont(%(shares)s::float8[]) WITHIN GROUP (ORDER BY best_similarity)
    FROM likeness.search_log
    WHERE {{within}} AND space_id = %(space)s AND best_similarity IS NOT NULL AND {rows}
    GROUP BY 1
"""
_BEST_COUNTED: LiteralString = """
    SELECT step - 1, value, searches FROM {{steps}}, LATERAL (
        SELECT round(best_similarity * %(fineness)s)::integer AS value,
               %(weight)s * count(*) AS searches
        FROM likeness.search_log
        WHERE {{within_step}} AND space_id = %(space)s AND best_similarity IS NOT NULL AND {rows}
        GROUP BY 1
    ) AS counted
    UNION ALL
    SELECT {{day_step}}, value, searches FROM likeness.search_days
    WHERE {{days_begun}} AND space_id = %(space)s AND measure = 'best'
"""

# Step -1 is all of them.
_TIMES: LiteralString = """
    SELECT coalesce({{step}}, -1),
           percentile_cont(%(shares)s::float8[])
               WITHIN GROUP (ORDER BY encoder_seconds + database_seconds + rest_seconds),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY encoder_seconds) FILTER (WHERE NOT cold),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY database_seconds) FILTER (WHERE NOT cold),
           percentile_cont(0.5) WITHIN GROUP (ORDER BY rest_seconds) FILTER (WHERE NOT cold)
    FROM likeness.search_log
    WHERE {{within}} AND space_id = %(space)s AND outcome = 'ok' AND NOT remembered AND {rows}
    GROUP BY GROUPING SETS (({{step}}), ())
"""
_TIMES_COUNTED: LiteralString = """
    SELECT step - 1, measure, value, searches FROM {{steps}}, LATERAL (
        SELECT measure, width_bucket(seconds, %(bins)s::float8[]) AS value,
               %(weight)s * count(*) AS searches
        FROM likeness.search_log, {timed}
        WHERE {{within_step}} AND space_id = %(space)s AND {tells} AND {rows}
        GROUP BY 1, 2
    ) AS counted
    UNION ALL
    SELECT {{day_step}}, measure, value, searches FROM likeness.search_days
    WHERE {{days_begun}} AND space_id = %(space)s AND measure = ANY(%(measures)s)
"""


@dataclass(frozen=True, slots=True)
class SearchLatency:
    """Times of searches, in seconds: whole ones, and the medians of their parts, also by step.

    `searches` is what people waited for, cold starts included; the medians are of warm searches.
    """

    searches: Percentiles
    split: Split
    split_by_bucket: Sequence[Split]


@dataclass(frozen=True, slots=True)
class _Size:
    succeeded: int
    timed: int
    rolled_up: bool

    @property
    def weight(self) -> int:
        """How many searches a row stands for that is looked at."""
        enough = (weight for weight in _LOOKED_AT if self.succeeded <= weight * EXACT_UP_TO)
        return next(enough, max(_LOOKED_AT))

    def of_rows(self, statement: LiteralString) -> LiteralString:
        """Return a statement that looks at these rows."""
        rows = _LOOKED_AT[self.weight]
        return over_span(statement.format(rows=rows, timed=TIMED, tells=TELLS), "made_at")


def best_by_step(
    connection: Connection, parameters: Mapping[str, object], span: Span
) -> list[tuple[float, float, float] | None]:
    """Return p10, p50 and p90 of the best hits' cosines, a step each; None where there are none.

    Exact for up to EXACT_UP_TO searches, of more one in four or sixteen is looked at; to a
    thousandth where some are no longer kept as rows.
    """
    found: dict[int, Any]
    size = _size(connection, parameters)
    if size.rolled_up:
        statement = size.of_rows(_BEST_COUNTED)
        asked = {**parameters, "fineness": FINENESS, "weight": size.weight}
        values: defaultdict[int, Counter[int]] = defaultdict(Counter)
        rows = connection.execute(statement, asked, prepare=False, binary=True).fetchall()
        for number, value, searches in rows:
            values[number][value] += searches
        found = {number: _thousandths(counted) for number, counted in values.items()}
    else:
        statement = size.of_rows(_BEST)
        asked = {**parameters, "shares": list(BEST_SHARES)}
        rows = connection.execute(statement, asked, prepare=False, binary=True).fetchall()
        found = {number: tuple(shares) for number, shares in rows}
    return [found.get(number) for number in range(len(span.buckets))]


def latency(connection: Connection, parameters: Mapping[str, object], span: Span) -> SearchLatency:
    """Return the times of searches that succeeded and were not remembered.

    Exact for up to EXACT_UP_TO searches, of more one in four or sixteen is looked at; from bins
    where some are no longer kept as rows.
    """
    steps, size = range(len(span.buckets)), _size(connection, parameters)
    if size.rolled_up:
        return _counted(connection, parameters, len(steps), size)
    statement, asked = size.of_rows(_TIMES), {**parameters, "shares": list(SHARES)}
    rows = connection.execute(statement, asked, prepare=False, binary=True).fetchall()
    splits = {number: Split(*medians) for number, _, *medians in rows}
    nothing = Split(None, None, None)
    whole = next((row[1] for row in rows if row[0] == -1), None)
    return SearchLatency(
        replace(percentiles(size.timed, whole), exact=size.weight == 1),
        splits.get(-1, nothing),
        [splits.get(number, nothing) for number in steps],
    )


def _counted(
    connection: Connection, parameters: Mapping[str, object], steps: int, size: _Size
) -> SearchLatency:
    counts = {measure: np.zeros((steps, BINS), np.int64) for measure in MEASURES}
    statement = size.of_rows(_TIMES_COUNTED)
    asked = {
        **parameters,
        "bins": list(BIN_EDGES),
        "measures": list(MEASURES),
        "weight": size.weight,
    }
    rows = connection.execute(statement, asked, prepare=False, binary=True).fetchall()
    for number, measure, bin_number, searches in rows:
        counts[measure][number, bin_number] += searches
    parts = [counts[part] for part in MEASURES[1:]]
    return SearchLatency(
        replace(binned(counts["whole"].sum(axis=0)), count=size.timed),
        _medians([part.sum(axis=0) for part in parts]),
        [_medians([part[number] for part in parts]) for number in range(steps)],
    )


def _medians(parts: Sequence[Counts]) -> Split:
    encoder, database, rest = (percentile_from_bins(part, 0.5) for part in parts)
    return Split(encoder, database, rest)


def _thousandths(counted: Mapping[int, int]) -> tuple[float, float, float] | None:
    low, middle, high = (percentile_of_values(counted, share) for share in BEST_SHARES)
    if low is None or middle is None or high is None:
        return None
    return low / FINENESS, middle / FINENESS, high / FINENESS


def _size(connection: Connection, parameters: Mapping[str, object]) -> _Size:
    row = connection.execute(_SIZE, parameters, prepare=False, binary=True).fetchone()
    return _Size(*row) if row else _Size(0, 0, rolled_up=False)

"""How a span of time is asked for in SQL, where some of it is there as rows and some as sums.

Sums by quarters of an hour hold everything that was ever written: a span is these, for the quarters
that lie in it, and rows for what is left at its ends. Likewise sums by days of UTC's, where steps
do not matter. A span whose steps begin within quarters is short, and rows alone.

Other sums by days hold only what is no longer there as rows. Such a day belongs to the step in
which it begins: where steps are shorter than a day, this one gets all of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final, LiteralString

from search.usage.span import Span

QUARTER: Final = timedelta(minutes=15)
DAY: Final = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_STEP: LiteralString = "width_bucket({moment}, %(edges)s::timestamptz[]) - 1"
_WITHIN: LiteralString = "{moment} >= %(since)s AND {moment} < %(until)s"
_BESIDE: LiteralString = (
    "({{moment}} >= %(since)s AND {{moment}} < %({grain}s_begin)s"
    " OR {{moment}} >= %({grain}s_end)s AND {{moment}} < %(until)s)"
)

# What a statement may have in braces, whatever table it asks.
_PARTS: dict[str, LiteralString] = {
    "quarter_step": _STEP.format(moment="quarter"),
    "whole_quarters": "quarter >= %(quarters_begin)s AND quarter < %(quarters_end)s",
    # Not by moments made of the column: the index is one of days.
    "whole_days": "day >= (%(days_begin)s::timestamptz AT TIME ZONE 'UTC')::date"
    " AND day < (%(days_end)s::timestamptz AT TIME ZONE 'UTC')::date",
    "day_step": _STEP.format(moment="day::timestamp AT TIME ZONE 'UTC'"),
    "days_begun": "day >= %(since)s::timestamptz AT TIME ZONE 'UTC'"
    " AND day < %(until)s::timestamptz AT TIME ZONE 'UTC'",
    "steps": "unnest(%(starts)s::timestamptz[], %(ends)s::timestamptz[])"
    " WITH ORDINALITY AS steps (starts, ends, step)",
}


def over_span(
    statement: LiteralString, moment: LiteralString, **parts: LiteralString
) -> LiteralString:
    """Fill in what a statement has in braces, for a table whose column `moment` tells when.

    `{step}` is the step of a row, from 0; `{within}` says that it lies in the span,
    `{beside_quarters}` that it does and is in none of the `{whole_quarters}`, whose step is
    `{quarter_step}`; `{beside_days}` and `{whole_days}` are the same for days. `{days_begun}` are
    the days that begin in the span, in `{day_step}`. `{steps}` is a table of the steps, from 1,
    and `{within_step}` says that a row lies in one. `parts` are whatever else is named.
    """
    return statement.format(
        step=_STEP.format(moment=moment),
        within=_WITHIN.format(moment=moment),
        beside_quarters=_BESIDE.format(grain="quarter").format(moment=moment),
        beside_days=_BESIDE.format(grain="day").format(moment=moment),
        within_step=f"{moment} >= starts AND {moment} < ends",
        **_PARTS,
        **parts,
    )


def asked(span: Span) -> dict[str, object]:
    """Return the parameters that these want."""
    by_quarters = all(edge == _floor(edge, QUARTER) for edge in span.edges[1:-1])
    quarters = _whole(span, QUARTER) if by_quarters else (span.until, span.until)
    days = _whole(span, DAY)
    return {
        "since": span.since,
        "until": span.until,
        "edges": list(span.edges),
        "starts": list(span.edges[:-1]),
        "ends": list(span.edges[1:]),
        "quarters_begin": quarters[0],
        "quarters_end": quarters[1],
        "days_begin": days[0],
        "days_end": days[1],
    }


def _whole(span: Span, grain: timedelta) -> tuple[datetime, datetime]:
    """Return from when to when a span is whole quarters or days; twice its end if it is not."""
    begin, end = _floor(span.since - timedelta.resolution, grain) + grain, _floor(span.until, grain)
    return (begin, end) if begin < end else (span.until, span.until)


def _floor(moment: datetime, grain: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % grain

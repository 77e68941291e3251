"""The span of time that is looked at, cut into steps by the reader's clock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_MINUTE, _HOUR, _DAY, _WEEK = (
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
    timedelta(weeks=1),
)
# A chart of more bars than this says no more.
MOST_STEPS = 120
_STEPS = (_MINUTE, 30 * _MINUTE, _HOUR, 6 * _HOUR, _DAY, _WEEK)
# A Monday: every whole step counted from here is round on a clock that shows no daylight saving.
_ANCHOR = datetime(1, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows
# Nothing was recorded earlier; dates near the calendar's ends cannot be converted between zones.
EARLIEST = date(2000, 1, 1)


class Preset(StrEnum):
    """The spans that are offered; each ends now."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


_PRESETS = {
    Preset.HOUR: (_HOUR, _MINUTE),
    Preset.DAY: (_DAY, 30 * _MINUTE),
    Preset.WEEK: (_WEEK, 6 * _HOUR),
    Preset.MONTH: (30 * _DAY, _DAY),
}


@dataclass(frozen=True, slots=True)
class Span:
    """From `edges[0]` up to, and without, `edges[-1]`; step i is [edges[i], edges[i + 1]).

    Aware datetimes in UTC, ascending; every inner edge is round on the reader's clock (a whole
    minute, hour or day), whatever daylight saving does.
    """

    edges: Sequence[datetime]

    @property
    def since(self) -> datetime:
        """The first moment."""
        return self.edges[0]

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        return self.edges[-1]

    @property
    def buckets(self) -> Sequence[datetime]:
        """The start of every step."""
        return self.edges[:-1]


def zone_named(name: str) -> ZoneInfo:
    """Return the time zone of an IANA name such as "Europe/Berlin"; UTC for any other text."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: "Europe" is a folder
        return ZoneInfo("UTC")


def span_of(preset: Preset, now: datetime, zone: str) -> Span:
    """Return the span that ends now, aware: 60 minutes, 24 hours, 7 or 30 days of 24 hours.

    Its steps are a minute, 30 minutes, 6 hours and a day long. `zone` is the reader's, by its IANA
    name.
    """
    length, step = _PRESETS[preset]
    return _cut(now.astimezone(UTC) - length, now.astimezone(UTC), step, zone_named(zone))


def custom_span(first: date, last: date, zone: str, now: datetime) -> Span:
    """Return whole days of the reader's, first and last included, in at most 122 steps.

    What lies in the future is left out, so that today ends now; dates in the wrong order are
    swapped. A span of which nothing is past becomes today.
    """
    clock = zone_named(zone)
    today = now.astimezone(clock).date()
    first, last = sorted(min(max(day, EARLIEST), today) for day in (first, last))
    since, ends = _midnight(first, clock), _midnight(last + _DAY, clock)
    # Exactly at midnight nothing of today is past yet, and a span of no length has no steps.
    until = ends if now <= since else min(ends, now.astimezone(UTC))
    return _cut(since, until, _step_for(until - since), clock)


def _step_for(length: timedelta) -> timedelta:
    """Return the shortest step that keeps a chart readable; whole weeks for what is very long."""
    fitting = (step for step in _STEPS if length <= MOST_STEPS * step)
    return next(fitting, -(-length // (MOST_STEPS * _WEEK)) * _WEEK)


def _cut(since: datetime, until: datetime, step: timedelta, zone: ZoneInfo) -> Span:
    inner = {edge for edge in _round_times(since, until, step, zone) if since < edge < until}
    return Span((since, *sorted(inner), until))


def _round_times(
    since: datetime, until: datetime, step: timedelta, zone: ZoneInfo
) -> Iterator[datetime]:
    """Walk the hands of a clock on the wall over the span, some way beyond both of its ends.

    What the clock skips in spring falls onto what it shows instead, and is then there twice. What
    it shows twice in autumn is two moments; a step longer than an hour just gets an hour longer.
    """
    wall, ends = (
        moment.astimezone(zone).replace(tzinfo=None) for moment in (since - _HOUR, until + _HOUR)
    )
    wall = _ANCHOR + (wall - _ANCHOR) // step * step
    while wall <= ends + step:
        for fold in (0, 1):
            moment = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
            shown = moment.astimezone(zone).replace(tzinfo=None) == wall
            if fold == 0 or (shown and step <= _HOUR):
                yield moment
        wall += step


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)

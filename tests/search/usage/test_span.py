"""Spans: ascending edges, round on the reader's clock, whatever daylight saving does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.usage.span import EARLIEST, MOST_STEPS, Preset, Span, custom_span, span_of, zone_named
from tests.search.tuning.made_up import QUICK

# Whole hours, half and quarter hours off, both hemispheres, a clock change at midnight, none.
ZONES = (
    "UTC",
    "Europe/Berlin",
    "Europe/Moscow",
    "America/St_Johns",
    "America/New_York",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Africa/Cairo",
    "America/Havana",
    "Australia/Adelaide",
    "Pacific/Apia",
)
LENGTHS = {Preset.HOUR: 60, Preset.DAY: 48, Preset.WEEK: 28, Preset.MONTH: 30}
zones = st.sampled_from(ZONES)
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))


def steps(span: Span) -> list[timedelta]:
    """Return how long each step is."""
    return [later - earlier for earlier, later in pairwise(span.edges)]


def shown(moment: datetime, zone: str) -> datetime:
    """Return what the reader's clock shows."""
    return moment.astimezone(zone_named(zone)).replace(tzinfo=None)


def begins_round(moment: datetime, zone: str, minutes: int) -> bool:
    """Tell whether the clock is at a whole step, or has just been put forward over one."""
    at, before = shown(moment, zone), shown(moment - timedelta(microseconds=1), zone)
    skipped = at - before > timedelta(minutes=1)
    return skipped or (at.hour * 60 + at.minute) % minutes == at.second == at.microsecond == 0


@QUICK
@given(st.sampled_from(list(Preset)), moments, zones)
def test_presets_end_now_and_step_by_the_readers_clock(
    preset: Preset, now: datetime, zone: str
) -> None:
    """Aware, in UTC, ascending and round inside; the number of steps is that of the length."""
    span = span_of(preset, now, zone)
    assert span.until == now
    assert all(edge.tzinfo is UTC for edge in span.edges)
    assert min(steps(span)) > timedelta(0)
    assert LENGTHS[preset] <= len(span.buckets) <= LENGTHS[preset] + 3
    minutes = {Preset.HOUR: 1, Preset.DAY: 30, Preset.WEEK: 360, Preset.MONTH: 1440}[preset]
    assert all(begins_round(edge, zone, minutes) for edge in span.edges[1:-1])


@QUICK
@given(days, days, moments, zones)
def test_any_days_make_a_span_that_can_be_drawn(
    first: date, last: date, now: datetime, zone: str
) -> None:
    """From midnight to midnight or to now, never more bars than a chart has room for."""
    span = custom_span(first, last, zone, now)
    assert min(steps(span)) > timedelta(0)
    assert len(span.buckets) <= MOST_STEPS + 2
    today = shown(now, zone).date()
    assert shown(span.since, zone).date() == min(first, last, today)
    is_over = max(first, last) < today
    assert span.until <= now or not (is_over or span.since < now)
    if is_over:
        assert shown(span.until - timedelta(microseconds=1), zone).date() == max(first, last)


def test_an_hour_has_minutes() -> None:
    """At 12:00:30 the first and the last step are half a minute long."""
    now = datetime(2026, 5, 17, 12, 0, 30, tzinfo=UTC)
    span = span_of(Preset.HOUR, now, "Europe/Berlin")
    assert span.since == now - timedelta(hours=1)
    assert steps(span)[0] == steps(span)[-1] == timedelta(seconds=30)
    assert set(steps(span)[1:-1]) == {timedelta(minutes=1)}


def test_days_are_the_readers_and_have_23_or_25_hours() -> None:
    """In Berlin the clock is put forward on 29 March 2026, and back on 25 October."""
    spring = span_of(Preset.MONTH, datetime(2026, 4, 5, 12, tzinfo=UTC), "Europe/Berlin")
    autumn = span_of(Preset.MONTH, datetime(2026, 11, 1, 12, tzinfo=UTC), "Europe/Berlin")
    assert [step for step in steps(spring)[1:-1] if step != timedelta(days=1)] == [
        timedelta(hours=23)
    ]
    assert [step for step in steps(autumn)[1:-1] if step != timedelta(days=1)] == [
        timedelta(hours=25)
    ]


def test_the_hour_that_comes_twice_has_steps_of_its_own() -> None:
    """No step of a day is longer than its half hour, nor is there a gap in spring."""
    for now in (datetime(2026, 10, 25, 12, tzinfo=UTC), datetime(2026, 3, 29, 12, tzinfo=UTC)):
        assert set(steps(span_of(Preset.DAY, now, "Europe/Berlin"))) == {timedelta(minutes=30)}


def test_a_midnight_that_comes_twice_is_one_days_beginning() -> None:
    """Havana goes back from 1:00 to 0:00: one day of 25 hours, not one of a single hour."""
    span = custom_span(
        date(2026, 6, 1), date(2026, 11, 20), "America/Havana", datetime(2027, 1, 1, tzinfo=UTC)
    )
    assert len(set(span.edges)) == len(span.edges)
    november = span_of(Preset.MONTH, datetime(2026, 11, 20, 12, tzinfo=UTC), "America/Havana")
    assert max(steps(november)) == timedelta(hours=25)
    assert min(steps(november)[1:-1]) == timedelta(days=1)


@pytest.mark.parametrize(
    ("length", "step"),
    [
        (1, timedelta(minutes=30)),
        (2, timedelta(minutes=30)),
        (5, timedelta(hours=1)),
        (30, timedelta(hours=6)),
        (120, timedelta(days=1)),
        (800, timedelta(weeks=1)),
        (3000, timedelta(weeks=4)),
    ],
)
def test_longer_spans_have_longer_steps(length: int, step: timedelta) -> None:
    """As fine as a chart can show; weeks begin on Mondays."""
    last = date(2026, 5, 17)
    span = custom_span(
        last - timedelta(days=length - 1), last, "UTC", datetime(2026, 6, 1, tzinfo=UTC)
    )
    assert set(steps(span)[1:-1]) == {step}
    if step >= timedelta(weeks=1):
        assert {edge.weekday() for edge in span.edges[1:-1]} == {0}


def test_today_ends_now_and_the_future_is_left_out() -> None:
    """A span of nothing but future days becomes today; at midnight it is the day that begins."""
    now = datetime(2026, 5, 17, 9, 30, tzinfo=UTC)
    today = custom_span(now.date(), now.date(), "UTC", now)
    assert (today.since, today.until) == (datetime(2026, 5, 17, tzinfo=UTC), now)
    assert custom_span(date(2030, 1, 1), date(2031, 1, 1), "UTC", now) == today
    midnight = datetime(2026, 5, 17, tzinfo=UTC)
    begins = custom_span(midnight.date(), midnight.date(), "UTC", midnight)
    assert (begins.since, begins.until) == (midnight, midnight + timedelta(days=1))


def test_dates_at_the_calendars_ends_do_no_harm() -> None:
    """A link can carry any date."""
    span = custom_span(date.max, date.min, "Pacific/Apia", datetime(2026, 5, 17, tzinfo=UTC))
    assert shown(span.since, "Pacific/Apia").date() == EARLIEST
    assert len(span.buckets) <= MOST_STEPS + 2


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "a\0b", "x" * 999, "Europe/berlin\n"]
)
def test_a_zone_that_nobody_knows_is_utc(name: str) -> None:
    """Browsers and links say anything."""
    assert zone_named(name).key == "UTC"
    now = datetime(2026, 5, 17, 9, 30, tzinfo=UTC)
    assert span_of(Preset.WEEK, now, name) == span_of(Preset.WEEK, now, "UTC")

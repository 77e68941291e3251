"""The quota's month and day, in UTC: their first and last seconds, leap days, and the pace."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.usage.quota import allowances, day_of, days_so_far, hours_left, month_of, pace
from tests.search.tuning.made_up import QUICK


def utc(year: int, month: int, day: int, *clock: int) -> datetime:
    """Return a moment in UTC; `clock` are hours, minutes and seconds."""
    hours, minutes, seconds = (*clock, 0, 0, 0)[:3]
    return datetime(year, month, day, hours, minutes, seconds, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "start", "end"),
    [
        (utc(2026, 5, 1), utc(2026, 5, 1), utc(2026, 6, 1)),
        (utc(2026, 5, 31, 23, 59, 59), utc(2026, 5, 1), utc(2026, 6, 1)),
        (utc(2028, 2, 29, 12), utc(2028, 2, 1), utc(2028, 3, 1)),
        (utc(2026, 2, 28, 12), utc(2026, 2, 1), utc(2026, 3, 1)),
        (utc(2026, 12, 31, 23, 59, 59), utc(2026, 12, 1), utc(2027, 1, 1)),
        (utc(2027, 1, 1), utc(2027, 1, 1), utc(2027, 2, 1)),
    ],
)
def test_a_month_begins_with_its_first_second(
    now: datetime, start: datetime, end: datetime
) -> None:
    """Leap years, the turn of the year, both ends of a month."""
    month = month_of(now)
    assert (month.start, month.end) == (start, end)


def test_the_quotas_clock_is_utc_whatever_the_readers_is() -> None:
    """At 1:30 in Moscow on 1 June it is still May, and still yesterday."""
    moscow = datetime(2026, 6, 1, 1, 30, tzinfo=timezone(timedelta(hours=3)))
    assert month_of(moscow).start == utc(2026, 5, 1)
    assert day_of(moscow).start == utc(2026, 5, 31)
    month, day = allowances({date(2026, 5, 31): 7}, moscow, monthly=10, daily=5)
    assert (month.used, day.used) == (7, 7)
    assert (month.resets_at, day.resets_at) == (utc(2026, 6, 1), utc(2026, 6, 1))
    assert hours_left(day, moscow) == 1.5


def test_allowances_count_this_month_and_today() -> None:
    """Last month's calls, and those of a clock that runs ahead, are others'."""
    by_day = {date(2026, 4, 30): 99, date(2026, 5, 1): 10, date(2026, 5, 3): 4, date(2026, 5, 4): 9}
    month, day = allowances(by_day, utc(2026, 5, 3, 6), monthly=100, daily=3)
    assert (month.used, month.limit, month.left, month.share) == (14, 100, 86, 0.14)
    assert (day.used, day.limit, day.left) == (4, 3, 0)
    assert day.share == pytest.approx(4 / 3)
    assert days_so_far(by_day, utc(2026, 5, 3, 6)) == {
        date(2026, 5, 1): 10,
        date(2026, 5, 2): 0,
        date(2026, 5, 3): 4,
    }


def test_without_a_limit_nothing_is_left_nor_used_up() -> None:
    """0 is no limit."""
    month, day = allowances({}, utc(2026, 5, 1), monthly=0, daily=0)
    assert (month.left, month.share, day.left, day.share) == (None, 0.0, None, 0.0)


def test_the_pace_is_even() -> None:
    """Nothing in the first second, half in the middle, everything at the end; a leap day counts."""
    assert pace(30_000, utc(2026, 6, 1)) == 0
    assert pace(30_000, utc(2026, 6, 16)) == 15_000
    assert pace(29_000, utc(2028, 2, 29)) == 28_000
    assert pace(30_000, utc(2026, 6, 30, 23, 59, 59)) == pytest.approx(30_000, abs=0.02)
    assert pace(0, utc(2026, 6, 16)) == 0


@QUICK
@given(st.datetimes(datetime(2000, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis wants them so
def test_every_moment_lies_in_its_day_and_month(now: datetime) -> None:
    """And the day in the month; days so far are as many as the date says."""
    month, day = month_of(now), day_of(now)
    assert month.start <= day.start <= now < day.end <= month.end
    assert 0 <= month.elapsed(now) < 1
    assert len(days_so_far({}, now)) == now.day
    assert 28 <= (month.end - month.start).days <= 31

"""The forecast: right about simulated months, as sure as it says, and quiet when it cannot know."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.usage.forecast import HISTORY, forecast
from search.usage.quota import month_of
from search.usage.views import Forecast
from tests.search.tuning.made_up import QUICK

DAY = timedelta(days=1)
MONTHS = 200
LIMIT = 30_000


def at(day: date, hour: int = 0) -> datetime:
    """Return an hour of a day in UTC."""
    return datetime.combine(day, time(hour), UTC)


def simulated(rng: np.random.Generator, first: date, days: int) -> dict[date, int]:
    """Draw days: a weekly rhythm, a fifth of noise, bursts of retries, an outage of an hour."""
    calls = {}
    for day in (first + number * DAY for number in range(days)):
        usual = 900 * (0.3 if day.weekday() >= 5 else 1.0)
        burst = 0.3 * usual if rng.random() < 0.15 else 0.0
        calls[day] = int(rng.poisson(usual * rng.gamma(25, 1 / 25)) + rng.poisson(burst))
    broken = first + int(rng.integers(days)) * DAY
    calls[broken] = int(calls[broken] * 0.88)
    return calls


def foreseen(seed: int, day: int, hour: int, *, history: int = HISTORY) -> tuple[Forecast, int]:
    """Return a forecast made in some simulated month, and what the month really ended with."""
    rng = np.random.default_rng(seed)
    month = month_of(at(date(2026, int(rng.integers(1, 13)), 1)))
    first, last = month.start.date(), month.end.date()
    calls = simulated(rng, first - history * DAY, history + (last - first).days)
    today = first + (day - 1) * DAY
    seen = {one: made for one, made in calls.items() if one < today}
    # People search between 6 and 20 o'clock: the day is not even.
    seen[today] = int(calls[today] * min(max((hour - 6) / 14, 0.0), 1.0))
    found = forecast(seen, at(today, hour), LIMIT)
    assert found is not None
    return found, sum(made for one, made in calls.items() if one >= first)


@pytest.mark.parametrize("hour", [0, 12, 23])
def test_on_the_tenth_it_knows_the_end_within_a_tenth(hour: int) -> None:
    """In at least 95 of 100 months with a month before them, at any time of the day."""
    made = [foreseen(seed, 10, hour) for seed in range(MONTHS)]
    off = np.array([found.total / end - 1 for found, end in made])
    assert np.mean(np.abs(off) <= 0.10) >= 0.95
    assert abs(off.mean()) < 0.02


@pytest.mark.parametrize("day", [5, 10, 20])
def test_it_is_as_sure_as_it_says(day: int) -> None:
    """The 80 % interval holds the end in 75 to 90 of 100 months, and narrows with time."""
    made = [foreseen(seed, day, 12) for seed in range(MONTHS)]
    held = np.mean([found.low <= end <= found.high for found, end in made])
    assert 0.75 <= held <= 0.90


def test_the_first_month_of_all_is_foreseen_with_less_certainty() -> None:
    """Ten days are all there is: the middle is hardly biased, the interval wide enough."""
    made = [foreseen(seed, 10, 12, history=0) for seed in range(MONTHS)]
    off = np.array([found.total / end - 1 for found, end in made])
    assert np.mean(np.abs(off) <= 0.10) >= 0.80
    assert abs(off.mean()) < 0.03
    assert np.mean([found.low <= end <= found.high for found, end in made]) >= 0.75


days = st.dictionaries(
    st.dates(date(2027, 12, 20), date(2028, 3, 3)), st.integers(0, 5_000), max_size=75
)
moments = st.datetimes(datetime(2028, 2, 1), datetime(2028, 3, 3), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants them so


@QUICK
@given(days, moments, st.integers(0, 100_000))
def test_the_end_is_never_below_what_was_used(
    by_day: dict[date, int], now: datetime, limit: int
) -> None:
    """Used <= low <= total <= high, all finite; days of running out are in that order, too."""
    by_day = {day: calls for day, calls in by_day.items() if day <= now.date()}
    used = sum(n for day, n in by_day.items() if (day.year, day.month) == (now.year, now.month))
    found = forecast(by_day, now, limit)
    if found is None:
        assert not any(n for day, n in by_day.items() if now.date() - day <= HISTORY * DAY)
        return
    assert used <= found.low <= found.total <= found.high
    assert math.isfinite(found.high)
    out = [found.runs_out_earliest, found.runs_out, found.runs_out_latest]
    ends = [found.high, found.total, found.low]
    assert [day is not None for day in out] == [limit > 0 and end >= limit for end in ends]
    known = [day for day in out if day is not None]
    assert known == sorted(known)
    assert all(month_of(now).start <= at(day) < month_of(now).end for day in known)


def test_without_a_call_there_is_nothing_to_go_by() -> None:
    """No day, days without a call, calls that are too long ago."""
    now = at(date(2026, 5, 10), 12)
    assert forecast({}, now, LIMIT) is None
    assert forecast({date(2026, 5, 9): 0, date(2026, 5, 10): 0}, now, LIMIT) is None
    assert forecast({date(2026, 3, 1): 500}, now, LIMIT) is None


def test_an_even_month_goes_on_evenly() -> None:
    """100 calls a day come to 3,100 in May, and the interval is a narrow one."""
    by_day = {date(2026, 4, 12) + number * DAY: 100 for number in range(28)}
    found = forecast(by_day, at(date(2026, 5, 10)), 3_000)
    assert found is not None
    assert found.total == pytest.approx(3_100)
    assert found.high - found.low < 0.1 * found.total
    assert found.runs_out == date(2026, 5, 30)
    assert found.runs_out_earliest is not None
    assert date(2026, 5, 28) <= found.runs_out_earliest <= date(2026, 5, 30)
    assert found.runs_out_latest in {date(2026, 5, 31), None}


def test_weekends_are_foreseen_as_weekends() -> None:
    """From a Monday on, no call is expected on Saturday that was never made on one."""
    by_day = {
        day: 0 if day.weekday() >= 5 else 1_000
        for day in (date(2026, 5, 4) + number * DAY for number in range(28))
    }
    found = forecast(by_day, at(date(2026, 6, 1)), 0)
    assert found is not None
    assert found.total == pytest.approx(22_000, rel=0.01)


def test_the_first_day_of_a_month_stands_on_the_month_before() -> None:
    """In its first second nothing is used, and the whole month is foreseen."""
    by_day = {date(2028, 2, 1) + number * DAY: 100 for number in range(29)}
    found = forecast(by_day, at(date(2028, 3, 1)), LIMIT)
    assert found is not None
    assert found.total == pytest.approx(3_100)
    assert found.low > 0


def test_a_leap_day_is_a_day() -> None:
    """On 28 February of a leap year there is one more to come."""
    by_day = {date(2028, 2, 1) + number * DAY: 100 for number in range(27)}
    leap = forecast(by_day, at(date(2028, 2, 28)), LIMIT)
    assert leap is not None
    assert leap.total == pytest.approx(2_900)


def test_on_the_last_day_the_rest_of_the_day_is_all_that_is_left() -> None:
    """What it lacks of a day like others, if time is left for it; in the last second nothing."""
    by_day = {date(2026, 5, 1) + number * DAY: 100 for number in range(30)}
    by_day[date(2026, 5, 31)] = 80
    noon = forecast(by_day, at(date(2026, 5, 31), 12), LIMIT)
    assert noon is not None
    assert noon.total == pytest.approx(3_080 + 20)
    evening = forecast(by_day, at(date(2026, 5, 31), 23), LIMIT)
    assert evening is not None
    assert evening.total == pytest.approx(3_080 + 2 * 100 / 24)
    over = forecast(by_day, at(date(2026, 6, 1)) - timedelta(seconds=1), LIMIT)
    assert over is not None
    assert over.total == pytest.approx(3_080, abs=0.01)
    assert over.high - over.low < 1


def test_one_day_gives_a_wide_interval_and_today_alone_too() -> None:
    """Half as many and twice as many are both within it; the middle is the obvious one."""
    yesterday = forecast({date(2026, 5, 1): 100}, at(date(2026, 5, 2)), LIMIT)
    today = forecast({date(2026, 5, 1): 50}, at(date(2026, 5, 1), 12), LIMIT)
    for found in (yesterday, today):
        assert found is not None
        assert found.total == pytest.approx(3_100)
        assert found.low < 1_550
        assert found.high > 6_200
        assert math.isfinite(found.high)


def test_the_first_minute_of_the_first_day_is_not_drawn_out_for_ever() -> None:
    """Three calls in the first minute are not 4,320 a day."""
    found = forecast({date(2026, 5, 1): 3}, at(date(2026, 5, 1)) + timedelta(minutes=1), LIMIT)
    assert found is not None
    assert found.total == pytest.approx(3 + 72 * 31, rel=0.01)


def test_a_limit_that_was_passed_names_the_day_on_which_it_was() -> None:
    """However sure the rest is, that day is known."""
    by_day = {date(2026, 5, 1) + number * DAY: 100 for number in range(10)}
    found = forecast(by_day, at(date(2026, 5, 11)), 350)
    assert found is not None
    assert found.runs_out == found.runs_out_earliest == found.runs_out_latest == date(2026, 5, 4)
    unlimited = forecast(by_day, at(date(2026, 5, 11)), 0)
    assert unlimited is not None
    assert unlimited.runs_out is None

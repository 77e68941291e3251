"""The quota's month and day, which are UTC's: what is used, when it begins anew, an even pace."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from search.language import Fact
from search.usage.views import Allowance

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` up to, and without, `end`: midnights in UTC."""

    start: datetime
    end: datetime

    def elapsed(self, now: datetime) -> float:
        """Return the share that is over, from 0 to 1."""
        return min(max((now - self.start) / (self.end - self.start), 0.0), 1.0)


def day_of(now: datetime) -> Period:
    """Return the day in UTC that a moment belongs to."""
    start = _midnight(now.astimezone(UTC).date())
    return Period(start, start + _DAY)


def month_of(now: datetime) -> Period:
    """Return the month in UTC that a moment belongs to; its first second included."""
    first = now.astimezone(UTC).date().replace(day=1)
    # The 32nd day from any first lies in the next month, in December in the next year.
    following = (first + 31 * _DAY).replace(day=1)
    return Period(_midnight(first), _midnight(following))


def days_so_far(by_day: Mapping[date, int], now: datetime) -> dict[date, int]:
    """Return the calls of every day of the month up to today, days without any included."""
    month, today = month_of(now), now.astimezone(UTC).date()
    days = (month.start.date() + number * _DAY for number in range(today.day))
    return {day: by_day.get(day, 0) for day in days}


def allowances(
    by_day: Mapping[date, int], now: datetime, *, monthly: int, daily: int
) -> tuple[Allowance, Allowance]:
    """Return what is used of the month's and of the day's limit; 0 is no limit.

    `by_day` are the calls by UTC day; days outside this month are left out.
    """
    so_far = days_so_far(by_day, now)
    today = so_far[now.astimezone(UTC).date()]
    return (
        Allowance(sum(so_far.values()), monthly, month_of(now).end),
        Allowance(today, daily, day_of(now).end),
    )


def pace(limit: int, now: datetime) -> float:
    """Return how many calls would have been made by now if the month's limit were spent evenly."""
    return limit * month_of(now).elapsed(now)


def hours_left(allowance: Allowance, now: datetime) -> float:
    """Return the hours until an allowance begins anew; 0 once it has."""
    return max((allowance.resets_at - now) / timedelta(hours=1), 0.0)


def spent_facts(period: Literal["month", "day"], limit: int, at: datetime) -> dict[str, Fact]:
    """Return what the error QuotaSpent says of the limit that was used up at a moment."""
    resets = (month_of if period == "month" else day_of)(at).end
    return {
        "limit": limit,
        "period": f"@reasons.quota_{period}",
        "resets": f"{resets:%Y-%m-%d %H:%M} UTC",
    }


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)

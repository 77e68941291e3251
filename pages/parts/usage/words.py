"""Figures and moments as the reader writes them: language, decimal sign, time zone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime, format_timedelta
from babel.numbers import format_decimal, format_percent

from search.language import Fact, Language

# From here on a time is told in whole seconds, below it in milliseconds.
_SECOND = 1.0
_TENTHS_UNTIL = 10.0
NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Words:
    """One reader's way of writing; `now` is what "ago" counts from."""

    t: Language
    zone: ZoneInfo
    now: datetime

    def say(self, key: str, **facts: Fact) -> str:
        """Return the text of this page at a key below `usage`."""
        return self.t.text(f"usage.{key}", **facts)

    def count(self, number: float) -> str:
        """Write a number of things: 24,300."""
        return format_decimal(round(number), locale=self.t.code)

    def number(self, number: float, most: int = 2) -> str:
        """Write a number with no more digits after the sign than it needs."""
        return format_decimal(round(number, most), locale=self.t.code)

    def share(self, share: float) -> str:
        """Write a share of 0 to 1 in per cent; what is rare keeps a digit after the sign."""
        rare = 0 < share < 0.1 or 0.99 < share < 1  # noqa: PLR2004 - 0 % and 100 % would be untrue
        digits = "#,##0.#" if rare else "#,##0"
        least = 0.001
        if 0 < share < least / 2:
            return f"<\N{THIN SPACE}{self.share(least)}"
        return format_percent(share, f"{digits}{self.say('unit.percent')}", locale=self.t.code)

    def seconds(self, seconds: float | None, *, exact: bool = True) -> str:
        """Write a time: 420 ms, 1.4 s, 34 s; with ≈ before what was taken from bins."""
        if seconds is None:
            return NOTHING
        about = "" if exact else "≈\N{THIN SPACE}"
        milliseconds = 1000 * seconds
        if round(milliseconds) < 1000 * _SECOND:
            value = self.number(milliseconds, 0 if milliseconds >= _TENTHS_UNTIL else 1)
            return about + self.say("unit.milliseconds", value=value)
        value = self.number(seconds, 1 if seconds < _TENTHS_UNTIL else 0)
        return about + self.say("unit.seconds", value=value)

    def seconds_range(self, low: float, high: float) -> str:
        """Write from which time to which in one unit: 19–420 ms, 1–1.6 s; one if they agree."""
        if round(1000 * high) < 1000 * _SECOND:
            ends = [
                self.number(1000 * end, 0 if 1000 * end >= _TENTHS_UNTIL else 1)
                for end in (low, high)
            ]
            unit = "unit.milliseconds"
        else:
            ends = [self.number(end, 1 if high < _TENTHS_UNTIL else 0) for end in (low, high)]
            unit = "unit.seconds"
        return self.say(unit, value="–".join(dict.fromkeys(ends)))

    def moment(self, moment: datetime, *, dated: bool = False) -> str:
        """Write day and time, the year left out where it is this one.

        Today's day is left out as well, unless it is to be `dated`.
        """
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date() and not dated:
            return self.clock(moment)
        pattern = "d MMM, HH:mm" if local.year == today.year else "d MMM y, HH:mm"
        return format_datetime(local, pattern, locale=self.t.code)

    def mark(self, moment: datetime) -> str:
        """Write where a step of time begins: a midnight is its day."""
        local = moment.astimezone(self.zone)
        return (
            self.day(local.date(), "d MMM")
            if not (local.hour or local.minute)
            else self.moment(moment)
        )

    def between(self, first: datetime, last: datetime) -> str:
        """Write from when until when; the day once where it is the same."""
        if first.astimezone(self.zone).date() != last.astimezone(self.zone).date():
            return f"{self.moment(first, dated=True)} – {self.moment(last, dated=True)}"
        begins, ends = self.moment(first), self.clock(last)
        return begins if begins.endswith(ends) else f"{begins} – {ends}"

    def clock(self, moment: datetime, *, seconds: bool = False) -> str:
        """Write the time of the day."""
        return f"{moment.astimezone(self.zone):{'%H:%M:%S' if seconds else '%H:%M'}}"

    def day(self, day: date, pattern: str = "d MMMM") -> str:
        """Write a day without its year."""
        return format_date(day, pattern, locale=self.t.code)

    def month(self, *, alone: bool) -> str:
        """Write the quota's month, which is UTC's: by itself, or as in "the end of November"."""
        return format_date(self.now.astimezone(UTC), "LLLL" if alone else "MMMM", self.t.code)

    def days(self, first: date, last: date) -> str:
        """Write a range of days within one month: 19–24 November."""
        if first == last:
            return self.day(first)
        return f"{first.day}–{self.day(last)}"

    def ago(self, moment: datetime) -> str:
        """Write how long ago it was; what is a moment away is now."""
        gone = self.now - moment
        if gone < timedelta(seconds=1):
            return self.say("just_now")
        return format_timedelta(-gone, add_direction=True, locale=self.t.code)

    def lasting(self, time: timedelta) -> str:
        """Write a length of time: 5 days 6 h, 7.5 h, 12 min; at least a minute."""
        if time < timedelta(hours=1):
            return self.say("unit.minutes", value=max(round(time / timedelta(minutes=1)), 1))
        if time < timedelta(days=1):
            hours = time / timedelta(hours=1)
            value = self.number(hours, 0 if hours >= _TENTHS_UNTIL else 1)
            return self.say("unit.hours", value=value)
        days, hours = divmod(round(time / timedelta(hours=1)), 24)
        said = self.say("unit.days", n=days)
        return self.say("unit.days_hours", days=said, hours=hours) if hours else said


def rounded(number: float) -> int:
    """Round what is only foreseen to three digits that count: nobody knows the calls to the one."""
    if number < 1:
        return 0
    step = 10 ** max(math.floor(math.log10(number)) - 2, 0)
    return int(round(number / step) * step)

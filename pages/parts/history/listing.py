"""Which searches of a visitor are listed, and under which days of theirs they stand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby, islice
from typing import Final

from babel.dates import format_date

from pages.parts.history.folding import Fold, folded
from search.entries import Entry
from search.history import MOST, History
from search.language import Language

PAGE: Final = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """A visitor's searches, the latest first: all that are pinned, and the latest of the others.

    Those that were made in one go are folded. `has_older` tells that there are more of the others.
    """

    pinned: tuple[Entry, ...]
    others: tuple[Fold, ...]
    has_older: bool

    def __bool__(self) -> bool:
        """Whether there is any search."""
        return bool(self.pinned or self.others)

    @property
    def entries(self) -> Iterator[Entry]:
        """All of them."""
        yield from self.pinned
        for fold in self.others:
            yield from (fold.latest, *fold.earlier)


def read(history: History, visitor: str, shown: int) -> Listing:
    """Return a visitor's searches, `shown` folds of those not pinned; raise StoreError."""
    # One that was pinned stands elsewhere, and parts none.
    unpinned = folded(_all(history, visitor, pinned=False, size=shown + 1))
    others = tuple(islice(unpinned, shown + 1))
    pinned = tuple(_all(history, visitor, pinned=True, size=MOST))
    return Listing(pinned, others[:shown], len(others) > shown)


def _all(history: History, visitor: str, *, pinned: bool, size: int) -> Iterator[Entry]:
    """Give searches portion by portion, as far as somebody reads on."""
    last: Entry | None = None
    size = min(size, MOST)
    while found := history.list(visitor, size, last, pinned=pinned):
        yield from found
        if len(found) < size:
            return
        last = found[-1]


def by_day(folds: Sequence[Fold], zone: tzinfo) -> list[tuple[date, list[Fold]]]:
    """Put searches, the latest first, under the days on which the reader's clock had them."""
    day_of: Callable[[Fold], date] = lambda fold: fold.latest.made_at.astimezone(zone).date()  # noqa: E731 - as a key
    return [(day, list(made)) for day, made in groupby(folds, day_of)]


def day_said(day: date, now: datetime, zone: tzinfo, t: Language) -> str:
    """Say a day as a heading: Today, 29 November; Friday, 27 November; with the year if past."""
    today = now.astimezone(zone).date()
    same_year = day.year == today.year
    said = format_date(day, "d MMMM" if same_year else "d MMMM y", locale=t.code)
    if day == today:
        return t.text("history.today", day=said)
    if day == today - timedelta(days=1):
        return t.text("history.yesterday", day=said)
    weekday = format_date(day, "EEEE", locale=t.code)
    return f"{weekday[:1].upper()}{weekday[1:]}, {said}"

"""What happens in the month: who searches when with which photo, and what goes wrong.

Moments are seconds since the month's first midnight, UTC. The office is three hours east of it.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAYS = 30
MINUTE, HOUR, DAY = 60.0, 3_600.0, 86_400.0
PRODUCTS = 40

# How many searches there are on a day at scale 1, and how they are spread over its hours (UTC).
WORKING_DAY, WEEKEND = 600, 50
_OFFICE_HOURS = {5: 1, 6: 8, 7: 12, 8: 14, 9: 11, 10: 14, 11: 14, 12: 13, 13: 11, 14: 7, 15: 2}
_WEEKEND_HOURS = {9: 2, 10: 4, 11: 4, 12: 3, 16: 1}
_SATURDAY = 5
# People come back to a photo: the share of searches with one of the last different photos.
_REPEATED, _LATELY = 0.22, 300
_UNKNOWN_THING = 0.05
_PEOPLE = ("Anna", "Boris", "Chen", "Dilara", "Erik", "")
_BATCH = 30


class Kind(StrEnum):
    """What can go wrong for a while."""

    BURST = "burst"  # too many requests: 429
    OUTAGE = "outage"  # connections break off, then are refused
    TOKEN = "token"  # the token was revoked: 401 until the app gets the new one
    SLOW = "slow"  # everything takes five times as long
    MODEL = "model"  # another model answers: vectors of the right length in another space


class Mishap(StrEnum):
    """What can go wrong with one search."""

    FAILED_ONCE = "failed_once"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    REJECTED = "rejected"


_MISHAPS = {
    Mishap.FAILED_ONCE: 0.004,
    Mishap.FAILED: 0.0006,
    Mishap.TIMED_OUT: 0.0006,
    Mishap.REJECTED: 0.002,
}


@dataclass(frozen=True, slots=True)
class Incident:
    """Something goes wrong from `since` up to `until`.

    `asks_for` is what a burst's Retry-After says: the least and the most seconds.
    """

    kind: Kind
    since: float
    until: float
    asks_for: tuple[float, float] = (0.0, 0.0)


@dataclass(frozen=True, slots=True, order=True)
class Asked:
    """A search. Equal numbers are equal photos; `product` None is a thing that nobody sells."""

    at: float
    photo: int
    product: int | None
    origin: str
    who: str
    mishap: Mishap | None = None


@dataclass(frozen=True, slots=True)
class Story:
    """A month that begins at the midnight of `first`. `asked` is in the order of time."""

    seed: int
    first: date
    scale: float
    asked: tuple[Asked, ...]
    incidents: tuple[Incident, ...]

    def of(self, kind: Kind) -> list[Incident]:
        """Return the incidents of a kind, the first first."""
        return [incident for incident in self.incidents if incident.kind is kind]

    def during(self, moment: float) -> Mapping[Kind, Incident]:
        """Return what goes wrong at a moment."""
        return {i.kind: i for i in self.incidents if i.since <= moment < i.until}


def tell(seed: int, first: date, scale: float = 1.0) -> Story:
    """Make up the month that begins on a day; `scale` 1 is about 13,000 searches."""
    chance = random.Random(seed)  # noqa: S311 - a story, no secret
    incidents = tuple(_incidents(first))
    moments = sorted(_moments(chance, first, scale, incidents))
    return Story(seed, first, scale, tuple(_people(chance, moments)), incidents)


def _incidents(first: date) -> Iterator[Incident]:
    """Put every trouble on a working day, at an hour of its own: no two fall together."""
    yield _on(first, 4, 8 * HOUR, 12 * MINUTE, Kind.BURST, asks_for=(8, 30))
    yield _on(first, 8, 11.5 * HOUR, 10 * MINUTE, Kind.BURST, asks_for=(200, 600))
    yield _on(first, 12, 10 * HOUR, HOUR, Kind.OUTAGE)
    yield _on(first, 14, 12 * HOUR, 2 * HOUR, Kind.SLOW)
    yield _on(first, 18, 6.5 * HOUR, 6 * HOUR, Kind.TOKEN)
    yield Incident(Kind.MODEL, 20 * DAY, 27 * DAY)
    yield _on(first, 24, 9 * HOUR, 15 * MINUTE, Kind.BURST, asks_for=(10, 200))


def _on(
    first: date,
    day: int,
    since: float,
    lasts: float,
    kind: Kind,
    *,
    asks_for: tuple[float, float] = (0.0, 0.0),
) -> Incident:
    """Return an incident on the first working day from day `day` (1 is the first) on."""
    while not _works(first, day - 1):
        day += 1
    since += (day - 1) * DAY
    return Incident(kind, since, since + lasts, asks_for)


def _works(first: date, day: int) -> bool:
    return (first + timedelta(days=day)).weekday() < _SATURDAY


def _moments(
    chance: random.Random, first: date, scale: float, incidents: tuple[Incident, ...]
) -> Iterator[tuple[float, bool]]:
    """Yield when there is a search, and whether it is one of a batch that somebody sends off."""
    for day in range(DAYS):
        works = _works(first, day)
        hours = _OFFICE_HOURS if works else _WEEKEND_HOURS
        usual = scale * (WORKING_DAY if works else WEEKEND)
        often = round(usual * chance.uniform(0.92, 1.08))
        for hour in chance.choices([*hours], [*hours.values()], k=often):
            yield day * DAY + hour * HOUR + chance.uniform(0, HOUR), False
    for incident in incidents:
        if incident.kind is Kind.BURST:  # what it comes from
            for _ in range(round(max(_BATCH * scale, 6))):
                yield chance.uniform(incident.since, incident.until), True


def _people(chance: random.Random, moments: list[tuple[float, bool]]) -> Iterator[Asked]:
    """Give every moment a photo and a person."""
    photos: list[int | None] = []
    popular = [1 / (1 + number) for number in range(PRODUCTS)]
    for at, in_batch in moments:
        if photos and not in_batch and chance.random() < _REPEATED:
            photo = chance.randrange(max(len(photos) - _LATELY, 0), len(photos))
        else:
            photo = len(photos)
            known = chance.random() >= _UNKNOWN_THING
            photos.append(chance.choices(range(PRODUCTS), popular)[0] if known else None)
        origin = "command" if in_batch else chance.choices(["page", "api"], [85, 15])[0]
        who = chance.choice(_PEOPLE) if origin == "page" else ""
        yield Asked(at, photo, photos[photo], origin, who, _mishap(chance))


def _mishap(chance: random.Random) -> Mishap | None:
    return chance.choices([*_MISHAPS, None], [*_MISHAPS.values(), 1 - sum(_MISHAPS.values())])[0]

"""What a search is doing right now, told to whoever waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """The stages of a search, in the order in which they can come."""

    REMEMBERED = "remembered"  # the photo's embedding is already stored
    ENCODING = "encoding"  # the encoder is asked
    FETCHING_MODEL = "fetching_model"  # the local model is fetched, once
    LOADING = "loading"  # the local model is read into memory
    WAKING = "waking"  # the encoder's model is being loaded
    WAITING = "waiting"  # the encoder asked us to come back later (rate limit, passing fault)
    COMPARING = "comparing"  # the database compares


@dataclass(frozen=True, slots=True)
class Progress:
    """One report: the stage, and its number where it has one.

    `seconds` is how long this wait is expected to last (WAKING, WAITING), `count` how many pictures
    are compared (COMPARING).
    """

    stage: Stage
    seconds: float | None = None
    count: int | None = None


Report = Callable[[Progress], None]


def silent(_: Progress) -> None:
    """Report to nobody."""


class Stopwatch:
    """Adds up how many seconds each stage took; `clock` is in seconds."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self.seconds: dict[Stage, float] = {}

    @property
    def total(self) -> float:
        """What all stages took together."""
        return sum(self.seconds.values())

    @contextmanager
    def timing(self, stage: Stage) -> Iterator[None]:
        """Count the time inside towards a stage."""
        start = self._clock()
        try:
            yield
        finally:
            self.seconds[stage] = self.seconds.get(stage, 0.0) + self._clock() - start

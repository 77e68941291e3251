"""When the next call may begin: one gate for all workers, so that all obey what one was told."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# While somebody waits for a search, one call in eight goes on: indexing must not stand still
# beside a page that is never quiet, and a search must not queue behind sixteen others.
SHARE_BESIDE_SEARCHES = 1 / 8
# How often it is looked whether a search is over.
LOOK_SECONDS = 0.05
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0


class Stopped(Exception):
    """The gate was closed while a worker waited before it."""


class Gate:
    """Lets at most `places` calls in at once, none while it is held, few while searches wait.

    `searching` tells whether a search waits for the encoder in this process; `clock` is in seconds.
    """

    def __init__(
        self,
        places: int,
        searching: Callable[[], bool] = lambda: False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._places = places
        self._beside = max(1, int(places * SHARE_BESIDE_SEARCHES))
        self._searching = searching
        self._clock = clock
        self._changed = threading.Condition()
        self._busy = 0
        self._opens = 0.0
        self._pause = 0.0
        self._closed = False
        self.successes = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """Wait for a place and hold it; raise Stopped when the gate closes meanwhile."""
        with self._changed:
            while (wait := self._wait()) != 0:
                self._changed.wait(wait)
            self._busy += 1
        try:
            yield
        finally:
            with self._changed:
                self._busy -= 1
                self._changed.notify_all()

    @property
    def is_open(self) -> bool:
        """Whether nobody told us to wait."""
        return self._clock() >= self._opens

    def hold(self, seconds: float) -> None:
        """Let nobody in for so long: the server has said so."""
        with self._changed:
            self._opens = max(self._opens, self._clock() + seconds)

    def succeeded(self) -> None:
        """Learn that a call went well: the next trouble begins with a short pause again."""
        with self._changed:
            self._pause = 0.0
            self.successes += 1

    def pause(self) -> None:
        """Let nobody in for a while, twice as long as the last time, because the server is away.

        When it is held already, that is enough: many calls meet the same trouble at once.
        """
        with self._changed:
            if self.is_open:
                self._pause = min(max(2 * self._pause, FIRST_PAUSE), LONGEST_PAUSE)
                self._opens = self._clock() + self._pause

    def close(self) -> None:
        """Send everybody home who waits or comes."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _wait(self) -> float | None:
        """Return how many seconds to wait: 0 is none, None until something changes."""
        if self._closed:
            raise Stopped
        if not self.is_open:
            return self._opens - self._clock()
        if self._busy < self._beside:
            return 0
        if self._searching():
            return LOOK_SECONDS
        return 0 if self._busy < self._places else None

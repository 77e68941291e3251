"""Time that passes only when somebody sleeps, so that half a minute costs a test nothing."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable


class VirtualClock:
    """Call it for the time in seconds; `sleep` moves it. Give both to an encoder and a server.

    What is to happen `at` a moment happens as soon as somebody's sleep reaches that moment, even
    in the middle of the sleep.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()
        self._numbers = itertools.count()
        self._due: list[tuple[float, int, Callable[[], object]]] = []
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once, and remember them."""
        with self._lock:
            self.slept.append(seconds)
            ends = self._now + seconds
        self._pass_until(ends)

    def sleep_until(self, moment: float) -> None:
        """Let the time pass up to a moment, if that is not over."""
        self._pass_until(moment)

    def at(self, moment: float, action: Callable[[], object]) -> None:
        """Do something at a moment, in the thread whose sleep reaches it."""
        with self._lock:
            heapq.heappush(self._due, (moment, next(self._numbers), action))

    def _pass_until(self, moment: float) -> None:
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > moment:
                    self._now = max(self._now, moment)
                    return
                reached, _, action = heapq.heappop(self._due)
                self._now = max(self._now, reached)
            action()

"""Waiting for something to happen, and behaviours that watch how many calls are under way."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from tests.fake_huggingface import Behaviour, Exchange, vector
from tests.fake_huggingface.behaviours import slow


def until(happened: Callable[[], object], seconds: float = 20.0) -> None:
    """Wait until something is so; fail when it takes too long."""
    ends = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


class Watched:
    """A behaviour that counts how many requests it answers at once."""

    def __init__(self, seconds: float, then: Behaviour | None = None) -> None:
        self._behave = slow(seconds, then or vector())
        self._lock = threading.Lock()
        self.now = 0
        self.most = 0

    def __call__(self, exchange: Exchange) -> None:
        """Answer."""
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            self._behave(exchange)
        finally:
            with self._lock:
                self.now -= 1

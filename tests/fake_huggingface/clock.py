"""Time that passes only when somebody sleeps, so that half a minute costs a test nothing."""

from __future__ import annotations

import threading


class VirtualClock:
    """Call it for the time in seconds; `sleep` moves it. Give both to an encoder and a server."""

    def __init__(self) -> None:
        self._now = 0.0
        self._lock = threading.Lock()
        self.slept: list[float] = []

    def __call__(self) -> float:
        """Return the time in seconds."""
        return self._now

    def sleep(self, seconds: float) -> None:
        """Let `seconds` pass at once, and remember them."""
        with self._lock:
            self.slept.append(seconds)
            self._now += seconds

"""What somebody switched to, in whichever process: known here within a second."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from search.errors import StoreError
from search.store.model_switches import Switch

FOLLOWS_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class _Known:
    switch: Switch | None
    until: float


class Following:
    """Keeps the last switch for a second, so that a search need not ask for it.

    `read` returns the last switch, or raises StoreError; `clock` is in seconds. While one thread
    reads again, the others go on with what was known, and so does everybody while the database is
    away: nothing can be searched then. For any number of threads.
    """

    def __init__(
        self, read: Callable[[], Switch | None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._read = read
        self._clock = clock
        self._reading = threading.Lock()
        self._known: _Known | None = None

    def last(self) -> Switch | None:
        """Return the last switch, None without any; raise StoreError if none was ever read."""
        known = self._known
        if known is not None and self._clock() < known.until:
            return known.switch
        # Only who knows nothing at all has to wait for somebody else's answer.
        if not self._reading.acquire(blocking=known is None):
            return known.switch if known else None
        try:
            return self._read_again()
        finally:
            self._reading.release()

    def learn(self, switch: Switch | None) -> Switch | None:
        """Take note of a switch, unless a later one is known; return the one that holds."""
        known = self._known
        if known is not None and known.switch is not None:
            is_older = switch is None or switch.id < known.switch.id
            switch = known.switch if is_older else switch
        self._known = _Known(switch, self._clock() + FOLLOWS_SECONDS)
        return switch

    def _read_again(self) -> Switch | None:
        known = self._known
        if known is not None and self._clock() < known.until:
            return known.switch  # somebody else was faster
        try:
            return self.learn(self._read())
        except StoreError:
            if known is None:
                raise
            return self.learn(known.switch)

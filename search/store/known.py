"""A value of the database's that is asked for all the time and read only now and then."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from search.errors import StoreError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Kept(Generic[T]):
    value: T
    until: float


class Known(Generic[T]):
    """Keeps what `read` returns for so many `seconds`; for any number of threads.

    `read` may raise StoreError; `clock` is in seconds. While one thread reads again, the others go
    on with what was known, and so does everybody while the database is away. `later` tells which of
    two values holds, the one that is known or a new one.
    """

    def __init__(
        self,
        read: Callable[[], T],
        seconds: float,
        clock: Callable[[], float] = time.monotonic,
        later: Callable[[T, T], T] = lambda _, new: new,
    ) -> None:
        self._read = read
        self._seconds = seconds
        self._clock = clock
        self._later = later
        self._reading = threading.Lock()
        self._kept: _Kept[T] | None = None

    def get(self) -> T:
        """Return the value; raise StoreError if it was never read."""
        kept = self._kept
        if kept is not None and self._clock() < kept.until:
            return kept.value
        # Only who knows nothing at all has to wait for somebody else's answer.
        if not self._reading.acquire(blocking=kept is None) and kept is not None:
            return kept.value
        try:
            return self._read_again()
        finally:
            self._reading.release()

    def learn(self, value: T) -> T:
        """Take note of a value that came about here; return it, or the later one that is known."""
        kept = self._kept
        held = value if kept is None else self._later(kept.value, value)
        self._kept = _Kept(held, self._clock() + self._seconds)
        return held

    def _read_again(self) -> T:
        kept = self._kept
        if kept is not None and self._clock() < kept.until:
            return kept.value  # somebody else was faster
        try:
            return self.learn(self._read())
        except StoreError:
            if kept is None:
                raise
            return self.learn(kept.value)

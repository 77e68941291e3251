"""A database that is away for a while is waited for: a restart costs indexing nothing."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from search.errors import DatabaseUnavailable

T = TypeVar("T")

PATIENCE_SECONDS = 600.0
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0

log = logging.getLogger(__name__)


class Persevering:
    """Does something with the database until it works, for `seconds` at most.

    Not when `stop` is set, nor when `may_return` says that the server will not come back.
    """

    def __init__(
        self,
        stop: threading.Event,
        may_return: Callable[[], bool] = lambda: True,
        seconds: float = PATIENCE_SECONDS,
    ) -> None:
        self._stop = stop
        self._may_return = may_return
        self._seconds = seconds

    def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returns; raise DatabaseUnavailable when patience is at its end."""
        ends, pause = time.monotonic() + self._seconds, FIRST_PAUSE
        while True:
            try:
                return work()
            except DatabaseUnavailable as error:
                over = time.monotonic() >= ends or self._stop.is_set()
                if over or not self._may_return():
                    raise
                log.warning("indexing waits for the database: %s", error)
            self._stop.wait(pause)
            pause = min(2 * pause, LONGEST_PAUSE)

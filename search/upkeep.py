"""What has to be done again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable

HOUR_SECONDS = 3600.0
# Whoever sums up a day is not interrupted at once, but does not keep the app from closing either.
CLOSING_SECONDS = 2.0

log = logging.getLogger(__name__)


class Upkeep:
    """Does each `work` at the start and then every hour, or so many `seconds`, until it is closed.

    With 0 seconds it is done at the start only. Work that fails is said in the log once an hour, as
    what could not be done (`fails`), keeps no other from being done, and is tried again.
    """

    def __init__(
        self,
        *work: Callable[[], object],
        seconds: float | None = None,
        name: str = "upkeep",
        fails: str = "what is done every hour could not be done",
    ) -> None:
        self._work = work
        self._seconds = seconds
        self._fails = fails
        self._said: dict[Callable[[], object], float] = {}
        self._closing = threading.Event()
        # A daemon: what it does can be cut off anywhere, because it is done in a transaction.
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin; once."""
        self._thread.start()

    def close(self) -> None:
        """End, if it was started."""
        self._closing.set()
        if self._thread.is_alive():
            self._thread.join(CLOSING_SECONDS)

    def _run(self) -> None:
        while not self._closing.is_set():
            for work in self._work:
                try:
                    work()
                except Exception:
                    if self._is_news(work):
                        log.exception(self._fails)
            if self._seconds == 0:
                return
            self._closing.wait(HOUR_SECONDS if self._seconds is None else self._seconds)

    def _is_news(self, work: Callable[[], object]) -> bool:
        """Whether to say that work has failed: not within an hour of the last time, nor closing."""
        now = time.monotonic()
        if self._closing.is_set() or now - self._said.get(work, -HOUR_SECONDS) < HOUR_SECONDS:
            return False
        self._said[work] = now
        return True

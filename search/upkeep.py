"""What has to be done again and again, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

HOUR_SECONDS = 3600.0
# Whoever sums up a day is not interrupted at once, but does not keep the app from closing either.
CLOSING_SECONDS = 2.0

log = logging.getLogger(__name__)


class Upkeep:
    """Does each `work` at the start and then every hour, or so many `seconds`, until it is closed.

    With 0 seconds it is done at the start only. Work that fails is said in the log, as what could
    not be done (`fails`), keeps no other from being done, and is tried again the next time.
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
                    if not self._closing.is_set():
                        log.exception(self._fails)
            if self._seconds == 0:
                return
            self._closing.wait(HOUR_SECONDS if self._seconds is None else self._seconds)

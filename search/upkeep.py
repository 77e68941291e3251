"""What has to be done every hour, in a thread of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

HOUR_SECONDS = 3600.0
# Whoever sums up a day is not interrupted at once, but does not keep the app from closing either.
CLOSING_SECONDS = 2.0

log = logging.getLogger(__name__)


class Upkeep:
    """Does `work` at the start and then every hour, until it is closed.

    Work that fails is said in the log and done an hour later.
    """

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._closing = threading.Event()
        # A daemon: what it does can be cut off anywhere, because it is done in a transaction.
        self._thread = threading.Thread(target=self._run, name="upkeep", daemon=True)

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
            try:
                self._work()
            except Exception:
                if not self._closing.is_set():
                    log.exception("the daily sums of calls and searches could not be made")
            self._closing.wait(HOUR_SECONDS)

"""A database that is away for a while is waited for: a restart costs indexing nothing."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import TypeVar

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    sleep_using_event,
    stop_after_delay,
    stop_when_event_set,
    wait_exponential,
)

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
        self._retrying = Retrying(
            retry=retry_if_exception(
                lambda error: isinstance(error, DatabaseUnavailable) and may_return()
            ),
            stop=stop_after_delay(seconds) | stop_when_event_set(stop),
            wait=wait_exponential(multiplier=FIRST_PAUSE, max=LONGEST_PAUSE),
            sleep=sleep_using_event(stop),
            before_sleep=_say,
            reraise=True,
        )

    def __call__(self, work: Callable[[], T]) -> T:
        """Return what the work returns; raise DatabaseUnavailable when patience is at its end."""
        return self._retrying(work)


def _say(state: RetryCallState) -> None:
    error = state.outcome.exception() if state.outcome else None
    log.warning("indexing waits for the database: %s", error)

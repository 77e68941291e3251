"""Two transactions that wait for one another: the server ends one of them, which is done again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import psycopg
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random

P = ParamSpec("P")
R = TypeVar("R")

ATTEMPTS: Final = 6
LONGEST_PAUSE: Final = 0.2  # seconds

_retrying = Retrying(
    retry=retry_if_exception(
        lambda error: isinstance(error.__cause__, psycopg.errors.DeadlockDetected)
    ),
    stop=stop_after_attempt(ATTEMPTS),
    wait=wait_random(0, LONGEST_PAUSE),
    reraise=True,
)


def undeadlocked(transaction: Callable[P, R]) -> Callable[P, R]:
    """Do again what is one transaction on a connection of the pool, when a deadlock ended it.

    Whoever writes the same rows locks them in the same order, so that this is seldom. But what goes
    with a removed row is locked by the server, in an order of its own.
    """
    return _retrying.wraps(transaction)

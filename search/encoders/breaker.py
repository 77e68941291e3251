"""The circuit breaker: a server that keeps failing is left alone for a while.

Our own, because the well-kept ones do not fit: pybreaker 1.4 holds its lock during the whole call,
so that photos would go one after the other; circuitbreaker 2.1 and purgatory 3.0 let everybody
through at once when their pause is over, and neither can be given a clock.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from search.calls import BreakerState
from search.encoders.wire import CLOSED
from search.errors import (
    EncoderError,
    EncoderFailed,
    EncoderPaused,
    EncoderTimeout,
    EncoderUnreachable,
    QuotaSpent,
)

FAILURES = 3
PAUSE_SECONDS = 30.0
PROBE_SECONDS = 300.0
# What speaks against the server itself. Any other refusal is an answer: somebody is there.
COUNTED = (EncoderUnreachable, EncoderTimeout, EncoderFailed)

OnChange = Callable[[BreakerState, float, str], None]
"""Told of the new state, the seconds for which it holds (0: open end), and the error's code."""


class Breaker:
    """Lets encodings through, until FAILURES in a row have failed; then none for PAUSE_SECONDS.

    After the pause one goes through, to see, while the others are still refused; how it ends
    decides. What says nothing about the server (a reader who left, our own limit) leaves everything
    as it was. A probe of which nothing is heard for `probe_seconds` is lost, and another one goes.
    For any number of threads; `clock` is in seconds.
    """

    def __init__(
        self,
        host: str,
        on_change: OnChange,
        clock: Callable[[], float] = time.monotonic,
        *,
        probe_seconds: float = PROBE_SECONDS,
    ) -> None:
        self._host = host
        self._on_change = on_change
        self._clock = clock
        self._probe_seconds = probe_seconds
        self._lock = threading.Lock()
        self._state = BreakerState.CLOSED
        self._failures = 0
        self._ends = 0.0
        self._reason = ""

    def ticket(self) -> Ticket:
        """Return what one encoding is done `with`; raise EncoderPaused if it may not be tried."""
        with self._lock:
            if self._state is BreakerState.CLOSED:
                return Ticket(self, probes=False)
            left = self._ends - self._clock()
            if left > 0:
                raise EncoderPaused(
                    host=self._host,
                    # How a probe ends is known much sooner, as a rule, than it counts as lost.
                    seconds=1 if self._state is BreakerState.PROBING else math.ceil(left),
                    reason=f"@reasons.paused_{self._reason}",
                )
            self._ends = self._clock() + self._probe_seconds
            self._turn(BreakerState.PROBING)
            return Ticket(self, probes=True)

    def learn(self, error: BaseException | None, *, probed: bool) -> None:
        """Take in how an encoding ended."""
        with self._lock:
            probed = probed and self._state is BreakerState.PROBING
            if _says_nothing(error):
                if probed:
                    self._ends = self._clock()  # its pause is over: the next one probes
                    self._turn(BreakerState.OPEN)
            elif isinstance(error, COUNTED):
                self._failed(error.code, probed=probed)
            else:
                self._failures = 0
                if self._state is not BreakerState.CLOSED:
                    self._turn(BreakerState.CLOSED)

    def _failed(self, code: str, *, probed: bool) -> None:
        if self._state is BreakerState.CLOSED:
            self._failures += 1
        # What began before it opened says only what is known already.
        if probed or (self._state is BreakerState.CLOSED and self._failures >= FAILURES):
            self._reason = code
            self._ends = self._clock() + PAUSE_SECONDS
            self._turn(BreakerState.OPEN)

    def _turn(self, state: BreakerState) -> None:
        self._state = state
        left = self._ends - self._clock() if state is BreakerState.OPEN else 0.0
        reason = "" if state is BreakerState.CLOSED else self._reason
        self._on_change(state, max(left, 0.0), reason)


def _says_nothing(error: BaseException | None) -> bool:
    """Tell whether an encoding ended without anything having been learnt about the server."""
    if isinstance(error, EncoderError):
        return isinstance(error, QuotaSpent) or error.facts.get("reason") == CLOSED.reason
    return error is not None


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to do one encoding: use it `with`, once."""

    breaker: Breaker
    probes: bool

    def __enter__(self) -> None:
        """Go through."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.breaker.learn(error, probed=self.probes)

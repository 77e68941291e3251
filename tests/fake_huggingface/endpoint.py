"""An Inference Endpoint that scales to zero: it falls asleep, is woken, and takes its time."""

from __future__ import annotations

import threading
from collections.abc import Callable

from tests.fake_huggingface.behaviours import LOADING, Behaviour
from tests.fake_huggingface.exchange import Exchange
from tests.fake_huggingface.protocols import answer

# Hugging Face offers this as the shortest time without a request after which an endpoint sleeps.
SLEEPS_AFTER = 15 * 60.0


class ScalesToZero:
    """A behaviour: answers in `latency()` seconds while it is awake.

    Asked after `sleeps_after` seconds without a request, it wakes for `wakes_in()` seconds, in
    which it says 503 with `estimated_time`; or keeps the request waiting for as many seconds where
    `holds(seconds)` says so, as the header X-Scale-Up-Timeout asks for. All seconds are the
    server's. `woken` has the seconds that each cold start took.
    """

    def __init__(
        self,
        *,
        latency: Callable[[], float],
        wakes_in: Callable[[], float],
        holds: Callable[[float], bool] = lambda _: False,
        sleeps_after: float = SLEEPS_AFTER,
        then: Behaviour = answer,
    ) -> None:
        self._latency = latency
        self._wakes_in = wakes_in
        self._holds = holds
        self._sleeps_after = sleeps_after
        self._then = then
        self._lock = threading.Lock()
        self._asleep_from = 0.0
        self._ready_at = 0.0
        self._held = False
        self.woken: list[float] = []

    def __call__(self, exchange: Exchange) -> None:
        """Answer, or say that the model is being loaded."""
        left = self._until_ready(exchange.seconds)
        if left > 0 and not self._held:
            exchange.reply(503, LOADING | {"estimated_time": round(left, 1)})
            return
        exchange.sleep(max(left, 0.0) + self._latency())
        self._then(exchange)

    def _until_ready(self, now: float) -> float:
        with self._lock:
            if now >= self._asleep_from:
                self.woken.append(self._wakes_in())
                self._ready_at = now + self.woken[-1]
                self._held = self._holds(self.woken[-1])
            self._asleep_from = max(now, self._ready_at) + self._sleeps_after
            return self._ready_at - now

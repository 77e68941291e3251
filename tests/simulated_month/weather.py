"""The played server through the month: what it answers when, and what happens to it."""

from __future__ import annotations

import random
from collections.abc import Sequence

from tests.fake_huggingface import (
    FAULTS,
    Behaviour,
    Exchange,
    FakeHuggingFace,
    ScalesToZero,
    VirtualClock,
    reset,
    status,
)
from tests.fake_huggingface.behaviours import slow
from tests.fake_huggingface.endpoint import SLEEPS_AFTER
from tests.simulated_month.pictures import Model
from tests.simulated_month.story import HOUR, Kind, Mishap, Story

FIRST_TOKEN, SECOND_TOKEN = "hf_made_up_FIRSTfirst0123", "hf_made_up_SECONDsecond456"
# In an outage the gateway breaks connections off for half of it, then nobody listens.
_BREAKS_OFF = 0.5
_LIMITED = 0.6  # of the requests in a burst
_SECONDS, _SPREAD, _SLOWER = 1.25, 0.22, 5.0  # the founding figure: one or two seconds
_WAKES, _WAKES_LONG, _LONG = (20.0, 60.0), (90.0, 200.0), 0.06
_HELD = 0.25  # of the shorter cold starts, in which the request is held until the model is there
_LONGEST_IDLE = 3 * HOUR
# What takes longer was held while the model woke: that is how the two are told apart.
_LONGEST_WARM = 9.5
_PAST_ANY_DEADLINE = 125.0

_MISHAPS: dict[Mishap, Sequence[Behaviour]] = {
    Mishap.FAILED_ONCE: [slow(0.4, FAULTS["bad_gateway"])],
    Mishap.FAILED: [slow(0.4, FAULTS["internal"])] * 4,
    Mishap.TIMED_OUT: [slow(_PAST_ANY_DEADLINE, reset)],
    Mishap.REJECTED: [slow(0.2, status(400, {"error": "cannot identify image file"}))],
}


class Weather:
    """The server's behaviour. `woken` has the seconds that each of its cold starts took."""

    def __init__(self, story: Story, clock: VirtualClock) -> None:
        self._story = story
        self._clock = clock
        self._chance = random.Random(story.seed)  # noqa: S311 - a story, no secret
        self._mishaps: list[Behaviour] = []
        self._endpoint = ScalesToZero(
            latency=self._latency,
            wakes_in=self._wakes_in,
            holds=self._holds,
            # With fewer searches the gaps between them are longer, but not meant to be others.
            sleeps_after=min(SLEEPS_AFTER / story.scale, _LONGEST_IDLE),
        )
        self.woken = self._endpoint.woken

    def expect(self, mishap: Mishap | None) -> None:
        """Let this happen to the next search, and what did not come to pass never."""
        self._mishaps = [*_MISHAPS[mishap]] if mishap else []

    def __call__(self, exchange: Exchange) -> None:
        """Answer one request."""
        now = self._story.during(self._clock())
        if Kind.OUTAGE in now:
            reset(exchange)
        elif Kind.BURST in now and self._chance.random() < _LIMITED:
            seconds = self._chance.uniform(*now[Kind.BURST].asks_for)
            exchange.reply(429, {"error": "Rate limit reached"}, {"Retry-After": f"{seconds:.0f}"})
        elif self._mishaps:
            self._mishaps.pop(0)(exchange)
        else:
            self._endpoint(exchange)

    def _latency(self) -> float:
        seconds = _SECONDS * self._chance.lognormvariate(0, _SPREAD)
        if Kind.SLOW in self._story.during(self._clock()):
            seconds *= _SLOWER
        return min(seconds, _LONGEST_WARM)

    def _holds(self, seconds: float) -> bool:
        return seconds <= _WAKES[1] and self._chance.random() < _HELD

    def _wakes_in(self) -> float:
        return self._chance.uniform(*(_WAKES_LONG if self._chance.random() < _LONG else _WAKES))


def schedule(story: Story, clock: VirtualClock, server: FakeHuggingFace, model: Model) -> None:
    """Let what does not happen at a request happen at its moment."""

    def change(*, to: bool) -> None:
        model.changed = to

    for outage in story.of(Kind.OUTAGE):
        silent_from = outage.since + _BREAKS_OFF * (outage.until - outage.since)
        clock.at(silent_from, server.go_down)
        clock.at(outage.until, server.come_back)
    for revoked in story.of(Kind.TOKEN):
        clock.at(revoked.since, lambda: server.expect(SECOND_TOKEN))
    for changed in story.of(Kind.MODEL):
        clock.at(changed.since, lambda: change(to=True))
        clock.at(changed.until, lambda: change(to=False))


def token_at(story: Story, moment: float) -> str:
    """Return the token that the app has: of the new one it is told when the trouble is over."""
    replaced = any(revoked.until <= moment for revoked in story.of(Kind.TOKEN))
    return SECOND_TOKEN if replaced else FIRST_TOKEN

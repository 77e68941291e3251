"""How the encoder does, in one word, from its latest calls.

| what the latest call that tells something came to | state |
|---|---|
| a success, warm ones as quick as they should be | working |
| a success, but the median of the latest warm ones is above SLOW_SECONDS | slow |
| 503, the model is being loaded; or time ran out while it was | waking |
| no connection, a broken one, no answer in time | unreachable |
| 402; or a hard limit of our own is used up now | out of quota |
| anything else: 401, 403, 404, 410, 429, 5xx, a bad answer, no token to send | refusing |
| nothing was ever asked | unknown |

Some calls tell nothing about the encoder and are passed over:

- attempts of an encoding that ended well later on;
- calls under way, photos that were remembered, and what our own limit refused;
- a rejected photo (400, 413, 415, 422): it is the photo's fault, unless as many as BLAMED were
  rejected with no success between them, or there was no success before it at all, or the server
  takes pictures for text;
- no connection or no answer in time, where the next thing that came was such a rejection: whoever
  rejects a photo is there again.

A call that the breaker refused says what the failure before it said. Where the breaker is open, the
failure that opened it decides, whatever other processes met since.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import takewhile
from statistics import median
from typing import Final

from search.calls import OK, REMEMBERED, UNDER_WAY, BreakerState, Call
from search.errors import (
    CreditsExhausted,
    EncoderPaused,
    EncoderTimeout,
    EncoderUnreachable,
    ModelWaking,
    PhotoRejected,
    QuotaSpent,
)
from search.usage.quota import hours_left
from search.usage.views import Allowance, Breaker, State, Why

SLOW_SECONDS: Final = 3.0
# How many of the latest warm successes have a say in what is slow; odd, so that one is the median.
SLOW_CALLS: Final = 9
BLAMED: Final = 3

_NOTHING = Why("", {})
_SILENT = (REMEMBERED, UNDER_WAY, QuotaSpent.code)
_STATES = {
    CreditsExhausted.code: State.OUT_OF_QUOTA,
    ModelWaking.code: State.WAKING,
    EncoderUnreachable.code: State.UNREACHABLE,
    EncoderTimeout.code: State.UNREACHABLE,
    EncoderPaused.code: State.UNREACHABLE,
}
_WELL = (State.WORKING, State.SLOW)


@dataclass(frozen=True, slots=True)
class Standing:
    """A state, since when, and why. `since` is None where no call tells.

    It is the first call of the unbroken run of this state among the calls that were looked at; the
    run may have begun before these.
    """

    state: State
    since: datetime | None
    why: Why


@dataclass(frozen=True, slots=True)
class _Told:
    """What one call tells; `cause` is the call that failed, or None."""

    at: datetime
    state: State
    cause: Call | None = None
    pace: float = 0.0


def state_of(
    calls: Sequence[Call],
    breaker: Breaker,
    limits: tuple[Allowance, Allowance] | None,
    now: datetime,
    tell: Callable[[Call], Why],
) -> Standing:
    """Return the state that the module's table says.

    `calls` are attempts, the latest first; `limits` the hard limits of month and day, None where
    limits only warn; `tell` says what a failed call's error was.
    """
    if limits is not None and (spent := _spent(*limits, now)) is not None:
        return Standing(State.OUT_OF_QUOTA, _refused_since(calls), spent)
    told = _told(calls)
    if breaker.state is BreakerState.OPEN and (not told or told[0].state in _WELL):
        told = _opened(told, breaker)
        if not told:
            return Standing(_state(breaker.reason), None, Why("breaker", {}))
    if not told:
        return Standing(State.UNKNOWN, None, _NOTHING)
    latest = told[0]
    *_, first = takewhile(lambda one: one.state is latest.state, told)
    return Standing(latest.state, first.at, _why(latest, tell))


def _why(told: _Told, tell: Callable[[Call], Why]) -> Why:
    if told.cause is not None:
        return tell(told.cause)
    if told.state is State.SLOW:
        return Why("slow", {"seconds": round(told.pace, 1), "limit": SLOW_SECONDS})
    return _NOTHING


def _spent(month: Allowance, day: Allowance, now: datetime) -> Why | None:
    """Return which limit is used up, the one with the longer wait first."""
    for code, limit in (("quota_month", month), ("quota_day", day)):
        if limit.left == 0:
            hours = round(hours_left(limit, now), 1)
            return Why(code, {"used": limit.used, "limit": limit.limit, "hours": hours})
    return None


def _refused_since(calls: Sequence[Call]) -> datetime | None:
    """Return when our own limit first refused; without a refusal, when its last call was made."""
    asked = [call for call in calls if call.outcome not in (REMEMBERED, UNDER_WAY)]
    refused = list(takewhile(lambda call: call.outcome == QuotaSpent.code, asked))
    decisive = refused[-1:] or asked[:1]
    return decisive[0].started_at if decisive else None


def _opened(told: Sequence[_Told], breaker: Breaker) -> list[_Told]:
    """Leave out what came after the last failure of the kind that opened the breaker."""
    state = _state(breaker.reason)
    for number, one in enumerate(told):
        if one.cause is not None and one.state is state:
            return list(told[number:])
    return []


def _told(calls: Sequence[Call]) -> list[_Told]:
    """Return what the calls tell, the latest first."""
    told: list[_Told] = []
    warm: deque[float] = deque(maxlen=SLOW_CALLS)
    telling = [call for call in calls if call.outcome not in _SILENT]
    for call in reversed(list(_without_excused(_without_mended(telling)))):
        if call.outcome == OK:
            if not call.cold:
                warm.append(call.seconds)
            pace = median(warm) if warm else 0.0
            state = State.SLOW if pace > SLOW_SECONDS else State.WORKING
            told.append(_Told(call.started_at, state, pace=pace))
        elif call.outcome == EncoderPaused.code and told and told[-1].cause is not None:
            told.append(replace(told[-1], at=call.started_at))
        else:
            told.append(_Told(call.started_at, _state_after(call), call))
    return told[::-1]


def _state_after(call: Call) -> State:
    """Return what a failure means; a model that had been waking when time ran out still is."""
    woken = call.cold and call.outcome == EncoderTimeout.code
    return State.WAKING if woken else _state(call.outcome)


def _state(outcome: str) -> State:
    return _STATES.get(outcome, State.REFUSING)


def _without_mended(calls: Iterable[Call]) -> Iterator[Call]:
    """Leave out attempts that a later attempt of the same encoding made good.

    Encodings are told apart by what they were for and the search. Where many are made for no search
    (a catalogue is indexed), attempts count down to 1, and a higher number is another photo's.
    """
    reached: dict[tuple[object, object], int] = {}
    for call in calls:
        encoding = (call.purpose, call.search_id)
        if call.outcome == OK or call.attempt < reached.get(encoding, 0):
            reached[encoding] = call.attempt
            if call.outcome != OK:
                continue
        else:
            reached.pop(encoding, None)
        yield call


def _without_excused(calls: Iterable[Call]) -> Iterator[Call]:
    """Leave out rejected photos where these are to blame, and not the server."""
    failures: list[Call] = []
    for call in calls:
        if call.outcome != OK:
            failures.append(call)
            continue
        yield from _not_excused(failures)
        failures = []
        yield call
    yield from failures


def _not_excused(failures: Sequence[Call]) -> Iterator[Call]:
    """Yield what speaks against the server, of failures with a success before and after them.

    The latest come first. Once one was rejected, that nobody was there before is over.
    """
    rejected = sum(call.outcome == PhotoRejected.code for call in failures)
    is_there = False
    for call in failures:
        if call.outcome == PhotoRejected.code:
            is_there = True
            if rejected >= BLAMED or "input_ids" in call.detail:
                yield call
        elif not (is_there and _state(call.outcome) is State.UNREACHABLE):
            yield call

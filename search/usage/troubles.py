"""What went wrong, as a person tells it: one outage, one pause, however many rows there are of it.

Two failures are of one kind when outcome, status and the server's words are the same. Where there
are no words of a server's, how the connection broke makes no difference: in an outage it breaks off
first and is refused then. What the breaker kept from being tried is of the kind that opened it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Final

from search.calls import BreakerChange, BreakerState, Call
from search.errors import EncoderPaused
from search.usage.views import Pause, Trouble

# What failed in the same way so much later is another trouble: an hour in a day, a day in a month.
APART: Final = timedelta(hours=1)
_OF_SPAN: Final = 24
# What is farther apart than this did not go on in between.
EPISODE: Final = timedelta(minutes=10)
SHOWN_IDS: Final = 3
_REASON: Final = "@"
_PAUSED: Final = "@reasons.paused_"

_Kind = tuple[str, int | None, str]


def troubles(failures: Sequence[Call], length: timedelta = timedelta()) -> list[Trouble]:
    """Put failures of a span together; both they and the troubles come the latest first.

    The longer the span, the farther apart may be what is one trouble in it.
    """
    apart = max(APART, length / _OF_SPAN)
    runs: list[list[Call]] = []
    latest: dict[_Kind, list[Call]] = {}
    for call in reversed(failures):
        kind = _kind(call, latest)
        run = latest.get(kind)
        if run is None or call.started_at - run[-1].started_at >= apart:
            run = latest[kind] = []
            runs.append(run)
        run.append(call)
    found = [_trouble(run[::-1]) for run in runs]
    return sorted(found, key=lambda trouble: trouble.until, reverse=True)


def pauses(changes: Iterable[BreakerChange]) -> list[Pause]:
    """Put the changes of breakers together; both they and the pauses come the latest first.

    What closes without having opened before is no pause.
    """
    under_way: dict[str, list[BreakerChange]] = {}
    found: list[Pause] = []
    for change in reversed(list(changes)):
        known = under_way.setdefault(change.process, [])
        if change.state is not BreakerState.CLOSED:
            known.append(change)
        elif known:
            found.append(_pause(known, change))
            del under_way[change.process]
    found += [_pause(known, None) for known in under_way.values() if known]
    return sorted(found, key=lambda pause: pause.since, reverse=True)


def _kind(call: Call, latest: Mapping[_Kind, Sequence[Call]]) -> _Kind:
    """Return what tells a failure from others, as far as there are others before it."""
    words = "" if call.detail.startswith(_REASON) else call.detail
    if call.outcome != EncoderPaused.code:
        return call.outcome, call.status, words
    opened_by = call.detail.removeprefix(_PAUSED)
    alike = [kind for kind in latest if kind[0] == opened_by]
    return max(alike, key=lambda one: latest[one][-1].started_at, default=(opened_by, None, ""))


def _trouble(run: Sequence[Call]) -> Trouble:
    tried = [call for call in run if call.outcome != EncoderPaused.code]
    ids = [call.request_id for call in run if call.request_id]
    return Trouble(
        last=(tried or run)[0],
        since=run[-1].started_at,
        until=run[0].started_at,
        calls=len(run),
        paused=len(run) - len(tried),
        named=len(ids),
        request_ids=ids[:SHOWN_IDS],
        episodes=1 + sum(b.started_at - a.started_at > EPISODE for b, a in pairwise(run)),
    )


def _pause(known: Sequence[BreakerChange], closed: BreakerChange | None) -> Pause:
    return Pause(
        process=known[0].process,
        since=known[0].at,
        until=(closed or known[-1]).at,
        over=closed is not None,
        probes=sum(change.state is BreakerState.PROBING for change in known),
        reason=next((change.reason for change in known if change.reason), ""),
    )

"""A monitoring service that says what a test wants: a month of figures, or none."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from search.calls import BreakerChange, BreakerState, Call, Purpose
from search.errors import LikenessError
from search.progress import Report, silent
from search.usage.beside import Beside
from search.usage.latency import DISPLAY_EDGES
from search.usage.span import Span
from search.usage.troubles import pauses, troubles
from search.usage.views import (
    Allowance,
    Breaker,
    Drift,
    Forecast,
    Latency,
    Now,
    OutcomeCount,
    Outcomes,
    Percentiles,
    Quota,
    SearchFigures,
    Split,
    State,
    TopProduct,
    Trial,
    Why,
)
from search.vectors import CLIP

T = TypeVar("T")

HOST = "endpoint.example"
CLOSED = Breaker(BreakerState.CLOSED)
NOBODY = Percentiles(0, None, None, None, None)


def working(**changes: Any) -> Now:  # noqa: ANN401 - a field's value
    """Return the state of an encoder that works, changed as told."""
    now = datetime.now(UTC)
    state = Now(
        State.WORKING,
        now - timedelta(hours=3),
        Why("", {}),
        "Hugging Face",
        f"https://{HOST}/models",
        CLIP,
        now - timedelta(minutes=2),
        now - timedelta(minutes=2),
        CLOSED,
    )
    return replace(state, **changes)


def quota(**changes: Any) -> Quota:  # noqa: ANN401 - a field's value
    """Return a quota that will do, as of the 20th of a month, changed as told."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today.replace(day=1)
    days = {(first + timedelta(days=n)).date(): 700 + 10 * n for n in range(today.day)}
    used = sum(days.values())
    following = (first + timedelta(days=32)).replace(day=1)
    plain = Quota(
        counts=True,
        month=Allowance(used, 30_000, following),
        day=Allowance(days[today.date()], 1_000, today + timedelta(days=1)),
        by_day=days,
        pace=float(used) * 1.1,
        forecast=Forecast(24_317.0, 22_011.0, 26_742.0, None, None, None),
        saved=4_120,
        saved_share=0.14,
        warns_at=0.8,
        stops=False,
    )
    return replace(plain, **changes)


def a_failure(outcome: str, number: int, **changes: Any) -> Call:  # noqa: ANN401 - a field's value
    """Return a failed call of some minutes ago."""
    call = Call(
        UUID(int=number),
        datetime.now(UTC) - timedelta(minutes=number),
        "Hugging Face",
        HOST,
        CLIP,
        Purpose.SEARCH,
        outcome,
        0.2,
        reached=True,
        status=503,
        request_id=f"Root=1-{number:04}",
        detail="Model is currently loading",
    )
    return replace(call, **changes)


@dataclass
class PlayedMonitoring:
    """Says what it is told to; `error` is raised by all but the trial."""

    state: Now = field(default_factory=working)
    allowances: Quota = field(default_factory=quota)
    failed: Sequence[Call] = ()
    more_failed: int = 0
    trials: Trial | None = None
    empty: bool = False
    people: Mapping[str, int] = field(default_factory=lambda: {"Anna": 1_200, "Boris": 713})
    drift: Drift | None = None
    other: Beside | None = None
    error: LikenessError | None = None
    asked: list[Span] = field(default_factory=list)

    def now(self) -> Now:
        """Return the state."""
        return self._or_error(lambda: self.state)

    def beside(self, _: Span) -> Beside | None:
        """Return the model beside the active one."""
        return self.other

    def quota(self) -> Quota:
        """Return the quota."""
        return self._or_error(lambda: self.allowances)

    def why(self, call: Call) -> Why:
        """Return what the row itself says."""
        return Why(
            call.outcome, {"host": call.host, "status": call.status or 0, "setting": "TOKEN"}
        )

    def latency(self, span: Span) -> Latency:
        """Return a warm model with a few cold starts."""
        self.asked.append(span)
        steps, bins = len(span.buckets), len(DISPLAY_EDGES) - 1
        if self.empty:
            none = Split(None, None, None)
            return Latency(
                NOBODY, NOBODY, none, span.buckets, [NOBODY] * steps, [none] * steps,
                DISPLAY_EDGES, [0] * bins, 0, None, [0] * bins, [0] * steps,
            )  # fmt: skip
        warm = [max(0, 900 - 60 * abs(n - bins // 2)) for n in range(bins)]
        cold = [0] * (bins - 4) + [3, 2, 2, 0]
        course = [
            Percentiles(40, 1.2 + 0.02 * (n % 9), 2.0, 2.3 + 0.1 * (n % 5), 3.0)
            if n % 7
            else NOBODY
            for n in range(steps)
        ]
        return Latency(
            Percentiles(19_512, 1.284, 1.911, 2.36, 3.94, exact=False),
            Percentiles(18_000, 1.3, 2.0, 2.4, 4.0),
            Split(1.284, 0.024, 0.011),
            span.buckets,
            course,
            [Split(1.2 + 0.02 * (n % 9), 0.03, 0.012) for n in range(steps)],
            DISPLAY_EDGES,
            warm,
            7,
            41.2,
            cold,
            [1 if n in {3, steps - 4} else 0 for n in range(steps)],
        )

    def outcomes(self, span: Span) -> Outcomes:
        """Return mostly good calls."""
        steps = len(span.buckets)
        if self.empty:
            return Outcomes(span.buckets, {}, [], 0, 0, 0, [], CLOSED, [])
        by_bucket = {
            "ok": [30 + 5 * (n % 6) for n in range(steps)],
            "remembered": [6 + n % 3 for n in range(steps)],
            "model_waking": [3 if n % 11 == 0 else 0 for n in range(steps)],
            "rate_limited": [4 if n % 13 == 0 else 0 for n in range(steps)],
            "encoder_unreachable": [9 if 20 <= n < 22 else 0 for n in range(steps)],
        }
        statuses = {"ok": 200, "model_waking": 503, "rate_limited": 429}
        totals = [OutcomeCount(k, statuses.get(k), sum(v)) for k, v in by_bucket.items()]
        totals.sort(key=lambda total: -total.calls)
        calls = sum(total.calls for total in totals if total.outcome != "remembered")
        failed, found = len(self.failed) + self.more_failed, troubles(self.failed)
        paused = pauses(self.breaker_changes(span))
        return Outcomes(span.buckets, by_bucket, totals, calls, 41, failed, found, CLOSED, paused)

    def failures(self, span: Span) -> Sequence[Call]:
        """Return what failed, one by one."""
        self.asked.append(span)
        return self.failed

    def breaker_changes(self, span: Span) -> list[BreakerChange]:
        """Return seven pauses of half a minute in each of which two calls went through."""
        second, found = timedelta(seconds=1), list[BreakerChange]()
        for at in (span.since + number * timedelta(minutes=5) for number in range(7)):
            tries = at + 30 * second
            opened = BreakerChange(
                at, "web-1:412", HOST, BreakerState.OPEN, tries, "encoder_unreachable"
            )
            probing = replace(opened, at=tries, state=BreakerState.PROBING, until=None)
            again = replace(opened, at=at + 31 * second, until=at + 61 * second)
            probed = replace(probing, at=at + 61 * second)
            closed = BreakerChange(at + 90 * second, "web-1:412", HOST, BreakerState.CLOSED)
            found += [opened, probing, again, probed, closed]
        return found[::-1]

    def searches(self, span: Span) -> SearchFigures:
        """Return searches that mostly find something."""
        steps = len(span.buckets)
        if self.empty:
            zeros = [0] * steps
            return SearchFigures(
                0, 0, 0, 0, None, span.buckets, zeros, zeros, [None] * steps, {}, {}, []
            )
        name = {"en": "T-shirt <b>*blue*</b>", "ru": "Футболка <b>*синяя*</b>"}
        top = [TopProduct(n, name, f"TS-{n:03}", "", 31 - n) for n in range(6)]
        return SearchFigures(
            1_913, 21, 402, 64, 3.0, span.buckets,
            [20 + n % 9 for n in range(steps)],
            [2 if n % 10 == 0 else 0 for n in range(steps)],
            [(0.61, 0.81 + 0.01 * (n % 4), 0.93) if n % 8 else None for n in range(steps)],
            {"page": 1_500, "api": 400, "command": 13},
            self.people,
            top,
            self.drift,
        )  # fmt: skip

    def trial(self, _: Report = silent) -> Trial:
        """Return the one that was prepared."""
        assert self.trials is not None
        return self.trials

    def _or_error(self, say: Callable[[], T]) -> T:
        if self.error is not None:
            raise self.error
        return say()

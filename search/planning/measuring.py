"""Measuring plans: how many of the nearest each finds, and how fast, on a sample of queries."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from search.planning.plans import (
    EXACT,
    MOST_EF_SEARCH,
    Inventory,
    Measured,
    Method,
    Plan,
    VectorIndex,
)
from search.store.plan_trials import Asking, PlanTrials
from search.vectors import Vector, VectorSpace

K: Final = 50
# As a search asks: several of the pictures may be one product's.
PICTURES: Final = 4 * K
MOST_QUERIES: Final = 100
# Where one exact answer takes a second, so many have to do.
LEAST_QUERIES: Final = 20
EXACT_SECONDS: Final = 8.0
# What a plan is given for the sample, however far it is from the target.
PLAN_SECONDS: Final = 12.0
_EF_SEARCH = (200, 300, 400, 600, 800, MOST_EF_SEARCH)
_PROBES_SHARES = (32, 16, 8, 4, 2, 1)

# Told the share that is done, 0 to 1.
Report = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class _Answers:
    """What one plan answered: distances a query, ascending, and seconds a query."""

    found: Sequence[Sequence[float]]
    seconds: Sequence[float]


def measure(
    trials: PlanTrials,
    space: VectorSpace,
    inventory: Inventory,
    *,
    target: float,
    pictures: int,
    now: Callable[[], datetime],
    report: Report,
    stopped: Callable[[], bool],
) -> list[Measured]:
    """Ask a sample of queries by every plan there is, looking farther until `target` is reached.

    `pictures` is how many there are. When `stopped` says so, what was measured until then is
    returned. The exact scan comes first: the others are held against it.
    """
    queries = list(trials.queries(space, MOST_QUERIES))
    if not queries:
        return []
    with trials.asking(space, inventory.pgvector) as asking:
        trial = _Trial(asking, queries, target, _Steps(report, 1 + len(inventory.usable)), stopped)
        found = [(EXACT, trial.exactly())]
        for index in inventory.usable:
            if not stopped():
                found.extend(trial.by(index))
        measured = [_sum_up(plan, answers, trial.exact, pictures, now()) for plan, answers in found]
    report(1.0)
    return measured


def parameters(index: VectorIndex) -> list[int]:
    """Return how far to look in an index, one step after the other."""
    if index.method is Method.HNSW:
        return list(_EF_SEARCH)
    return sorted({max(1, -(-index.lists // share)) for share in _PROBES_SHARES})


class _Steps:
    """Tells how far it is; every plan is one step."""

    def __init__(self, report: Report, steps: int) -> None:
        self._report = report
        self._steps = steps
        self._done = 0

    def next(self) -> None:
        self._done += 1
        self.within(0.0)

    def within(self, share: float) -> None:
        self._report(min((self._done + share) / self._steps, 1.0))


class _Trial:
    """Asks the same queries by one plan after the other."""

    def __init__(
        self,
        asking: Asking,
        queries: Sequence[Vector],
        target: float,
        steps: _Steps,
        stopped: Callable[[], bool],
    ) -> None:
        self.exact = _Answers((), ())
        self._asking = asking
        self._queries = queries
        self._target = target
        self._steps = steps
        self._stopped = stopped

    def exactly(self) -> _Answers:
        """Ask by the exact scan, as many queries as there is time for; the others are left out."""
        self._asking.ask(EXACT, self._queries[0], K)  # so that the table is in memory
        found, seconds = [], []
        start = time.monotonic()
        for number, query in enumerate(self._queries, 1):
            answer = self._asking.ask(EXACT, query, K)
            found.append(answer.distances)
            seconds.append(answer.seconds)
            self._steps.within(number / len(self._queries))
            enough = number >= LEAST_QUERIES and time.monotonic() - start > EXACT_SECONDS
            if enough or self._stopped():
                break
        self._queries = self._queries[: len(found)]
        self.exact = _Answers(found, seconds)
        return self.exact

    def by(self, index: VectorIndex) -> Iterator[tuple[Plan, _Answers]]:
        """Yield what an index answers, farther and farther, up to the target or the exact time.

        One that the server does not take, since it has another or none for the query, answers
        nothing: that is kept as well, or it would be tried for ever.
        """
        self._steps.next()
        tried = parameters(index)
        nearest = Plan.by(index, tried[0])
        if not self._asking.is_used(nearest):
            yield nearest, _Answers((), ())
            return
        self._ask(nearest)  # so that the index is in memory
        deadline = time.monotonic() + PLAN_SECONDS
        for number, parameter in enumerate(tried):
            plan = Plan.by(index, parameter)
            answers = self._ask(plan)
            yield plan, answers
            self._steps.within((number + 1) / len(tried))
            slower = np.median(answers.seconds) > np.median(self.exact.seconds)
            if slower or recall(answers.found, self.exact.found) >= self._target:
                return
            if self._stopped() or time.monotonic() > deadline:
                return

    def _ask(self, plan: Plan) -> _Answers:
        answers = [self._asking.ask(plan, query, PICTURES) for query in self._queries]
        return _Answers([one.distances[:K] for one in answers], [one.seconds for one in answers])


def recall(found: Sequence[Sequence[float]], true: Sequence[Sequence[float]]) -> float:
    """Return the share of the true nearest that were found, over all queries, by distances.

    Of pictures that are all as far as the farthest of the true ones, each is as good as the other:
    a shop that has one picture for many products loses nothing by another choice among them.
    """
    hits = sum(
        sum(distance <= nearest[-1] for distance in some[: len(nearest)])
        for some, nearest in zip(found, true, strict=True)
        if nearest
    )
    total = sum(len(nearest) for nearest in true)
    return hits / total if total else 1.0


def _sum_up(
    plan: Plan, answers: _Answers, exact: _Answers, pictures: int, now: datetime
) -> Measured:
    p50, p95 = np.percentile(answers.seconds or [0.0], [50, 95])
    return Measured(
        index_id=plan.index_id,
        parameter=plan.parameter,
        pictures=pictures,
        queries=len(answers.found),
        recall=recall(answers.found, exact.found) if answers.found else 0.0,
        p50=float(p50),
        p95=float(p95),
        measured_at=now,
    )

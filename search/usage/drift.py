"""Whether the best hits' similarity moved to another level and stayed there.

A model or a catalogue that was exchanged shows so: searches go on succeeding, and find less. What
is compared are stretches of time, each by the medians of its steps, weighted by their searches; the
stretch that stands out most is told, if it stands out enough.

How much chance alone moves a stretch is taken from how much neighbouring steps differ, in two
parts: one that many searches make smaller, and one that only many steps do, such as somebody's
afternoon with one odd thing. As with circular binary segmentation (Olshen et al., Biostatistics 5,
2004) a stretch is compared with all that lies around it, so that one that is over is found as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, pairwise
from math import sqrt
from typing import Final, NamedTuple

from search.usage.span import Span
from search.usage.views import Drift

# What passes sooner is somebody with odd photos, or a weekend, and no other model.
LASTING: Final = timedelta(days=2)
SEARCHES: Final = 50
# A cosine's difference that people notice; also in terms of how much searches differ anyway.
LEAST: Final = 0.03
OF_SPREAD: Final = 0.25
# In standard errors. So many because the stretch that stands out most of thousands is looked at.
CERTAIN: Final = 6.0
# Fewer steps do not tell how much they differ by chance.
STEPS: Final = 10
# Where a stretch begins and ends neighbours differ by more than chance.
_ENDS: Final = 2


class _Step(NamedTuple):
    """A step in which something was found: its median, p90 - p10, and how many searches."""

    since: datetime
    until: datetime
    median: float
    spread: float
    searches: int


def drift_of(
    span: Span,
    best: Sequence[tuple[float, float, float] | None],
    searches: Sequence[int],
) -> Drift | None:
    """Return the lasting change of a span that stands out most; None where nothing does.

    `best` are p10, p50 and p90 of the best hits' cosines, a step of the span each, `searches` how
    many there were. Before it, within it, and after it unless it lasts, lie more than two days and
    at least SEARCHES searches. On steady data one span in a hundred, at most, is said to drift.
    """
    steps = [
        _Step(since, until, found[1], found[2] - found[0], count)
        for (since, until), found, count in zip(pairwise(span.edges), best, searches, strict=True)
        if found is not None and count > 0
    ]
    if len(steps) < STEPS:
        return None
    sums = _Sums(steps)
    begin, end = max(_stretches(steps, sums), key=lambda stretch: sums.set_apart(*stretch))
    if not (_counts(steps, sums, 0, begin) and _counts(steps, sums, begin, end)):
        return None
    if not sums.differs(begin, end, max(LEAST, OF_SPREAD * sums.spread)):
        return None
    if sums.off(begin, end) <= CERTAIN * _Chance.of(steps).error(sums, begin, end):
        return None
    return Drift(
        since=steps[begin].since,
        until=steps[end - 1].until if end < len(steps) else None,
        before=sums.level(0, begin),
        after=sums.level(begin, end),
    )


class _Sums:
    """Levels of stretches, from sums up to each step."""

    def __init__(self, steps: Sequence[_Step]) -> None:
        self.steps = len(steps)
        self._searches = [0, *accumulate(step.searches for step in steps)]
        self._medians = [0.0, *accumulate(step.searches * step.median for step in steps)]
        spreads = sum(step.searches * step.spread for step in steps)
        self.spread = spreads / self._searches[-1]

    def searches(self, begin: int, end: int) -> int:
        return self._searches[end] - self._searches[begin]

    def level(self, begin: int, end: int) -> float:
        return (self._medians[end] - self._medians[begin]) / self.searches(begin, end)

    def around(self, begin: int, end: int) -> int:
        return self._searches[-1] - self.searches(begin, end)

    def off(self, begin: int, end: int) -> float:
        """Return how far a stretch is from all around it."""
        others = self._medians[-1] - self._medians[end] + self._medians[begin]
        return abs(self.level(begin, end) - others / self.around(begin, end))

    def set_apart(self, begin: int, end: int) -> float:
        """Return what of the sum of squares a stretch with a level of its own explains."""
        weight = self.searches(begin, end) * self.around(begin, end) / self._searches[-1]
        return weight * self.off(begin, end) ** 2

    def differs(self, begin: int, end: int, margin: float) -> bool:
        """Tell whether a stretch is so far from what is before and after it, to the same side."""
        inside = self.level(begin, end)
        away = [inside - self.level(0, begin)]
        if end < self.steps:
            away.append(inside - self.level(end, self.steps))
        return min(away) >= margin or max(away) <= -margin


class _Chance(NamedTuple):
    """Variances of a median by chance: of one search's, and what is added to every step's."""

    of_search: float
    of_step: float

    @classmethod
    def of(cls, steps: Sequence[_Step]) -> _Chance:
        """Take both from how much neighbours differ, as if it were all of the one or the other."""
        pairs = list(pairwise(steps))
        squares = [(one.median - other.median) ** 2 for one, other in pairs]
        weights = [1 / one.searches + 1 / other.searches for one, other in pairs]
        of_search = [square / weight for square, weight in zip(squares, weights, strict=True)]
        return cls(_mean_within(of_search), _mean_within(squares) / 2)

    def error(self, sums: _Sums, begin: int, end: int) -> float:
        """Return the standard error of how far a stretch is from all around it."""
        of_searches = 1 / sums.searches(begin, end) + 1 / sums.around(begin, end)
        of_steps = 1 / (end - begin) + 1 / (sums.steps - end + begin)
        return sqrt(self.of_search * of_searches + self.of_step * of_steps)


def _stretches(steps: Sequence[_Step], sums: _Sums) -> Iterator[tuple[int, int]]:
    """Yield, as steps [begin, end), what has something before it, and lasts or is over."""
    last = len(steps)
    ends = [end for end in range(2, last) if _counts(steps, sums, end, last)]
    for end in (*ends, last):
        yield from ((begin, end) for begin in range(1, end))


def _counts(steps: Sequence[_Step], sums: _Sums, begin: int, end: int) -> bool:
    lasts = steps[end - 1].until - steps[begin].since
    return lasts > LASTING and sums.searches(begin, end) >= SEARCHES


def _mean_within(squares: Sequence[float]) -> float:
    """Return the mean without the two largest, which may be the ends of a stretch."""
    kept = sorted(squares)[:-_ENDS]
    return sum(kept) / len(kept)

"""A lasting change of the best similarities is found, and none where there is none."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from search.usage.drift import drift_of
from search.usage.span import Span
from search.usage.views import Drift

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SINCE = datetime(2026, 11, 1, tzinfo=UTC)
SATURDAY = 5

Draw = Callable[[np.random.Generator, int], np.ndarray]  # so many best similarities


def usual(chance: np.random.Generator, count: int) -> np.ndarray:
    """Most searches find the product, some look for what is not there."""
    odd = chance.random(count) < 0.1
    return np.where(odd, chance.normal(0.5, 0.1, count), chance.normal(0.9, 0.04, count))


def spread(chance: np.random.Generator, count: int) -> np.ndarray:
    """Anything between half and all."""
    return chance.uniform(0.5, 1.0, count)


def moody(chance: np.random.Generator, count: int) -> np.ndarray:
    """Every step has a level of its own."""
    return chance.normal(0.85 + chance.normal(0, 0.02), 0.05, count)


def two_kinds(chance: np.random.Generator, count: int) -> np.ndarray:
    """Half of the photos are good ones, so that the middle one is of either kind."""
    good = chance.random(count) < 0.5
    return np.where(good, chance.normal(0.95, 0.02, count), chance.normal(0.6, 0.05, count))


def told(
    seed: int,
    draw: Draw,
    *,
    a_day: float,
    days: int = 30,
    step: timedelta = DAY,
    changes: tuple[float, float, float] = (0, 0, 0),
) -> Drift | None:
    """Draw a span's searches, with `changes` a level from a day until a day, and look for drift."""
    chance = np.random.default_rng(seed)
    edges = [SINCE + number * step for number in range(round(days * DAY / step) + 1)]
    first, last, difference = changes
    best, counts = list[tuple[float, float, float] | None](), list[int]()
    for edge in edges[:-1]:
        quiet = 0.1 if edge.weekday() >= SATURDAY else 1.0
        count = int(chance.poisson(a_day * quiet * (step / DAY)))
        found = draw(chance, count) + difference * (first <= (edge - SINCE) / DAY < last)
        low, middle, high = np.quantile(found, [0.1, 0.5, 0.9]) if count else (0.0, 0.0, 0.0)
        best.append((float(low), float(middle), float(high)) if count else None)
        counts.append(count)
    return drift_of(Span(edges), best, counts)


@pytest.mark.parametrize("draw", [usual, spread, moody, two_kinds])
@pytest.mark.parametrize(
    ("a_day", "days", "step"), [(600, 30, DAY), (40, 30, DAY), (60, 7, 6 * HOUR)]
)
def test_steady_searches_do_not_drift(draw: Draw, a_day: float, days: int, step: timedelta) -> None:
    """One span in a hundred, at most, is said to, however the similarities lie."""
    found = [told(seed, draw, a_day=a_day, days=days, step=step) for seed in range(100)]
    assert sum(drift is not None for drift in found) <= 1


@pytest.mark.parametrize("draw", [usual, moody])
@pytest.mark.parametrize("a_day", [600, 60])
def test_a_change_that_is_over_has_two_ends(draw: Draw, a_day: float) -> None:
    """From the step in which it began until the one in which all was as before, and how much."""
    drifts = [told(seed, draw, a_day=a_day, changes=(15, 22, -0.15)) for seed in range(20)]
    right = [
        drift
        for drift in drifts
        if drift is not None
        and (drift.since, drift.until) == (SINCE + 15 * DAY, SINCE + 22 * DAY)
        and drift.after - drift.before == pytest.approx(-0.15, abs=0.05)
    ]
    assert len(right) >= 18


def test_a_change_that_lasts_has_no_end() -> None:
    """For the better as well, and in a week's steps of six hours."""
    found = told(1, usual, a_day=600, changes=(20, 30, 0.1))
    assert found is not None
    assert (found.since, found.until) == (SINCE + 20 * DAY, None)
    assert found.after - found.before == pytest.approx(0.1, abs=0.01)
    week = told(1, usual, a_day=200, days=7, step=6 * HOUR, changes=(3, 7, -0.15))
    assert week is not None
    assert (week.since, week.until) == (SINCE + 3 * DAY, None)


def test_two_changes_are_told_by_the_larger() -> None:
    """A model that goes from bad to worse is no stretch that is over."""
    chance = np.random.default_rng(1)
    middle = [0.9] * 10 + [0.8] * 10 + [0.6] * 10
    medians = [level + chance.normal(0, 0.005) for level in middle]
    span = Span([SINCE + number * DAY for number in range(31)])
    found = drift_of(span, [(m - 0.05, m, m + 0.05) for m in medians], [100] * 30)
    assert found is not None
    assert (found.since, found.until) == (SINCE + 20 * DAY, None)


@pytest.mark.parametrize(
    ("changes", "a_day", "days"),
    [
        ((24, 26, -0.15), 600, 30),  # two days are no other model
        ((15, 22, -0.02), 600, 30),  # nobody sees that
        ((15, 22, -0.15), 4, 30),  # too few searches
        ((4, 8, -0.15), 600, 8),  # too few steps
    ],
)
def test_what_is_short_small_or_rare_is_not_told(
    changes: tuple[float, float, float], a_day: float, days: int
) -> None:
    """Better silent than wrong."""
    assert told(3, usual, a_day=a_day, days=days, changes=changes) is None


def test_levels_that_never_vary_differ_for_certain() -> None:
    """Where chance moves nothing, a step needs no searches to prove it; nor does none drift."""
    span = Span([SINCE + number * DAY for number in range(13)])
    flat = [(0.8, 0.9, 0.95)] * 12
    assert drift_of(span, flat, [50] * 12) is None
    found = drift_of(span, [*flat[:6], *[(0.6, 0.7, 0.75)] * 6], [50] * 12)
    assert found is not None
    assert (found.since, found.until) == (SINCE + 6 * DAY, None)
    assert (found.before, found.after) == pytest.approx((0.9, 0.7))
    assert drift_of(span, [None] * 12, [0] * 12) is None

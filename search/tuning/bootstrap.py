"""How far figures would move with other photos.

Photos are resampled and never pairs: the products of one photo stand or fall together, and taking
13,000 pairs of one photo for independent would make every band far too narrow (Field and Welsh
2007, "Bootstrapping clustered data"). Precision, recall and F-beta are ratios of two sums over
photos, and are all bounded in one way: see `resampling`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from search.tuning.figures import checked_beta
from search.tuning.resampling import OnProgress, intervals, quiet
from search.tuning.scales import BINS, Floats, Integers
from search.tuning.tallies import Tallies, passing

RESAMPLES: Final = 1000
SEED: Final = 20261
# Nothing varies between fewer photos.
LEAST: Final = 2


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Bounds at every threshold, each [201] in [0, 1]; NaN where the figure itself is undefined.

    With a chance of about `level` the figure over all photos that might have been taken lies
    between its bounds, at each threshold by itself.
    """

    level: float
    precision_low: Floats
    precision_high: Floats
    recall_low: Floats
    recall_high: Floats
    f_beta_low: Floats
    f_beta_high: Floats


class Figure(StrEnum):
    """What a lower bound is found for."""

    PRECISION = "precision"
    RECALL = "recall"


def bands(
    tallies: Tallies,
    *,
    beta: float = 1.0,
    resamples: int = RESAMPLES,
    level: float = 0.90,
    seed: int = SEED,
    on_progress: OnProgress = quiet,
) -> Bands:
    """Compute bands for precision, recall and F-beta by a bootstrap over photos.

    `level` lies in (0, 1); the same seed gives the same bands; progress is reported with each
    batch. All NaN with fewer than two photos. Where tallies are estimates, their weights are taken
    as given. Raises ValueError for a beta or a level out of range.
    """
    squared = checked_beta(beta) ** 2
    _check_chance(level)
    lines = _lines(tallies)
    if tallies.photos < LEAST or not lines.size:
        return Bands(level, *np.full((6, BINS), np.nan))
    found, accepted, matches = _passing(tallies, lines)
    # Without any match F-beta would be 0 of something: nothing of nothing leaves it undefined.
    compared = accepted + squared * matches if matches.any() else np.zeros_like(accepted)
    bounds = intervals(
        np.hstack([found, found, np.minimum((1 + squared) * found, compared)]),
        np.hstack([accepted, matches, compared]),
        level=level,
        resamples=resamples,
        seed=seed,
        on_progress=on_progress,
    )
    low, high = (
        np.where(bounds.has_spread, studentised, one_more).reshape(3, -1)[:, _place(lines)]
        for studentised, one_more in (
            (bounds.studentised.low, bounds.one_more.low),
            (bounds.studentised.high, bounds.one_more.high),
        )
    )
    return Bands(level, low[0], high[0], low[1], high[1], low[2], high[2])


def lower_bound(
    tallies: Tallies,
    figure: Figure,
    confidence: float,
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> Floats:
    """Return [201] what a figure reaches at each threshold with a confidence in (0.5, 1).

    The lower of the two kinds of bound: a promise is better kept than tight. With n photos of one
    size and no mistake it is about 1 - 2 / (n + 1) at 90 %, close to the exact binomial bound
    (Clopper and Pearson 1934), 0.1^(1/n). 0 where the figure is undefined and with fewer than two
    photos. Raises ValueError for a confidence out of range.
    """
    level = 2 * confidence - 1  # each of two ends fails in half of the cases
    _check_chance(level)
    lines = _lines(tallies)
    if tallies.photos < LEAST or not lines.size:
        return np.zeros(BINS)
    found, accepted, matches = _passing(tallies, lines)
    whole = accepted if figure is Figure.PRECISION else matches
    bounds = intervals(found, whole, level=level, resamples=resamples, seed=seed)
    lower = np.minimum(bounds.studentised.low, bounds.one_more.low)
    return np.nan_to_num(lower[_place(lines)], nan=0.0)


def _check_chance(chance: float) -> None:
    if not 0 < chance < 1:
        raise ValueError("a level lies between 0 and 1, a confidence between 0.5 and 1")


def _lines(tallies: Tallies) -> Integers:
    """Return the bins at which something changes: those that hold something, and the one above."""
    held = np.flatnonzero((tallies.matches + tallies.others).any(axis=0))
    return np.unique(np.minimum(np.append(held, held[-1:] + 1), BINS - 1))


def _place(lines: Integers) -> Integers:
    """Return [201] which of `lines` has the same figures as each threshold."""
    return np.minimum(np.searchsorted(lines, np.arange(BINS)), len(lines) - 1)


def _passing(tallies: Tallies, lines: Integers) -> tuple[Floats, Floats, Floats]:
    """Return [photos, lines]: matches accepted, products accepted, and all matches."""
    found = passing(tallies.matches)
    accepted = passing(tallies.matches + tallies.others)
    matches = np.broadcast_to(found[:, :1], found.shape)
    return found[:, lines], accepted[:, lines], matches[:, lines]

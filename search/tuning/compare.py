"""Which scale cuts best, on photos that its line was not chosen on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from search.tuning.bootstrap import RESAMPLES
from search.tuning.figures import checked_beta, f_beta
from search.tuning.holding_out import (
    FOLDS,
    NO_LINE,
    SEED,
    HeldOut,
    Outcome,
    best_f_beta,
    folds_of,
    hold_out,
    outcome,
)
from search.tuning.resampling import multiplicities
from search.tuning.scales import THRESHOLDS, Floats, Integers, Scale
from search.tuning.tallies import Tallies

# How sure the interval of a margin is.
LEVEL: Final = 0.90


@dataclass(frozen=True, slots=True)
class ScaleResult:
    """How well a scale cuts.

    `threshold` is its line of best F-beta on all photos, a whole hundredth; `held_out` tells about
    photos held out from the choice. `margin` is held-out F-beta less that of cosine, and
    `margin_low` to `margin_high` its 90 % interval; all are 0 for cosine itself.
    """

    scale: Scale
    threshold: float
    held_out: HeldOut
    margin: float
    margin_low: float
    margin_high: float


def compare(
    by_scale: Mapping[Scale, Tallies],
    *,
    beta: float = 1.0,
    folds: int = FOLDS,
    seed: int = SEED,
    resamples: int = RESAMPLES,
) -> tuple[ScaleResult, ...]:
    """Compare scales on the same photos, row by row, and in the same folds; in the order given.

    Margins come from a paired percentile bootstrap over photos: both scales meet the same resampled
    photos. Lines are not chosen anew in a resample. Empty where there is nothing to compare: fewer
    than two photos, or folds without which there is no match. Raises ValueError if cosine is
    missing, if the scales are not about the same number of photos, or for a beta that is not
    positive.
    """
    checked_beta(beta)
    if Scale.COSINE not in by_scale:
        raise ValueError("scales are compared with cosine")
    photos = by_scale[Scale.COSINE].photos
    if any(tallies.photos != photos for tallies in by_scale.values()):
        raise ValueError("scales are compared on the same photos")
    fold = folds_of(photos, folds, seed)
    lines = {
        scale: hold_out(tallies, lambda seen: best_f_beta(seen, beta), fold)
        for scale, tallies in by_scale.items()
    }
    kept = np.flatnonzero(np.all([line != NO_LINE for line in lines.values()], axis=0))
    best = {scale: best_f_beta(tallies, beta) for scale, tallies in by_scale.items()}
    if not kept.size:
        return ()
    outcomes = {
        scale: outcome(tallies.select(kept), lines[scale][kept])
        for scale, tallies in by_scale.items()
    }
    drawn = np.random.default_rng(seed).integers(0, len(kept), (resamples, len(kept)))
    cosine = outcomes[Scale.COSINE]
    return tuple(
        _result(scale, line, outcomes[scale], cosine, beta=beta, drawn=drawn)
        for scale, line in best.items()
        if line is not None
    )


def winner(results: Sequence[ScaleResult]) -> ScaleResult:
    """Return the scale with the best held-out F-beta of those surely better than cosine.

    Surely: the whole interval of the margin lies above 0. Where there is none it is cosine, which
    is what people know. Raises ValueError without results.
    """
    better = [result for result in results if result.margin_low > 0]
    if better:
        return max(better, key=lambda result: result.margin)
    for result in results:
        if result.scale is Scale.COSINE:
            return result
    raise ValueError("cosine is among the results of a comparison")


def _result(
    scale: Scale, line: int, mine: Outcome, cosine: Outcome, *, beta: float, drawn: Integers
) -> ScaleResult:
    times = multiplicities(drawn, len(mine.found))
    margins = _f_beta(mine, times, beta) - _f_beta(cosine, times, beta)
    low, high = np.quantile(margins, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    figures = mine.figures(beta)
    margin = figures.f_beta - cosine.figures(beta).f_beta
    return ScaleResult(scale, float(THRESHOLDS[line]), figures, margin, float(low), float(high))


def _f_beta(seen: Outcome, times: Floats, beta: float) -> Floats:
    """Return [resamples]; 0 where a resample has no match."""
    return f_beta(times @ seen.found, times @ seen.accepted, times @ seen.matches, beta, 0.0)

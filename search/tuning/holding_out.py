"""What a rule for choosing a line does to photos that it did not see."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from search.tuning.figures import f_beta, precision, recall
from search.tuning.scales import BINS, Floats, Integers
from search.tuning.tallies import Tallies, passing

FOLDS: Final = 5
SEED: Final = 20262
# Stands for the line of a photo that was held out from a choice that found none.
NO_LINE: Final = -1

Choose = Callable[[Tallies], int | None]
"""A rule: from tallies to the bin that the line is put at, or None."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Figures pooled over photos that their line was not chosen on; NaN where undefined.

    `accepted` is the mean number of products accepted a photo, `photos` how many photos there are:
    fewer than all if too few were left in some folds to choose a line on.
    """

    precision: float
    recall: float
    f_beta: float
    accepted: float
    photos: int


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """Per photo, [photos]: matches accepted, products accepted and all matches."""

    found: Floats
    accepted: Floats
    matches: Floats

    def figures(self, beta: float) -> HeldOut:
        """Return the figures of all photos together."""
        found, accepted, matches = (
            each.sum(keepdims=True) for each in (self.found, self.accepted, self.matches)
        )
        photos = len(self.found)
        return HeldOut(
            precision=precision(found, accepted).item(),
            recall=recall(found, matches).item(),
            f_beta=f_beta(found, accepted, matches, beta).item(),
            accepted=accepted.item() / photos if photos else math.nan,
            photos=photos,
        )


def folds_of(photos: int, folds: int = FOLDS, seed: int = SEED) -> Integers:
    """Deal photos into folds of nearly equal size, [photos] from 0 to folds - 1.

    The same for every scale and rule, so that they can be compared. Raises ValueError for fewer
    than two folds.
    """
    if folds < 2:  # noqa: PLR2004 - one part to choose on, one to look at
        raise ValueError("holding out takes two folds or more")
    return np.random.default_rng(seed).permutation(photos) % folds


def hold_out(tallies: Tallies, choose: Choose, fold: Integers) -> Integers:
    """Return each photo's line, [photos] of bins, chosen on the other folds; NO_LINE if none was.

    `fold` [photos] says which fold each photo is in.
    """
    lines = np.full(tallies.photos, NO_LINE)
    for number in np.unique(fold):
        line = choose(tallies.select(fold != number))
        lines[fold == number] = NO_LINE if line is None else line
    return lines


def outcome(tallies: Tallies, lines: Integers) -> Outcome:
    """Return what happens to photos with a line each, [photos]; those with NO_LINE are left out."""
    rows = np.flatnonzero(lines != NO_LINE)
    kept, at = tallies.select(rows), lines[rows]
    each = np.arange(len(rows))
    found = passing(kept.matches)[each, at]
    return Outcome(found, found + passing(kept.others)[each, at], kept.total_matches)


def best_f_beta(tallies: Tallies, beta: float) -> int | None:
    """Return the line of the best pooled F-beta; of equals the highest, which shows the least.

    None if nothing matches.
    """
    found = passing(tallies.matches.sum(axis=0))
    if not found[0]:
        return None
    accepted = found + passing(tallies.others.sum(axis=0))
    return highest_best(f_beta(found, accepted, found[:1], beta))


def least_cost(tallies: Tallies, cost: float) -> int:
    """Return the line of the least cost * wrong ones shown + matches missed; of equals the highest.

    Elkan 2001, "The foundations of cost-sensitive learning", for a cost that is counted.
    """
    found = passing(tallies.matches.sum(axis=0))
    wrong = passing(tallies.others.sum(axis=0))
    return highest_best(found - cost * wrong)


def highest_best(values: Floats) -> int:
    """Return where the greatest of [201] values stands, the last of them if there are several."""
    return BINS - 1 - int(np.argmax(values[::-1]))

"""Which line to choose, for what reason, and what it does to photos it was not chosen on."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from search.tuning.holding_out import (
    FOLDS,
    SEED,
    HeldOut,
    best_f_beta,
    folds_of,
    hold_out,
    least_cost,
    outcome,
)
from search.tuning.proving import Proof, prove_precision, prove_recall
from search.tuning.sampling import LEAST_PHOTOS, needed
from search.tuning.scales import THRESHOLDS, Integers
from search.tuning.tallies import Tallies

__all__ = [
    "LEAST_PHOTOS",
    "Goals",
    "HeldOut",
    "Obstacle",
    "Recommendation",
    "Rule",
    "recommend",
    "recommend_by_category",
]


class Rule(StrEnum):
    """What a line is chosen for."""

    F_BETA = "f_beta"
    PRECISION = "precision"
    RECALL = "recall"
    COST = "cost"
    TWO_LINES = "two_lines"


class Obstacle(StrEnum):
    """Why there is no recommendation."""

    TOO_FEW = "too_few"  # it takes `missing` more photos that were judged and have a match
    UNREACHABLE = "unreachable"  # no line keeps the promise; `best_reached` comes nearest
    ONE_CLASS = "one_class"  # nothing is known to match, or nothing is known not to


@dataclass(frozen=True, slots=True)
class Goals:
    """What the analyst wants.

    `beta` weighs recall against precision in F-beta, `precision` and `recall` in (0, 1) are to be
    reached with `confidence` in (0.5, 1), and a wrong product shown costs as much as `cost` matches
    missed. Raises ValueError for numbers outside these ranges.
    """

    beta: float = 1.0
    precision: float = 0.90
    recall: float = 0.90
    confidence: float = 0.90
    cost: float = 5.0

    def __post_init__(self) -> None:
        for weight in (self.beta, self.cost):
            if not (math.isfinite(weight) and weight > 0):
                raise ValueError("beta and cost are positive numbers")
        if not (0 < self.precision < 1 and 0 < self.recall < 1):
            raise ValueError("precision and recall to be reached lie between 0 and 1")
        if not 0.5 < self.confidence < 1:  # noqa: PLR2004 - a coin is as confident as that
            raise ValueError("a confidence lies between 0.5 and 1")


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A line, or the obstacle to one.

    `threshold` and `doubtful` are whole hundredths. Only two lines have a `doubtful` one: what lies
    from there to the threshold is shown as doubtful. `held_out` is about `threshold`, and None if
    there were too few photos to hold any out. `missing` and `best_reached` belong to `obstacle`.
    """

    rule: Rule
    threshold: float | None = None
    doubtful: float | None = None
    held_out: HeldOut | None = None
    obstacle: Obstacle | None = None
    missing: int = 0
    best_reached: float | None = None


def recommend(
    tallies: Tallies, goals: Goals, *, folds: int = FOLDS, seed: int = SEED
) -> tuple[Recommendation, ...]:
    """Return one recommendation for each rule, in the order of Rule.

    Best F-beta and least cost are those of all photos pooled; precision and recall are promised
    with a confidence, see `proving`. Of two lines the upper one is that of precision, and the lower
    one that of recall where it is lower. Held-out figures come from `folds` folds of photos: each
    fold's line is chosen, by the same rule, on the others.
    """
    fold = folds_of(tallies.photos, folds, seed)
    single = {
        rule: _recommend(tallies, rule, choose, goals.beta, fold)
        for rule, choose in _rules(goals).items()
    }
    shown, wide = single[Rule.PRECISION], single[Rule.RECALL].threshold
    is_lower = shown.threshold is not None and wide is not None and wide < shown.threshold
    both = replace(shown, rule=Rule.TWO_LINES, doubtful=wide if is_lower else None)
    return tuple({**single, Rule.TWO_LINES: both}[rule] for rule in Rule)


def recommend_by_category(
    tallies: Tallies, category_of_photo: Sequence[str], goals: Goals
) -> dict[str, Recommendation]:
    """Return the best F-beta among each category's photos, by category.

    `category_of_photo` names a category a photo; raises ValueError for another number of them.
    """
    if len(category_of_photo) != tallies.photos:
        raise ValueError("every photo has a category")
    names = np.array(category_of_photo, np.str_)
    found = {}
    for name in sorted(set(category_of_photo)):
        photos = tallies.select(names == name)
        fold = folds_of(photos.photos)
        choose = _rules(goals)[Rule.F_BETA]
        found[name] = _recommend(photos, Rule.F_BETA, choose, goals.beta, fold)
    return found


def _rules(goals: Goals) -> dict[Rule, Callable[[Tallies], Proof]]:
    """Return how each rule that draws one line chooses it."""
    return {
        Rule.F_BETA: lambda tallies: Proof(best_f_beta(tallies, goals.beta)),
        Rule.PRECISION: lambda tallies: prove_precision(tallies, goals.precision, goals.confidence),
        Rule.RECALL: lambda tallies: prove_recall(tallies, goals.recall, goals.confidence),
        Rule.COST: lambda tallies: Proof(least_cost(tallies, goals.cost)),
    }


def _recommend(
    tallies: Tallies,
    rule: Rule,
    choose: Callable[[Tallies], Proof],
    beta: float,
    fold: Integers,
) -> Recommendation:
    missing = needed(tallies)
    if tallies.photos >= LEAST_PHOTOS and not (tallies.matches.any() and tallies.others.any()):
        return Recommendation(rule, obstacle=Obstacle.ONE_CLASS, missing=missing)
    if missing:
        return Recommendation(rule, obstacle=Obstacle.TOO_FEW, missing=missing)
    found = choose(tallies)
    if found.missing:
        return Recommendation(rule, obstacle=Obstacle.TOO_FEW, missing=found.missing)
    if found.line is None:
        return Recommendation(rule, obstacle=Obstacle.UNREACHABLE, best_reached=found.reached)
    seen = outcome(tallies, hold_out(tallies, lambda others: choose(others).line, fold))
    return Recommendation(
        rule,
        threshold=float(THRESHOLDS[found.line]),
        held_out=seen.figures(beta) if len(seen.found) else None,
    )

"""Lines that keep a promise on other photos, with a stated confidence.

Learn then test (Angelopoulos, Bates, Candes, Jordan and Lei 2021, arXiv:2110.01052): "the figure at
this line is below the goal" is a hypothesis, lines are tested in an order that does not depend on
any label, and testing stops at the first that cannot be rejected (fixed sequence testing). Then the
chance that any line passed by mistake is at most 1 - confidence, however many were tried. The test
is the lower bound of a bootstrap over photos. MAPIE's controllers do the same with bounds for
independent samples; our pairs come in clusters, a photo each, so its bounds would be far too tight.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from search.tuning.bootstrap import Figure, lower_bound
from search.tuning.scales import Floats, Integers
from search.tuning.tallies import Tallies, passing


@dataclass(frozen=True, slots=True)
class Proof:
    """The bin of the line that keeps the promise, or why there is none.

    `missing` is how many more photos it takes before anything could be proved, 0 if there are
    enough; `reached` the greatest whole hundredth that could be proved instead, 0 if none could.
    """

    line: int | None
    missing: int = 0
    reached: float | None = None


def least_photos(goal: float, confidence: float) -> int:
    """Return how many photos without a mistake prove a share of `goal`, both in (0, 1).

    goal^n <= 1 - confidence, the exact binomial test: 22 for 0.90 at 90 %.
    """
    return math.ceil(math.log(1 - confidence) / math.log(goal))


def prove_precision(tallies: Tallies, goal: float, confidence: float) -> Proof:
    """Return the lowest line at which precision is proved to reach the goal.

    Of lines that accept the same products it is the highest. Testing goes down from the strictest
    line at which enough photos accept anything. There a single mistake may fail the goal, so where
    it costs little it also goes down from the line at which half of the photos accept something;
    each walk then gets half of the error that is allowed.
    """
    accepting = np.count_nonzero(passing(tallies.matches + tallies.others), axis=0)
    enough = least_photos(goal, confidence)
    if accepting[0] < enough:
        return Proof(None, missing=enough - int(accepting[0]))
    bounds = {
        certainty: lower_bound(tallies, Figure.PRECISION, certainty)
        for certainty in (confidence, (1 + confidence) / 2)
    }
    proved = _proved(accepting, bounds, goal, confidence)
    if proved is not None:
        accepted = passing((tallies.matches + tallies.others).sum(axis=0))
        return Proof(int(np.flatnonzero(accepted == accepted[proved])[-1]))
    lesser = (step / 100 for step in range(math.ceil(100 * goal) - 1, 0, -1))
    reached = (g for g in lesser if _proved(accepting, bounds, g, confidence) is not None)
    return Proof(None, reached=next(reached, 0.0))


def prove_recall(tallies: Tallies, goal: float, confidence: float) -> Proof:
    """Return the highest line at which recall is proved to reach the goal.

    Testing goes up from the lowest line, which needs no proof: everything passes it.
    """
    matched = int(np.count_nonzero(tallies.total_matches))
    enough = least_photos(goal, confidence)
    if matched < enough:
        return Proof(None, missing=enough - matched)
    failed = np.flatnonzero(lower_bound(tallies, Figure.RECALL, confidence) < goal)
    return Proof(max(int(failed[0]) - 1, 0) if failed.size else len(tallies.matches[0]) - 1)


def _proved(
    accepting: Integers, bounds: Mapping[float, Floats], goal: float, confidence: float
) -> int | None:
    """Return the lowest bin at which the goal is proved, from bounds by their confidence."""
    shared = (1 + confidence) / 2
    starts = [least_photos(goal, confidence)]
    if accepting[0] // 2 > least_photos(goal, shared):
        starts, confidence = [least_photos(goal, shared), int(accepting[0]) // 2], shared
    tested = [int(np.flatnonzero(accepting >= photos)[-1]) for photos in starts]
    lowest = [_lowest(bounds[confidence], start, goal) for start in tested]
    return min((line for line in lowest if line is not None), default=None)


def _lowest(bound: Floats, start: int, goal: float) -> int | None:
    """Walk down from a line while the bound holds; None if it fails at once."""
    failed = np.flatnonzero(bound[: start + 1] < goal)
    line = int(failed[-1]) + 1 if failed.size else 0
    return line if line <= start else None

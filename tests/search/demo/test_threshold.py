"""The line that is recommended on the demo's evaluation set, against the best there is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest

from search.tuning.curves import measure
from search.tuning.recommend import Goals, Recommendation, Rule, recommend
from search.tuning.scales import Floats, Scale, bin_of
from search.tuning.tallies import Tallies
from tests.benchmarks.scales import Collection, demo, on_scales, tallied

FORMER = 0.30


@pytest.fixture(scope="module")
def collection() -> Collection:
    """Read the pack's vectors, and which product each photo shows."""
    return demo()


def best_f1(tallies: Tallies) -> Recommendation:
    """Return the recommendation of the rule that takes the best F1."""
    return next(each for each in recommend(tallies, Goals()) if each.rule is Rule.F_BETA)


def brute_force(values: Floats, is_match: npt.NDArray[np.bool_]) -> tuple[float, float]:
    """Try every distinct value of any pair as the line; return the best one and its F1."""
    shown, matches = np.sort(values, axis=None), np.sort(values[is_match])
    lines = np.unique(values)
    passing = len(shown) - np.searchsorted(shown, lines)
    found = len(matches) - np.searchsorted(matches, lines)
    f1 = 2 * found / (passing + len(matches))
    return float(lines[f1.argmax()]), float(f1.max())


def test_the_recommended_line_beats_the_former_one(collection: Collection) -> None:
    """On photos that it was not chosen on, its F1 is far above that of 0.30 on all of them."""
    values = on_scales(collection.catalogue, collection.photos)
    tallies = tallied(values[Scale.COSINE], collection.truth)
    recommended = best_f1(tallies)
    assert recommended.held_out is not None
    assert measure(tallies).f_beta[bin_of(FORMER)] < 0.01
    assert recommended.held_out.f_beta > 0.35


@pytest.mark.parametrize("scale", Scale)
def test_the_recommended_line_is_the_best_there_is(collection: Collection, scale: Scale) -> None:
    """Within a hundredth of the best of all values, and hardly worse in what it finds."""
    values = on_scales(collection.catalogue, collection.photos)[scale]
    line, f1 = brute_force(values, collection.truth)
    tallies = tallied(values, collection.truth)
    recommended = best_f1(tallies).threshold
    assert recommended is not None
    assert abs(recommended - line) <= 0.01
    assert measure(tallies).f_beta[bin_of(recommended)] == pytest.approx(f1, abs=0.015)

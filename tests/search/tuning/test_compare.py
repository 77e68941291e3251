"""Which scale wins, and when it does not."""

from __future__ import annotations

import math

import numpy as np
import pytest

from search.tuning.compare import ScaleResult, compare, winner
from search.tuning.holding_out import HeldOut, best_f_beta
from search.tuning.scales import BINS, THRESHOLDS, Scale
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import simulated


def steadied(tallies: Tallies, shift: int = 15) -> Tallies:
    """Return them with all matches so many hundredths further up."""
    return Tallies(np.roll(tallies.matches, shift, axis=1), tallies.others)


def test_a_scale_that_separates_better_wins() -> None:
    """Its margin on held-out photos lies surely above 0."""
    cosine = simulated(np.random.default_rng(31), 80, apart=0.2)
    results = compare({Scale.COSINE: cosine, Scale.CENTRED: steadied(cosine)})
    assert [result.scale for result in results] == [Scale.COSINE, Scale.CENTRED]
    first, second = results
    assert (first.margin, first.margin_low, first.margin_high) == (0, 0, 0)
    assert second.margin == pytest.approx(second.held_out.f_beta - first.held_out.f_beta)
    assert 0 < second.margin_low < second.margin < second.margin_high
    assert first.threshold == THRESHOLDS[best_f_beta(cosine, 1.0) or 0]
    assert winner(results) is second


def test_cosine_stays_where_nothing_is_surely_better() -> None:
    """A scale that moves every value by a hundredth changes no figure, and so does not win."""
    cosine = simulated(np.random.default_rng(32), 60)
    moved = Tallies(np.roll(cosine.matches, -1, axis=1), np.roll(cosine.others, -1, axis=1))
    results = compare({Scale.RELATIVE: moved, Scale.COSINE: cosine})
    assert results[0].margin == 0
    assert results[0].held_out == results[1].held_out
    assert winner(results).scale is Scale.COSINE


def test_of_several_better_scales_the_best_wins() -> None:
    """The one with the greatest margin among those that are surely better."""
    held = HeldOut(0.9, 0.9, 0.9, 3.0, 50)
    results = [
        ScaleResult(Scale.COSINE, 0.7, held, 0.0, 0.0, 0.0),
        ScaleResult(Scale.CENTRED, 0.4, held, 0.05, 0.01, 0.09),
        ScaleResult(Scale.RELATIVE, 0.9, held, 0.08, -0.01, 0.20),
    ]
    assert winner(results).scale is Scale.CENTRED
    with pytest.raises(ValueError, match="cosine"):
        winner([])


def test_the_margin_pairs_photos() -> None:
    """Photos that are hard on both scales do not blur the margin: it is narrower than unpaired."""
    cosine = simulated(np.random.default_rng(33), 80, apart=0.2)
    _, other = compare({Scale.COSINE: cosine, Scale.CENTRED: steadied(cosine, 5)})
    alone = simulated(np.random.default_rng(34), 80, apart=0.25)
    _, unpaired = compare({Scale.COSINE: cosine, Scale.CENTRED: alone})
    assert other.margin_high - other.margin_low < unpaired.margin_high - unpaired.margin_low


@pytest.mark.parametrize("photos", [0, 1])
def test_without_enough_photos_there_is_nothing_to_compare(photos: int) -> None:
    """No photo, or one that cannot be held out: no result, and no warning."""
    few = simulated(np.random.default_rng(35), 5).select(np.arange(photos))
    assert compare({Scale.COSINE: few, Scale.CENTRED: few}) == ()


def test_without_matches_there_is_nothing_to_compare() -> None:
    """One class alone has no best line on any scale."""
    none = Tallies(np.zeros((30, BINS)), np.ones((30, BINS)))
    assert compare({Scale.COSINE: none, Scale.CENTRED: none}) == ()


def test_scales_are_compared_on_the_same_photos_and_with_cosine() -> None:
    """Other sets of photos, and a comparison with nothing, are refused."""
    some = simulated(np.random.default_rng(36), 30)
    with pytest.raises(ValueError, match="same photos"):
        compare({Scale.COSINE: some, Scale.CENTRED: some.select(np.arange(29))})
    with pytest.raises(ValueError, match="cosine"):
        compare({Scale.CENTRED: some})
    with pytest.raises(ValueError, match="positive"):
        compare({Scale.COSINE: some}, beta=math.nan)

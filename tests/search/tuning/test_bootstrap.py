"""Bands and lower bounds, held to what they promise by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from search.tuning.bootstrap import Bands, Figure, bands, lower_bound
from search.tuning.curves import measure
from search.tuning.resampling import multiplicities
from search.tuning.scales import BINS, bin_of
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import QUICK, Pairs, simulated, some_pairs

SETS = 500
PHOTOS = 80
# From a line that nearly everything passes to one that few photos reach.
LINES = [bin_of(threshold) for threshold in (0.50, 0.60, 0.65, 0.70, 0.75, 0.80)]
FIGURES = ("precision", "recall", "f_beta")


def alike(photos: int, right: int, wrong: int = 0) -> Tallies:
    """Return photos of which each has `right` matches at 0.80 and `wrong` others beside them."""
    matches, others = np.zeros((photos, BINS)), np.zeros((photos, BINS))
    matches[:, 180], others[:, 180] = right, wrong
    return Tallies(matches, others)


def test_bands_cover_the_truth_as_often_as_they_say() -> None:
    """Of 90 % bands over 500 sets of 80 unlike photos, 85 to 95 % hold the true value.

    More may where it is next to certain: there hardly a set has anything to tell it from certainty.
    """
    rng = np.random.default_rng(11)
    everyone = simulated(rng, 5000)
    truth = measure(everyone)
    true = np.stack([getattr(truth, name)[LINES] for name in FIGURES])
    held = np.zeros(true.shape)
    for number in range(SETS):
        taken = everyone.select(rng.integers(0, everyone.photos, PHOTOS))
        found = bands(taken, resamples=300, seed=number)
        low = np.stack([getattr(found, f"{name}_low")[LINES] for name in FIGURES])
        high = np.stack([getattr(found, f"{name}_high")[LINES] for name in FIGURES])
        held += (low <= true) & (true <= high)
    coverage = held / SETS
    assert (coverage >= 0.85).all(), coverage.round(3)
    assert (coverage[(true > 0.05) & (true < 0.95)] <= 0.95).all(), coverage.round(3)


def test_a_lower_bound_is_kept_as_often_as_it_says() -> None:
    """Of 90 % lower bounds over 300 sets hardly more than a tenth claim too much."""
    rng = np.random.default_rng(12)
    everyone = simulated(rng, 5000)
    truth = measure(everyone)
    kept = np.zeros((2, len(LINES)))
    for number in range(300):
        taken = everyone.select(rng.integers(0, everyone.photos, PHOTOS))
        for row, figure in enumerate(Figure):
            bound = lower_bound(taken, figure, 0.90, resamples=200, seed=number)
            kept[row] += bound[LINES] <= getattr(truth, figure)[LINES]
    assert (kept / 300 >= 0.86).all(), (kept / 300).round(3)


def test_whole_photos_are_resampled() -> None:
    """How often each photo was drawn gives the sums that drawing their rows would."""
    tallies = simulated(np.random.default_rng(1), 9)
    drawn = np.random.default_rng(2).integers(0, 9, (4, 9))
    times = multiplicities(drawn, 9)
    for row in range(4):
        expected = tallies.select(drawn[row]).others.sum(axis=0)
        assert times[row] @ tallies.others == pytest.approx(expected)


def test_products_of_one_photo_are_not_independent() -> None:
    """The same pairs spread over photos of their own give a narrower band."""
    rng = np.random.default_rng(3)
    bright = rng.random(40) < 0.5
    matches, others = np.zeros((40, BINS)), np.zeros((40, BINS))
    matches[bright, 180], others[~bright, 180] = 25, 25
    alone = np.repeat(bright, 25)
    spread = np.zeros((2, 1000, BINS))
    spread[0, alone, 180] = spread[1, ~alone, 180] = 1
    together, apart = bands(Tallies(matches, others)), bands(Tallies(spread[0], spread[1]))

    def width(found: Bands) -> float:
        return float(found.precision_high[180] - found.precision_low[180])

    assert width(together) > 3 * width(apart)


@QUICK
@given(some_pairs)
def test_bands_hold_the_figure_itself_and_are_undefined_with_it(pairs: Pairs) -> None:
    """Low is not above high, both lie in [0, 1], and NaN stands where the figure is NaN."""
    found, curves = bands(pairs.tallies, resamples=60), measure(pairs.tallies)
    for name in FIGURES:
        low, high = getattr(found, f"{name}_low"), getattr(found, f"{name}_high")
        figure = getattr(curves, name)
        assert (np.isnan(low) == np.isnan(figure)).all(), name
        assert (np.isnan(high) == np.isnan(figure)).all(), name
        known = ~np.isnan(figure)
        assert (low[known] >= 0).all()
        assert (low[known] <= high[known]).all()
        assert (high[known] <= 1).all()


def test_the_same_seed_gives_the_same_bands_and_progress_is_told() -> None:
    """Two people looking at one evaluation see one picture; progress ends at 1."""
    tallies = simulated(np.random.default_rng(4), 30)
    told: list[float] = []
    first = bands(tallies, resamples=120, on_progress=told.append)
    again = bands(tallies, resamples=120)
    np.testing.assert_array_equal(first.f_beta_low, again.f_beta_low)
    np.testing.assert_array_equal(first.precision_high, again.precision_high)
    assert told == sorted(told)
    assert len(told) > 1
    assert told[-1] == 1.0


@pytest.mark.parametrize("photos", [0, 1])
def test_one_photo_has_no_bands(photos: int) -> None:
    """Nothing varies between fewer than two photos, and nothing is proved by them."""
    tallies = alike(photos, right=3)
    assert np.isnan(bands(tallies).precision_low).all()
    assert np.isnan(bands(tallies).f_beta_high).all()
    assert not lower_bound(tallies, Figure.PRECISION, 0.9).any()


def test_photos_without_any_product_have_no_bands() -> None:
    """Photos that were never compared say nothing."""
    assert np.isnan(bands(alike(5, right=0)).recall_low).all()
    assert not lower_bound(alike(5, right=0), Figure.RECALL, 0.9).any()


def test_three_photos_without_a_mistake_prove_little() -> None:
    """The lower end stays far below 1, and comes nearer with more photos."""
    few, many = bands(alike(3, right=2)), bands(alike(100, right=2))
    assert few.precision_low[180] < 0.6
    assert 0.96 < many.precision_low[180] < 0.98
    assert few.precision_high[180] == many.precision_high[180] == 1.0


@pytest.mark.parametrize("photos", [20, 50, 200])
def test_faultless_photos_prove_what_the_binomial_test_says(photos: int) -> None:
    """Within two hundredths of the Clopper-Pearson bound."""
    for figure in Figure:
        bound = lower_bound(alike(photos, right=2), figure, 0.90)[180]
        assert bound == pytest.approx(0.1 ** (1 / photos), abs=0.02)


def test_more_confidence_claims_less() -> None:
    """A bound at 99 % is nowhere above one at 80 %, and neither above the figure."""
    tallies = simulated(np.random.default_rng(6), 60)
    careful = lower_bound(tallies, Figure.PRECISION, 0.99)
    bold = lower_bound(tallies, Figure.PRECISION, 0.80)
    assert (careful <= bold).all()
    assert (bold <= np.nan_to_num(measure(tallies).precision, nan=0.0) + 1e-9).all()


@pytest.mark.parametrize("chance", [0.0, 1.0, 1.5, math.nan])
def test_a_chance_out_of_range_is_refused(chance: float) -> None:
    """Neither certainty nor impossibility has a band."""
    with pytest.raises(ValueError, match="between 0 and 1"):
        bands(alike(5, right=1), level=chance)
    with pytest.raises(ValueError, match="between"):
        lower_bound(alike(5, right=1), Figure.RECALL, chance)

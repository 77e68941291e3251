"""From a value to the chance of a match."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from sklearn.isotonic import IsotonicRegression

from search.tuning.calibration import calibrate
from search.tuning.scales import BINS
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import QUICK, Pairs, some_pairs


@QUICK
@given(some_pairs.filter(lambda pairs: len(pairs.bin) > 0))
def test_the_chance_never_falls_and_is_that_of_all_pairs(pairs: Pairs) -> None:
    """Counting first gives what isotonic regression on pair by pair gives."""
    chance = calibrate(pairs.tallies)
    assert (np.diff(chance) >= 0).all()
    assert ((chance >= 0) & (chance <= 1)).all()
    naive = IsotonicRegression(out_of_bounds="clip").fit(pairs.bin, pairs.is_match)
    assert chance == pytest.approx(naive.predict(np.arange(BINS)))


def test_no_data_no_chance() -> None:
    """Without a pair nothing is claimed."""
    nothing = np.zeros((3, BINS))
    assert np.isnan(calibrate(Tallies(nothing, nothing))).all()


def test_one_class_has_one_chance() -> None:
    """Where everything matches the chance is 1 everywhere."""
    some = np.zeros((1, BINS))
    some[0, 170] = 2
    assert (calibrate(Tallies(some, np.zeros((1, BINS)))) == 1).all()
    assert (calibrate(Tallies(np.zeros((1, BINS)), some)) == 0).all()

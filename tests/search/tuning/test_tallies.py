"""Counting what is known."""

from __future__ import annotations

import math

import numpy as np
import pytest

from search.tuning.scales import BINS
from search.tuning.tallies import Tallies, passing, tally_complete


@pytest.mark.parametrize("wrong", [math.nan, math.inf, -1.0])
def test_numbers_that_count_nothing_are_refused(wrong: float) -> None:
    """NaN, infinity and negative numbers never get into a figure."""
    bad = np.zeros((2, BINS))
    bad[1, 7] = wrong
    with pytest.raises(ValueError, match="finite and not negative"):
        Tallies(bad, np.zeros((2, BINS)))
    with pytest.raises(ValueError, match="finite and not negative"):
        Tallies(np.zeros((2, BINS)), bad)


def test_other_shapes_are_refused() -> None:
    """Tallies have 201 bins, and matches and others are about the same photos."""
    with pytest.raises(ValueError, match="201 bins"):
        Tallies(np.zeros((2, 200)), np.zeros((2, 200)))
    with pytest.raises(ValueError, match="201 bins"):
        Tallies(np.zeros(BINS), np.zeros(BINS))
    with pytest.raises(ValueError, match="same photos"):
        Tallies(np.zeros((2, BINS)), np.zeros((3, BINS)))


def test_what_is_not_listed_is_no_match() -> None:
    """Complete truth turns counts of products into matches and others; a match may repeat a bin."""
    counts = np.zeros((2, BINS), np.int64)
    counts[0, [150, 180]] = 5, 3
    counts[1, 160] = 4
    tallies = tally_complete(counts, np.array([0, 0, 1]), np.array([180, 180, 160]))
    assert tallies.matches[0, 180] == 2
    assert tallies.others[0, [150, 180]].tolist() == [5, 1]
    assert tallies.others[1, 160] == 3
    assert tallies.total_matches.tolist() == [2, 1]


def test_more_matches_than_products_are_refused() -> None:
    """A match in a bin without a product means that the two belong to different scales."""
    with pytest.raises(ValueError, match="not negative"):
        tally_complete(np.zeros((1, BINS), np.int64), np.array([0]), np.array([180]))


def test_photos_are_selected_by_number_and_by_mask() -> None:
    """A repeated number counts its photo twice, as in a resample."""
    tallies = Tallies(np.arange(3.0)[:, None] * np.ones(BINS), np.zeros((3, BINS)))
    assert tallies.select(np.array([2, 2, 0])).matches[:, 0].tolist() == [2, 2, 0]
    assert tallies.select(np.array([True, False, True])).photos == 2


def test_passing_counts_a_bin_and_all_above() -> None:
    """A line at a bin keeps what lies in it."""
    tallied = np.zeros((1, BINS))
    tallied[0, [150, 180]] = 2, 3
    assert passing(tallied)[0, [0, 150, 151, 180, 181]].tolist() == [5, 5, 3, 3, 0]

"""Bins of times: percentiles taken from them, and the bars that are drawn."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.usage.latency import (
    BIN_EDGES,
    BINS,
    DISPLAY_EDGES,
    WIDTH,
    bars,
    bin_of,
    percentile_from_bins,
    percentile_of_values,
)

SECONDS = st.floats(0.001, 899.0)
SHARES = st.floats(0, 1)


def binned(times: list[float]) -> list[int]:
    """Count times in bins."""
    return np.bincount([bin_of(time) for time in times], minlength=BINS).tolist()  # type: ignore[no-any-return]


def test_bins_are_narrow_and_bars_are_made_of_whole_ones() -> None:
    """No bin is wider than 2 %, every edge of a bar is one of a bin, and bars reach 300 s."""
    assert all(low < high <= low * (1 + WIDTH) for low, high in pairwise(BIN_EDGES))
    assert set(DISPLAY_EDGES) <= set(BIN_EDGES)
    assert list(DISPLAY_EDGES) == sorted(DISPLAY_EDGES)
    assert DISPLAY_EDGES[-1] >= 300
    assert np.iinfo(np.int16).max > BINS


@given(st.lists(SECONDS, min_size=1, max_size=200), SHARES)
def test_a_percentile_from_bins_is_within_two_hundredths_of_the_true_one(
    times: list[float], share: float
) -> None:
    """Few times or many, alike or far apart: NumPy's percentile is not missed by more."""
    found = percentile_from_bins(binned(times), share)
    assert found == pytest.approx(np.quantile(times, share), rel=WIDTH)


def test_times_beyond_the_bins_are_the_last_edge() -> None:
    """What is shorter or longer than any edge counts, as the edge."""
    assert bin_of(0.0) == 0
    assert bin_of(5_000.0) == BINS - 1
    assert percentile_from_bins(binned([0.0]), 0.5) == pytest.approx(BIN_EDGES[0])
    assert percentile_from_bins(binned([5_000.0]), 0.5) == pytest.approx(BIN_EDGES[-1])


def test_nothing_has_no_percentile() -> None:
    """Without times or values there is no figure, and no error."""
    assert percentile_from_bins([0] * BINS, 0.5) is None
    assert percentile_of_values({}, 0.5) is None


@given(st.lists(st.integers(-50, 50), min_size=1), SHARES)
def test_a_percentile_of_counted_values_is_exact(values: list[int], share: float) -> None:
    """Values and how often each was there say as much as all of them."""
    found = percentile_of_values(Counter(values), share)
    assert found == pytest.approx(float(np.quantile(values, share)), abs=1e-9)


@given(st.lists(st.floats(0, 2_000)))
def test_bars_hold_every_time_once(times: list[float]) -> None:
    """A bar has the times between its edges; the outer ones also have what lies beyond."""
    edges = [0.0, *DISPLAY_EDGES[1:-1], np.inf]
    assert bars(binned(times)) == np.histogram(times, edges)[0].tolist()

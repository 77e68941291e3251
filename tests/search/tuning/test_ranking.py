"""Measures of order, against their definitions."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.tuning.ranking import rank_measures
from tests.search.tuning.made_up import QUICK


def naive(order: list[str], matches: set[str]) -> tuple[float, float, float, float, float]:
    """Compute AP, P@1, P@5, P@10 and nDCG@10 of one photo as the textbook does."""
    hits = [product in matches for product in order]
    precision = [sum(hits[:k]) / k for k in range(1, len(hits) + 1)]
    found = [share for share, hit in zip(precision, hits, strict=True) if hit]
    gain = sum(hit / math.log2(place + 2) for place, hit in enumerate(hits[:10]))
    ideal = sum(1 / math.log2(place + 2) for place in range(min(len(matches), 10)))
    at = [sum(hits[:k]) / k for k in (1, 5, 10)]
    return sum(found) / len(matches), at[0], at[1], at[2], gain / ideal


@QUICK
@given(
    st.lists(
        st.tuples(st.permutations([str(n) for n in range(14)]), st.sets(st.integers(0, 16))),
        min_size=1,
        max_size=5,
    )
)
def test_measures_are_means_over_photos_of_their_definitions(
    photos: list[tuple[list[str], set[int]]],
) -> None:
    """With all scores equal the order given is kept, and photos without a match are left out."""
    run = {str(n): [(product, 0.5) for product in order] for n, (order, _) in enumerate(photos)}
    matches = {str(n): {str(match) for match in found} for n, (_, found) in enumerate(photos)}
    told = rank_measures(run, matches)
    rows = [naive(order, {str(m) for m in found}) for order, found in photos if found]
    assert (told.photos, told.left_out) == (len(rows), len(photos) - len(rows))
    expected = [sum(column) / len(rows) for column in zip(*rows, strict=True)] or [math.nan] * 5
    found = (
        told.average_precision,
        told.precision_1,
        told.precision_5,
        told.precision_10,
        told.ndcg_10,
    )
    assert found == pytest.approx(expected, nan_ok=True)


def test_a_greater_score_comes_first() -> None:
    """Whatever the order in which products are listed; equal ones stay as they were."""
    told = rank_measures({"a": [("1", 0.2), ("9", 0.7), ("2", 0.7)]}, {"a": {"9"}})
    assert told.precision_1 == 1.0
    assert rank_measures({"a": [("2", 0.7), ("9", 0.7)]}, {"a": {"9"}}).precision_1 == 0.0


def test_a_short_run_and_an_empty_one_find_what_they_find() -> None:
    """Matches that are not in the run count as never found."""
    told = rank_measures({"a": [("1", 0.9)], "b": []}, {"a": ["1", "2"], "b": ["3"]})
    assert told.average_precision == pytest.approx(0.25)
    assert told.precision_5 == pytest.approx(0.1)
    assert told.photos == 2


def test_matches_of_photos_outside_the_run_are_not_counted() -> None:
    """Only photos that were searched with are ranked."""
    told = rank_measures({"a": [("1", 0.9)]}, {"a": ["1"], "z": ["7"]})
    assert (told.average_precision, told.photos, told.left_out) == (1.0, 1, 0)


def test_no_match_no_measure() -> None:
    """Without a photo that has a match every measure is undefined."""
    told = rank_measures({"a": [("1", 0.9)]}, {})
    assert math.isnan(told.ndcg_10)
    assert (told.photos, told.left_out) == (0, 1)
    assert rank_measures({}, {}).photos == 0


def test_scores_that_order_nothing_are_refused() -> None:
    """NaN, and a product in two places."""
    with pytest.raises(ValueError, match="number"):
        rank_measures({"a": [("1", math.nan)]}, {"a": ["1"]})
    with pytest.raises(ValueError, match="one place"):
        rank_measures({"a": [("1", 0.3), ("1", 0.2)]}, {"a": ["1"]})

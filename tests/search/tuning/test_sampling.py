"""Dealing pairs to be judged, and undoing what dealing did, held to the truth by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest

from search.tuning.curves import measure
from search.tuning.sampling import (
    LEAST_PHOTOS,
    Band,
    allocate,
    bands_of,
    estimate,
    measured_from,
    needed,
)
from search.tuning.scales import BINS, Floats, Integers, bin_of
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import simulated

TRUTH = simulated(np.random.default_rng(41), 40, products=60, apart=0.25)
COUNTS: Integers = (TRUTH.matches + TRUTH.others).astype(np.int64)
LINE = bin_of(0.70)


def all_pairs() -> tuple[Integers, Integers, Floats]:
    """Return every pair's photo and bin, and 1.0 where it matches."""
    rows = []
    for tallied, is_match in ((TRUTH.matches, 1.0), (TRUTH.others, 0.0)):
        photo, bin_of_pair = np.nonzero(tallied)
        times = tallied[photo, bin_of_pair].astype(np.int64)
        of_match = np.full(len(photo), is_match)
        rows.append(np.repeat(np.stack([photo, bin_of_pair, of_match]), times, axis=1))
    photo, bin_of_pair, of_match = np.hstack(rows)
    return photo.astype(np.int64), bin_of_pair.astype(np.int64), of_match


PHOTO, BIN, IS_MATCH = all_pairs()


def deal(cards: int, rng: np.random.Generator, edges: Integers) -> Integers:
    """Deal cards as the assistant does: a band by `allocate`, then any pair of it by lot."""
    band_of_pair = np.searchsorted(edges, BIN, side="right") - 1
    left = [list(rng.permutation(np.flatnonzero(band_of_pair == k))) for k in range(len(edges) - 1)]
    dealt: list[int] = []
    judged, matching = np.zeros(len(left), np.int64), np.zeros(len(left), np.int64)
    products = [len(each) for each in left]
    for _ in range(cards):
        bands = [
            Band(int(edges[k]), int(edges[k + 1]), products[k], int(judged[k]), int(matching[k]))
            for k in range(len(left))
        ]
        band = allocate(bands, LINE, rng)
        assert band is not None
        pair = left[band].pop()
        judged[band] += 1
        matching[band] += int(IS_MATCH[pair])
        dealt.append(pair)
    return np.array(dealt)


def estimated(pairs: Integers, edges: Integers) -> Tallies:
    """Estimate the tallies from some pairs."""
    return estimate(COUNTS, edges, PHOTO[pairs], BIN[pairs], IS_MATCH[pairs] > 0)[0]


def test_what_is_estimated_from_dealt_cards_is_right_on_average() -> None:
    """Over 60 dealings of 200 of 2,500 pairs, recall, precision and all matches are unbiased."""
    rng, edges = np.random.default_rng(42), bands_of(COUNTS)
    truth = measure(TRUTH)
    rows = []
    for _ in range(60):
        found = measure(estimated(deal(200, rng, edges), edges))
        rows.append([found.true_positives[0], found.recall[LINE], found.precision[LINE]])
    mean, error = np.mean(rows, axis=0), np.std(rows, axis=0) / math.sqrt(len(rows))
    expected = [truth.true_positives[0], truth.recall[LINE], truth.precision[LINE]]
    # A ratio of estimates is biased by a little more than nothing, hence the hundredths.
    assert (np.abs(mean - expected) <= 3 * error + [1.0, 0.02, 0.02]).all(), (mean, expected, error)


def test_labels_from_above_the_line_alone_hide_what_lies_below() -> None:
    """The reason why cards are dealt below it: recall would always be 1, whatever it is."""
    rng, edges = np.random.default_rng(43), bands_of(COUNTS)
    above = rng.permutation(np.flatnonzero(LINE <= BIN))[:200]
    recall = measure(estimated(above, edges)).recall
    assert measure(TRUTH).recall[LINE] < 0.85
    assert recall[edges[np.searchsorted(edges, LINE)]] > 0.0
    assert recall[LINE] == 1.0


def test_judging_everything_gives_the_truth() -> None:
    """Every pair stands for itself, and every photo has its own tallies."""
    tallies, bands = estimate(COUNTS, bands_of(COUNTS), PHOTO, BIN, IS_MATCH > 0)
    np.testing.assert_array_equal(tallies.matches, TRUTH.matches)
    np.testing.assert_array_equal(tallies.others, TRUTH.others)
    assert all(band.weight == 1.0 for band in bands)


def test_estimates_add_up_to_the_catalogue_where_something_was_judged() -> None:
    """A band's weights sum to its products; a band that nobody judged is empty, and seen to be."""
    edges = np.array([0, 150, BINS])
    counts = np.zeros((2, BINS), np.int64)
    counts[:, 140], counts[:, 170] = 500, 10
    tallies, bands = estimate(
        counts, edges, np.array([0, 1]), np.array([170, 170]), np.array([True, False])
    )
    assert bands == (Band(0, 150, 1000, 0, 0), Band(150, BINS, 20, 2, 1))
    assert math.isnan(bands[0].weight)
    assert bands[1].weight == 10
    assert (tallies.matches.sum(), tallies.others.sum()) == (10, 1010)
    assert measure(tallies).precision[150] == 0.5


def test_what_passes_is_known_whatever_was_judged() -> None:
    """The cells of the matrix add up to the catalogue, as the sentence above them says."""
    rng, edges = np.random.default_rng(44), bands_of(COUNTS)
    found = measure(estimated(rng.permutation(np.flatnonzero(LINE <= BIN))[:60], edges))
    passing_products = np.cumsum(COUNTS.sum(axis=0)[::-1])[::-1]
    shown = found.true_positives + found.false_positives
    hidden = found.false_negatives + found.true_negatives
    np.testing.assert_allclose(shown + hidden, COUNTS.sum())
    np.testing.assert_allclose(shown[edges[:-1]], passing_products[edges[:-1]])


def test_where_nothing_was_judged_is_told() -> None:
    """Below the lowest judged band no recall is known; with all judged there is no such line."""
    edges = bands_of(COUNTS)
    everything = estimate(COUNTS, edges, PHOTO, BIN, IS_MATCH > 0)[1]
    assert measured_from(everything) is None
    some = np.flatnonzero(edges[-3] <= BIN)
    bands = estimate(COUNTS, edges, PHOTO[some], BIN[some], IS_MATCH[some] > 0)[1]
    assert measured_from(bands) == edges[-3]
    nothing = estimate(COUNTS, edges, PHOTO[:0], BIN[:0], IS_MATCH[:0] > 0)[1]
    assert measured_from(nothing) == BINS


def test_pairs_need_all_their_parts() -> None:
    """A verdict without a pair is refused; no pair at all is no estimate."""
    none = np.zeros(0, np.int64)
    with pytest.raises(ValueError, match="every pair"):
        estimate(COUNTS, bands_of(COUNTS), none, none, np.ones(1, np.bool_))
    tallies, bands = estimate(COUNTS, bands_of(COUNTS), none, none, np.zeros(0, np.bool_))
    assert not tallies.matches.any()
    assert sum(band.judged for band in bands) == 0


def test_bands_are_narrow_where_the_best_products_are() -> None:
    """Edges follow the shares of pairs above them, and see no label."""
    counts = np.zeros((1, BINS), np.int64)
    counts[0, 100:200] = 1000
    counts[0, 190:200] = [40, 30, 10, 8, 6, 4, 4, 3, 2, 1]
    edges = bands_of(counts)
    above = np.array([counts[0, edge:].sum() / counts.sum() for edge in edges[1:-1]])
    assert (np.diff(above) < 0).all()
    assert above[-1] <= 0.001
    assert above[0] <= 0.3
    assert (edges[0], edges[-1]) == (0, BINS)


def test_bands_of_nothing_and_of_one_bin_are_one_band() -> None:
    """Where values cannot be told apart, nor can bands."""
    nothing = np.zeros((0, BINS), np.int64)
    assert bands_of(nothing).tolist() == [0, BINS]
    crowd = np.zeros((3, BINS), np.int64)
    crowd[:, 170] = 5
    assert bands_of(crowd).tolist() == [0, BINS]


def test_every_band_is_dealt_and_those_at_the_line_most() -> None:
    """Among bands alike in all else, the two beside the line get the most cards."""
    rng = np.random.default_rng(44)
    bands = [Band(low, low + 40, 1000, 10, 5) for low in range(0, 200, 40)]
    dealt = np.bincount([allocate(bands, 120, rng) or 0 for _ in range(3000)], minlength=5)
    assert dealt.min() > 3000 * 0.05
    assert dealt[[2, 3]].min() > 2 * dealt[[0, 1, 4]].max()


def test_the_bottom_of_the_scale_does_not_take_all_cards() -> None:
    """A band of half a million pairs, none of them a match, leaves most cards to the others."""
    rng = np.random.default_rng(45)
    bands = [
        Band(0, 150, 500_000, 20, 0),
        Band(150, 170, 5000, 20, 3),
        Band(170, BINS, 600, 20, 12),
    ]
    dealt = np.bincount([allocate(bands, 170, rng) or 0 for _ in range(1000)], minlength=3)
    assert 100 < dealt[0] < 700
    assert dealt[2] > 100


def test_a_band_that_is_all_judged_is_dealt_no_more() -> None:
    """And where all are, there is no card."""
    rng = np.random.default_rng(46)
    full, half = Band(0, 150, 10, 10, 1), Band(150, BINS, 10, 5, 1)
    assert {allocate([full, half], 160, rng) for _ in range(50)} == {1}
    assert allocate([full], 160, rng) is None
    assert allocate([], 160, rng) is None


def test_needed_counts_photos_that_have_a_match() -> None:
    """Photos without one do not help, and enough are enough."""
    matches, others = np.zeros((30, BINS)), np.ones((30, BINS))
    matches[:12, 170] = 1
    assert needed(Tallies(matches, others)) == LEAST_PHOTOS - 12
    assert needed(TRUTH) == 0

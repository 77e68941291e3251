"""Figures at every threshold, held to their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import (
    average_precision_score,
    precision_recall_curve,
    roc_auc_score,
    roc_curve,
)

from search.tuning.curves import measure, summarise
from search.tuning.scales import BINS, bins
from search.tuning.tallies import Tallies
from tests.search.tuning.made_up import QUICK, Pairs, both_classes, some_pairs, tallies_of

NOTHING = Tallies(np.zeros((0, BINS)), np.zeros((0, BINS)))


@QUICK
@given(some_pairs, st.sampled_from([0.5, 1.0, 2.0]))
def test_every_figure_is_what_counting_pair_by_pair_gives(pairs: Pairs, beta: float) -> None:
    """The cells, precision, recall, F-beta and fallout agree with a naive loop at every line."""
    curves = measure(pairs.tallies, beta)
    for line in (0, 100, *range(155, 175), BINS - 1):
        tp, fp, fn, tn = pairs.at(line)
        assert curves.true_positives[line] == tp
        assert curves.false_positives[line] == fp
        assert curves.false_negatives[line] == fn
        assert curves.true_negatives[line] == tn
        expected = {
            "precision": tp / (tp + fp) if tp + fp else math.nan,
            "recall": tp / (tp + fn) if tp + fn else math.nan,
            "fallout": fp / (fp + tn) if fp + tn else math.nan,
            "f_beta": math.nan,
        }
        if tp + fn:
            whole = (1 + beta**2) * tp + beta**2 * fn + fp
            expected["f_beta"] = (1 + beta**2) * tp / whole
        for name, value in expected.items():
            assert getattr(curves, name)[line] == pytest.approx(value, nan_ok=True), name


@QUICK
@given(some_pairs)
def test_cells_add_up_and_recall_only_falls(pairs: Pairs) -> None:
    """Every pair is in one cell at every line, and a stricter line never finds more."""
    curves = measure(pairs.tallies)
    cells = curves.true_positives + curves.false_positives
    cells = cells + curves.false_negatives + curves.true_negatives
    assert (cells == len(pairs.bin)).all()
    if pairs.is_match.any():
        assert (np.diff(curves.recall) <= 0).all()
        assert curves.recall[0] == 1.0
    assert (np.diff(curves.true_positives + curves.false_positives) <= 0).all()


@QUICK
@given(both_classes)
def test_points_and_areas_are_those_of_scikit_learn(pairs: Pairs) -> None:
    """Precision-recall and ROC points, average precision and area, on values in hundredths."""
    curves, summary = measure(pairs.tallies), summarise(pairs.tallies)
    precision, recall, at = precision_recall_curve(pairs.is_match, pairs.bin)
    assert curves.precision[at] == pytest.approx(precision[:-1])
    assert curves.recall[at] == pytest.approx(recall[:-1])
    fallout, found, lines = roc_curve(pairs.is_match, pairs.bin, drop_intermediate=False)
    at = lines[1:].astype(np.int64)
    assert curves.fallout[at] == pytest.approx(fallout[1:])
    assert curves.recall[at] == pytest.approx(found[1:])
    expected = average_precision_score(pairs.is_match, pairs.bin)
    assert summary.average_precision == pytest.approx(expected)
    assert summary.roc_auc == pytest.approx(roc_auc_score(pairs.is_match, pairs.bin))


def test_hundredths_cost_average_precision_little() -> None:
    """Against scikit-learn on the raw values of 20,000 pairs: two hundredths at most."""
    rng = np.random.default_rng(5)
    is_match = rng.random(20_000) < 0.03
    values = np.clip(rng.normal(np.where(is_match, 0.75, 0.5), 0.1), -1, 1)
    summary = summarise(tallies_of(np.zeros(20_000, np.int64), bins(values), is_match, 1))
    assert summary.average_precision == pytest.approx(
        average_precision_score(is_match, values), abs=0.02
    )
    assert summary.roc_auc == pytest.approx(roc_auc_score(is_match, values), abs=0.01)


def test_weights_count_as_repeats() -> None:
    """An estimated two and a half matches weigh two and a half times one."""
    matches, others = np.zeros((1, BINS)), np.zeros((1, BINS))
    matches[0, 170], others[0, 165], others[0, 171] = 2.5, 7.5, 2.5
    curves, summary = measure(Tallies(matches, others)), summarise(Tallies(matches, others))
    assert curves.precision[[160, 170]] == pytest.approx([0.2, 0.5])
    assert summary.average_precision == pytest.approx(0.5)
    assert summary.positives == 2.5


def test_without_judgements_nothing_is_claimed() -> None:
    """No photo at all: sums are 0 and every share is undefined, and nobody is warned of 0 / 0."""
    curves, summary = measure(NOTHING), summarise(NOTHING)
    assert not curves.true_positives.any()
    for name in ("precision", "recall", "f_beta", "fallout", "accepted_median"):
        assert np.isnan(getattr(curves, name)).all()
    assert math.isnan(summary.average_precision)
    assert math.isnan(summary.roc_auc)
    assert summary.photos == 0


def test_one_class_alone_has_no_area() -> None:
    """With matches only precision is 1 and fallout undefined; with none recall is undefined."""
    some = np.zeros((2, BINS))
    some[:, 170] = 3
    matches, others = Tallies(some, np.zeros((2, BINS))), Tallies(np.zeros((2, BINS)), some)
    assert measure(matches).precision[170] == 1.0
    assert np.isnan(measure(matches).fallout).all()
    assert np.isnan(measure(others).recall).all()
    assert np.isnan(measure(others).f_beta).all()
    assert measure(others).precision[170] == 0.0
    assert math.isnan(summarise(matches).average_precision)
    assert math.isnan(summarise(others).roc_auc)


def test_nothing_accepted_leaves_precision_open_and_f_beta_at_zero() -> None:
    """Above the best value every match is missed, which is no secret."""
    matches = np.zeros((1, BINS))
    matches[0, 170] = 1
    curves = measure(Tallies(matches, np.zeros((1, BINS))))
    assert math.isnan(curves.precision[171])
    assert (curves.recall[171], curves.f_beta[171]) == (0.0, 0.0)


def test_accepted_is_told_by_quantiles_over_photos() -> None:
    """Ten, fifty and ninety per cent of eleven photos that accept 0 to 10 products."""
    others = np.zeros((11, BINS))
    others[:, 150] = np.arange(11)
    curves = measure(Tallies(np.zeros((11, BINS)), others))
    found = (curves.accepted_low[150], curves.accepted_median[150], curves.accepted_high[150])
    assert found == (1, 5, 9)


def test_accepted_comes_from_the_catalogue_where_tallies_are_estimates() -> None:
    """Weights say nothing about one photo; what the catalogue holds is known."""
    counts = np.zeros((3, BINS), np.int64)
    counts[:, 150] = 7
    estimated = np.zeros((3, BINS))
    estimated[0, 150] = 21.0
    curves = measure(Tallies(np.zeros((3, BINS)), estimated), counts=counts)
    assert curves.accepted_low[150] == curves.accepted_high[150] == 7
    assert curves.false_positives[150] == 21.0


@pytest.mark.parametrize("beta", [0.0, -1.0, math.nan, math.inf])
def test_beta_is_a_positive_number(beta: float) -> None:
    """Everything else would weigh nothing."""
    with pytest.raises(ValueError, match="positive"):
        measure(NOTHING, beta)

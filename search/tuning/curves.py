"""Precision, recall and their kin at every threshold, pooled over photos."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from search.tuning.figures import checked_beta, f_beta, precision, ratio, recall
from search.tuning.scales import BINS, THRESHOLDS, Floats, Integers
from search.tuning.tallies import Tallies, passing

# Of the photos, a tenth accept fewer products than the low figure and a tenth more than the high.
QUANTILES = (0.10, 0.50, 0.90)


@dataclass(frozen=True, slots=True, eq=False)
class Curves:
    """Every array is [201], one entry a threshold; NaN where a figure is not defined.

    A product is positive if it lies at the threshold or above. The four cells of the confusion
    matrix are sums over photos, and precision, recall, F-beta (beta > 1 favours recall) and fallout
    (the share of non-matches accepted) are computed from these sums: every pair counts the same,
    whoever's photo it is (micro averages). `accepted_*` are the 10 %, 50 % and 90 % quantiles over
    photos of the number of products accepted.

    Recall against fallout, and precision against recall, are the points that scikit-learn's
    `roc_curve(drop_intermediate=False)` and `precision_recall_curve` give for values rounded down
    to hundredths, with repeats where a bin is empty and without their extra end point, (0, 0) and
    (0, 1): it belongs to a threshold that nothing reaches.
    """

    beta: float
    thresholds: Floats
    true_positives: Floats
    false_positives: Floats
    false_negatives: Floats
    true_negatives: Floats
    precision: Floats
    recall: Floats
    f_beta: Floats
    fallout: Floats
    accepted_low: Floats
    accepted_median: Floats
    accepted_high: Floats


@dataclass(frozen=True, slots=True)
class Summary:
    """Figures that need no threshold, both in [0, 1] and over pooled pairs; NaN with one class.

    `average_precision` is the area under the steps of precision against recall, `roc_auc` the
    chance that a match has a greater value than another product, ties counting half.
    `positives` is the number of matches, `photos` that of photos.
    """

    average_precision: float
    roc_auc: float
    positives: float
    photos: int


def measure(tallies: Tallies, beta: float = 1.0, counts: Integers | None = None) -> Curves:
    """Compute the curves. Raises ValueError unless beta is finite and positive.

    `counts` [photos, 201] are the catalogue's products by bin, for the quantiles of products
    accepted: give them where tallies are estimates, which are right in sum but not for one photo.
    """
    checked_beta(beta)
    accepted_each = passing(
        tallies.matches + tallies.others if counts is None else counts.astype(np.float64)
    )
    found, wrong = (passing(each.sum(axis=0)) for each in (tallies.matches, tallies.others))
    low, median, high = _quantiles(accepted_each)
    return Curves(
        beta=beta,
        thresholds=THRESHOLDS,
        true_positives=found,
        false_positives=wrong,
        # Everything passes the lowest threshold, so the first entry is the total. A sum of weights
        # may miss it by a rounding error: nothing is less than 0 for that.
        false_negatives=np.maximum(found[0] - found, 0.0),
        true_negatives=np.maximum(wrong[0] - wrong, 0.0),
        precision=precision(found, found + wrong),
        recall=recall(found, found[0]),
        f_beta=f_beta(found, found + wrong, found[0], beta),
        fallout=ratio(wrong, wrong[0]),
        accepted_low=low,
        accepted_median=median,
        accepted_high=high,
    )


def summarise(tallies: Tallies) -> Summary:
    """Compute average precision and the area under the ROC curve from values in hundredths."""
    from sklearn.metrics import (  # noqa: PLC0415 - slow to import, and seldom needed
        average_precision_score,
        roc_auc_score,
    )

    is_match = np.repeat([True, False], BINS)
    values = np.tile(np.arange(BINS), 2)
    weights = np.concatenate([tallies.matches.sum(axis=0), tallies.others.sum(axis=0)])
    known = weights > 0
    both = np.unique(is_match[known]).size > 1
    pairs = {"y_true": is_match[known], "y_score": values[known], "sample_weight": weights[known]}
    return Summary(
        average_precision=float(average_precision_score(**pairs)) if both else math.nan,
        roc_auc=float(roc_auc_score(**pairs)) if both else math.nan,
        positives=float(tallies.matches.sum()),
        photos=tallies.photos,
    )


def _quantiles(accepted: Floats) -> Floats:
    """Return [3, 201] the quantiles over photos of how many products each of them accepts."""
    if not len(accepted):
        return np.full((len(QUANTILES), BINS), math.nan)
    return np.quantile(accepted, QUANTILES, axis=0)

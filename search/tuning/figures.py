"""Precision, recall and F-beta from sums of counts of any shape; also of resampled sums."""

from __future__ import annotations

import math

import numpy as np

from search.tuning.scales import Floats


def ratio(part: Floats, whole: Floats, undefined: float = math.nan) -> Floats:
    """Return part / whole; both broadcast; `undefined` where the whole is 0."""
    part, whole = np.broadcast_arrays(part, whole)
    shares: Floats = np.full(whole.shape, undefined)
    np.divide(part, whole, out=shares, where=whole > 0)
    return shares


def precision(true_positives: Floats, accepted: Floats, undefined: float = math.nan) -> Floats:
    """Return the share of accepted products that match; undefined where none is accepted."""
    return ratio(true_positives, accepted, undefined)


def recall(true_positives: Floats, matches: Floats, undefined: float = math.nan) -> Floats:
    """Return the share of matches that are accepted; undefined where there is none."""
    return ratio(true_positives, matches, undefined)


def f_beta(
    true_positives: Floats,
    accepted: Floats,
    matches: Floats,
    beta: float,
    undefined: float = math.nan,
) -> Floats:
    """Return F-beta, (1 + b^2) TP / (accepted + b^2 matches); undefined where nothing matches.

    This is van Rijsbergen's (1 + b^2) P R / (b^2 P + R), put so that it is 0, and not undefined,
    where nothing is accepted.
    """
    squared = beta * beta
    whole = np.where(matches > 0, accepted + squared * matches, 0.0)
    return ratio((1 + squared) * true_positives, whole, undefined)


def checked_beta(beta: float) -> float:
    """Return beta. Raises ValueError unless it is finite and positive."""
    if not (math.isfinite(beta) and beta > 0):
        raise ValueError("beta is a positive number")
    return beta

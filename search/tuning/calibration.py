"""How likely a product is a match, given its value."""

from __future__ import annotations

import math

import numpy as np

from search.tuning.scales import BINS, Floats
from search.tuning.tallies import Tallies


def calibrate(tallies: Tallies) -> Floats:
    """Return P(match | value in bin b), [201] in [0, 1], never falling with the value.

    Isotonic regression (Zadrozny and Elkan 2002) of the class on the bin, all pairs pooled: of all
    curves that never fall, the one nearest to the share of matches in each bin, by squares weighted
    with the number of pairs. Straight lines join the bins that hold data, and the ends are level.
    All NaN without data.
    """
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415 - slow to import, seldom needed

    matches = tallies.matches.sum(axis=0)
    pairs = matches + tallies.others.sum(axis=0)
    held = np.flatnonzero(pairs > 0)
    if not held.size:
        return np.full(BINS, math.nan)
    curve = IsotonicRegression(y_min=0.0, y_max=1.0, out_of_bounds="clip")
    curve.fit(held, matches[held] / pairs[held], sample_weight=pairs[held])
    return np.asarray(curve.predict(np.arange(BINS)), np.float64)

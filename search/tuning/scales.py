"""The scales on which "similar" can be cut, and the hundredths into which all of them are counted.

Every scale has values in [-1, 1], larger is more alike, and is read in whole hundredths, so that
one axis, one slider and one rule for ties serve them all.
"""

from __future__ import annotations

import math
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# One bin a hundredth: as fine as a similarity is shown and as a slider steps.
BINS_PER_UNIT: Final = 100
BINS: Final = 2 * BINS_PER_UNIT + 1
# A float32 vector's similarity to itself may be 0.9999999: a millionth is forgiven.
FORGIVEN: Final = 1e-4
# Bin i holds values in [THRESHOLDS[i], THRESHOLDS[i] + 0.01); a line at THRESHOLDS[i] keeps it.
THRESHOLDS: Final[Floats] = np.arange(-BINS_PER_UNIT, BINS_PER_UNIT + 1) / BINS_PER_UNIT


class Scale(StrEnum):
    """How the likeness of a photo q and a product picture p becomes a number."""

    COSINE = "cosine"  # cos(q, p)
    CENTRED = "centred"  # cos(q - m, p - m), m the mean vector of the catalogue
    RELATIVE = "relative"  # 1 - (max over the catalogue of cos(q, .) - cos(q, p)): 1 is the best


def hundredths(value: float) -> int:
    """Whole hundredths of a value, rounded down: 0.747 is 74, and does not pass 0.75.

    The one rule for bins, cards and line: the number on a card never contradicts the side it is on.
    """
    return math.floor(value * BINS_PER_UNIT + FORGIVEN)


def reaches(value: float, line: float) -> bool:
    """Tell whether a value is on the upper side of a line, by their hundredths."""
    return hundredths(value) >= hundredths(line)


def relative(similarities: Floats, best: Floats | float) -> Floats:
    """Bring cosines to the relative scale: 1 less how far they are behind `best`, at least -1.

    `best` is the photo's greatest cosine in the catalogue, or an array that broadcasts.
    """
    return np.clip(1.0 - (np.asarray(best) - similarities), -1.0, 1.0)


def bins(values: npt.ArrayLike) -> Integers:
    """Return the bin, 0 to 200, of each value in [-1, 1]; the rule of `hundredths`.

    Raises ValueError for NaN, infinity, or a value outside the range.
    """
    numbers = np.asarray(values, dtype=np.float64)
    if not np.isfinite(numbers).all() or (np.abs(numbers) > 1 + 1e-6).any():
        raise ValueError("a value on a scale lies between -1 and 1")
    whole = np.floor(numbers * BINS_PER_UNIT + FORGIVEN).astype(np.int64)
    return np.clip(whole + BINS_PER_UNIT, 0, BINS - 1)


def bin_of(threshold: float) -> int:
    """Return the first bin that passes a threshold given in whole hundredths."""
    return round((threshold + 1) * BINS_PER_UNIT)

"""From a sample of the catalogue to all of it: how many products are how similar, and how surely.

Every product of the sample was drawn with the same chance and is counted by its best picture. The
best products of the whole catalogue are known without it: they are a stratum of their own that is
counted, and the sample speaks for the rest only. So "12 of 1,000,000 pass" near the top is no
multiple of what a sampled product stands for.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from search.tuning.scales import BINS, Floats, Integers

# The quantile of the normal distribution beyond which 2.5 % lie.
NINETY_FIVE: Final = 1.96
# Agresti and Coull's four: two that pass and two that do not.
_PASSING, _ALL = 2, 4


@dataclass(frozen=True, slots=True, eq=False)
class Estimate:
    """`counts` [201] sum up to the whole catalogue; those from `exact_from` on are counted."""

    counts: Integers
    exact_from: int


def estimate_counts(looked_at: Integers, best: Sequence[int], products: int) -> Estimate:
    """Estimate how many of a catalogue's `products` fall into each bin.

    `looked_at` [201] counts the products of the sample by bin, `best` are the bins of the best
    products of the whole catalogue, none of which is missing down to the least of them; in that
    one there may be more. What the sample says below is spread over what the best leave of the
    catalogue, rounded so that the sum is right (largest remainders).
    """
    known = np.bincount(np.asarray(best, np.int64), minlength=BINS)
    edge = int(min(best, default=BINS - 1))
    exact_from = edge + 1
    counts = known.copy()
    counts[:exact_from] = 0
    rest = max(products - int(counts.sum()), int(known[edge]))
    below = looked_at[:exact_from].astype(np.float64)
    if below.sum():
        share = below * rest / below.sum()
        if share[edge] < known[edge]:
            # More are known to be there than the sample suggests: the others share what is left.
            share[edge] = 0.0
            left = share.sum()
            share *= (rest - known[edge]) / left if left else 0.0
            share[edge] = known[edge]
        counts[:exact_from] = _rounded(share)
    else:
        counts[edge] = rest
    return Estimate(counts, exact_from)


def margins(counts: Sequence[int], sampled: int, exact_from: int) -> tuple[int, ...]:
    """Return [201] how far the number of products at each line or above may be off.

    Half the width of a 95 % interval: in 19 of 20 samples the true number is no further away.
    Products that pass are a binomial share of the sample; its standard error has the correction
    for a finite catalogue (Cochran 1977, Sampling Techniques, section 3.2), and two products that
    pass and two that do not are added, so that a sample in which none passes does not claim to be
    sure (Agresti and Coull 1998, The American Statistician 52). 0 from `exact_from` on, and
    everywhere when nothing was sampled.
    """
    numbers = np.asarray(counts, np.float64)
    below = np.where(np.arange(len(numbers)) < exact_from, numbers, 0.0)
    total, rest = float(numbers.sum()), float(below.sum())
    if not sampled or not rest:
        return (0,) * len(numbers)
    # The best products have their share of the sample, which says nothing about the rest.
    looked_at = min(sampled * rest / total, rest)
    passing = np.cumsum(below[::-1])[::-1]
    share = (passing / rest * looked_at + _PASSING) / (looked_at + _ALL)
    unseen = 1 - looked_at / rest
    error = rest * np.sqrt(share * (1 - share) / (looked_at + _ALL) * unseen)
    # No further off than there is anything: none passes less than what is known, nor more than all.
    widths = np.minimum(NINETY_FIVE * error, np.maximum(passing, rest - passing))
    open_lines = np.arange(len(numbers)) < exact_from
    # At the lowest line everything passes, whatever the sample says.
    open_lines[0] = False
    return tuple(
        math.ceil(width) if is_open else 0
        for width, is_open in zip(widths, open_lines, strict=True)
    )


def _rounded(shares: Floats) -> Integers:
    """Round to whole numbers with the same sum, the largest remainders up."""
    whole = np.floor(shares).astype(np.int64)
    missing = round(float(shares.sum())) - int(whole.sum())
    upwards = np.argsort(whole - shares, kind="stable")[:missing]
    whole[upwards] += 1
    return whole

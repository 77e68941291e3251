"""Times in bins: fine ones to take percentiles from, coarse ones to draw.

Bin i of the fine ones holds [BIN_EDGES[i - 1], BIN_EDGES[i]); bin 0 all that is shorter, the last
one all that is longer. This is what PostgreSQL's `width_bucket(seconds, BIN_EDGES)` returns.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

_STEPS = (1, 1.2, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
# Round numbers of seconds: 50 bars. The first one also holds what is shorter, the last one what is
# longer.
DISPLAY_EDGES: Final[Sequence[float]] = (
    0.001,
    0.002,
    0.005,
    *(round(step * 10.0**power, 3) for power in range(-2, 2) for step in _STEPS),
    *(100.0, 120.0, 150.0, 200.0, 250.0, 300.0),
    900.0,
)
WIDTH: Final = 0.02


def _fine(edges: Sequence[float]) -> Iterator[float]:
    """Cut between the coarse edges, so that a bar is a whole number of bins."""
    for low, high in pairwise(edges):
        parts = math.ceil(math.log(high / low) / math.log1p(WIDTH))
        yield from (low * (high / low) ** (part / parts) for part in range(parts))
    yield edges[-1]


# Seconds, ascending; each is at most 2 % above the one before.
BIN_EDGES: Final[Sequence[float]] = tuple(_fine(DISPLAY_EDGES))
BINS: Final = len(BIN_EDGES) + 1

_INNER_EDGES = DISPLAY_EDGES[1:-1]
# What lies outside of the edges is taken for the edge.
_LOW = np.array([BIN_EDGES[0], *BIN_EDGES])
_HIGH = np.array([*BIN_EDGES, BIN_EDGES[-1]])
# The bar of each bin, by any value in it.
_BARS = np.array([bisect_right(_INNER_EDGES, low) for low in (0.0, *BIN_EDGES)])


def bin_of(seconds: float) -> int:
    """Return the bin, 0 to BINS - 1, of a time."""
    return bisect_right(BIN_EDGES, seconds)


def percentile_from_bins(counts: npt.ArrayLike, q: float) -> float | None:
    """Return the percentile, q from 0 to 1, of times counted in bins, int [BINS]; None without any.

    Between two times as NumPy's "linear" and SQL's percentile_cont interpolate; within 2 % of
    these for times from 1 ms to 900 s.
    """
    ends = np.cumsum(np.asarray(counts))
    return _interpolated(int(ends[-1]), q, lambda rank: _ranked(counts, ends, rank))


def percentile_of_values(counts: Mapping[int, int], q: float) -> float | None:
    """Return the percentile, q from 0 to 1, of values that were counted; None without any."""
    values = sorted(counts)
    ends = np.cumsum([counts[value] for value in values])
    total = int(ends[-1]) if values else 0
    return _interpolated(total, q, lambda rank: values[np.searchsorted(ends, rank, side="right")])


def _interpolated(count: int, q: float, ranked: Callable[[int], float]) -> float | None:
    if count == 0:
        return None
    rank = (count - 1) * q
    low, high = ranked(math.floor(rank)), ranked(math.ceil(rank))
    return low + (high - low) * (rank - math.floor(rank))


def _ranked(counts: npt.ArrayLike, ends: npt.NDArray[np.int64], rank: int) -> float:
    """Return the time of a rank from 0; those of one bin are taken to be evenly spread over it."""
    number = int(np.searchsorted(ends, rank, side="right"))
    count = int(np.asarray(counts)[number])
    place = (rank - (int(ends[number]) - count) + 0.5) / count
    low, high = float(_LOW[number]), float(_HIGH[number])
    return float(low * (high / low) ** place)


def bars(counts: npt.ArrayLike) -> list[int]:
    """Count on DISPLAY_EDGES what is counted in bins, int [BINS]: one number a bar, all of them."""
    totals = np.bincount(_BARS, weights=np.asarray(counts), minlength=len(DISPLAY_EDGES) - 1)
    return [int(total) for total in totals]

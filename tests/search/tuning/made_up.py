"""Made-up photos whose every pair is known, for the tests of the tuning functions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from hypothesis import settings
from hypothesis import strategies as st

from search.tuning.scales import BINS, Floats, Integers
from search.tuning.tallies import Tallies

# The same examples each time, and no clock: a test that fails once fails always.
QUICK = settings(deadline=None, max_examples=40, derandomize=True, database=None)
# Values come in steps of so many hundredths where a simulation is run often: fewer lines to draw.
STEP = 5


@dataclass(frozen=True)
class Pairs:
    """Pairs of a photo and a product, one by one: [pairs] each, and how many photos there are."""

    photo: Integers
    bin: Integers
    is_match: npt.NDArray[np.bool_]
    photos: int

    @property
    def tallies(self) -> Tallies:
        """Return them counted."""
        return tallies_of(self.photo, self.bin, self.is_match, self.photos)

    def at(self, line: int) -> tuple[int, int, int, int]:
        """Count TP, FP, FN and TN at a line, pair by pair."""
        cells = Counter(
            (bool(bin_of_pair >= line), bool(is_match))
            for bin_of_pair, is_match in zip(self.bin, self.is_match, strict=True)
        )
        return cells[True, True], cells[True, False], cells[False, True], cells[False, False]


def tallies_of(
    photo: Integers, bin_of_pair: Integers, is_match: npt.NDArray[np.bool_], photos: int
) -> Tallies:
    """Count pairs into tallies."""
    matches, others = np.zeros((photos, BINS)), np.zeros((photos, BINS))
    np.add.at(matches, (photo[is_match], bin_of_pair[is_match]), 1.0)
    np.add.at(others, (photo[~is_match], bin_of_pair[~is_match]), 1.0)
    return Tallies(matches, others)


def _pairs(rows: list[tuple[int, int, bool]]) -> Pairs:
    photo, bins, match = zip(*rows, strict=True) if rows else ((), (), ())
    return Pairs(np.array(photo, np.int64), np.array(bins, np.int64), np.array(match, np.bool_), 6)


# Mostly within a few bins, so that ties and empty bins are both common.
some_bin = st.one_of(st.integers(160, 170), st.integers(0, BINS - 1))
some_pairs = st.lists(st.tuples(st.integers(0, 5), some_bin, st.booleans()), max_size=60).map(
    _pairs
)
both_classes = some_pairs.filter(lambda pairs: 0 < pairs.is_match.sum() < len(pairs.is_match))


def simulated(
    rng: np.random.Generator, photos: int, *, products: int = 120, apart: float = 0.25
) -> Tallies:
    """Draw photos that differ: in how bright all their values are, and in how many matches.

    Matches lie `apart` above other products; the products of one photo rise and fall together.
    """
    shift = rng.normal(0.0, 0.05, photos)
    photo = np.repeat(np.arange(photos), rng.integers(1, 6, photos))
    near = _bins(rng.normal(0.52 + apart + shift[photo], 0.08))
    other = np.repeat(np.arange(photos), products)
    far = _bins(rng.normal(0.52 + shift[other], 0.09))
    return tallies_of(
        np.concatenate([photo, other]),
        np.concatenate([near, far]),
        np.arange(len(photo) + len(other)) < len(photo),
        photos,
    )


def _bins(values: Floats) -> Integers:
    steps = np.floor(np.clip(values, -1.0, 1.0) * 100 / STEP).astype(np.int64) * STEP
    return steps + 100

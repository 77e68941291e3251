"""What is known, counted: per photo and hundredth, how many products match and how many do not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.tuning.scales import BINS, Floats, Integers


@dataclass(frozen=True, slots=True, eq=False)
class Tallies:
    """Matches and others, both [photos, 201]: entry [i, b] is photo i's number of them in bin b.

    Counts where everything about a photo is known; otherwise estimates, which need not be whole.
    Raises ValueError for another shape, for NaN, infinity and negative numbers.
    """

    matches: Floats
    others: Floats

    def __post_init__(self) -> None:
        for numbers in (self.matches, self.others):
            if numbers.ndim != 2 or numbers.shape[1] != BINS:  # noqa: PLR2004 - photos, bins
                raise ValueError(f"tallies have {BINS} bins a photo, not the shape {numbers.shape}")
            if not np.isfinite(numbers).all() or (numbers < 0).any():
                raise ValueError("tallies are finite and not negative")
        if len(self.matches) != len(self.others):
            raise ValueError("matches and others are about the same photos")

    @property
    def photos(self) -> int:
        """How many photos there are."""
        return len(self.matches)

    @property
    def total_matches(self) -> Floats:
        """How many matches each photo has, [photos]."""
        total: Floats = self.matches.sum(axis=1)
        return total

    def select(self, rows: npt.NDArray[np.int64] | npt.NDArray[np.bool_]) -> Tallies:
        """Return the tallies of some photos: row numbers (repeated ones count twice) or a mask."""
        return Tallies(self.matches[rows], self.others[rows])


def passing(tallied: Floats) -> Floats:
    """Return [..., 201] how many lie in bin b or above, from how many lie in bin b."""
    summed: Floats = np.cumsum(tallied[..., ::-1], axis=-1)[..., ::-1]
    return summed


def tally_complete(counts: Integers, match_photo: Integers, match_bin: Integers) -> Tallies:
    """Tally photos whose every match is known: whatever is not listed is no match.

    `counts` [photos, 201] counts the products of the catalogue by bin; `match_photo` and
    `match_bin`, both [matches], are the photo's row and the bin of every match. Raises ValueError
    where there would be more matches in a bin than products.
    """
    matches = np.zeros(counts.shape)
    np.add.at(matches, (match_photo, match_bin), 1.0)
    return Tallies(matches, counts - matches)

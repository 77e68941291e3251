"""Which pairs to have judged, and what the judged ones say about all the others.

Matches are rare and sit at the top of the scale: of pairs drawn evenly hardly any would match, and
labels gathered above the line alone would hide what lies below it. So the scale is cut into bands,
each is sampled at its own rate, and every judged pair stands for as many as its band has.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from search.tuning.scales import BINS, Floats, Integers
from search.tuning.tallies import Tallies

# A band ends where about this share of all pairs lies above: narrow where matches are to be found.
TAIL_SHARES: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
# So much of the cards is dealt evenly, whatever seems to be known already.
EVENLY: Final = 0.25
# The bands at the line are worth so much more: they decide which way it should move.
AT_THE_LINE: Final = 4.0
# With fewer photos that show something from the catalogue chance would choose the line.
LEAST_PHOTOS: Final = 20


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of the scale, bins low_bin to high_bin - 1, and what was judged there.

    `products` counts pairs of a photo and a product over all photos, `judged` those that somebody
    judged, `matches` those of them that match.
    """

    low_bin: int
    high_bin: int
    products: int
    judged: int
    matches: int

    @property
    def weight(self) -> float:
        """How many pairs a judged one stands for; NaN if none was judged."""
        return self.products / self.judged if self.judged else math.nan


def bands_of(counts: Integers) -> Integers:
    """Return the edges of the bands, ascending bins from 0 to 201: band k is [edge k, edge k + 1).

    `counts` [photos, 201] counts products by bin. An edge is the lowest bin at or above which no
    more than one of TAIL_SHARES of all pairs lies, so edges depend on no label.
    """
    above = np.cumsum(counts.sum(axis=0)[::-1])[::-1]
    inner = [int(np.count_nonzero(above > share * above[0])) for share in TAIL_SHARES]
    # A band at the very top that holds nothing would never be judged.
    filled = [edge for edge in inner if edge < BINS and above[edge]]
    return np.unique([0, *filled, BINS])


def estimate(
    counts: Integers,
    edges: Integers,
    photo: Integers,
    bin_of_pair: Integers,
    is_match: npt.NDArray[np.bool_],
) -> tuple[Tallies, tuple[Band, ...]]:
    """Estimate the tallies of `counts` [photos, 201] from judged pairs, and tell what was judged.

    `photo`, `bin_of_pair` and `is_match`, all [pairs], are each judged pair's row in `counts`, its
    bin, and the verdict. Pairs are stratified by band after they were drawn (Cochran 1977, sections
    5.2 and 5A.9; a Horvitz-Thompson estimate given how many fell into each band): each stands for
    products / judged of its band, over all photos together. That is right in sum as long as the
    judged pairs of a band are as good as drawn by lot, and says nothing about a single photo.
    How many products there are is known of every photo and bin and not estimated: what does not
    match is what the estimated matches leave of them. In a band with nothing judged no match is
    known, and all are taken for others; see `measured_from`. Raises ValueError if the pairs' arrays
    differ in length.
    """
    if not len(photo) == len(bin_of_pair) == len(is_match):
        raise ValueError("every pair has a photo, a bin and a verdict")
    band_of_pair = np.searchsorted(edges, bin_of_pair, side="right") - 1
    judged = np.bincount(band_of_pair, minlength=len(edges) - 1)
    matching = np.bincount(band_of_pair[is_match], minlength=len(edges) - 1)
    bands = tuple(
        Band(int(low), int(high), int(counts[:, low:high].sum()), int(n), int(m))
        for low, high, n, m in zip(edges[:-1], edges[1:], judged, matching, strict=True)
    )
    weights = np.array([band.weight for band in bands])[band_of_pair]
    matches = np.zeros(counts.shape)
    np.add.at(matches, (photo[is_match], bin_of_pair[is_match]), weights[is_match])
    others = counts - matches
    for band in bands:
        _take_out(others[:, band.low_bin : band.high_bin])
    return Tallies(matches, others), bands


def measured_from(bands: Sequence[Band]) -> int | None:
    """Return the bin down to which something was judged everywhere; None if that is all of it.

    How many matches lie below that bin nobody knows, and so no recall. 201 if already the uppermost
    band has nothing judged.
    """
    unknown = [band for band in bands if band.products and not band.judged]
    return max(band.high_bin for band in unknown) if unknown else None


def allocate(bands: Sequence[Band], line_bin: int, rng: np.random.Generator) -> int | None:
    """Return the index of the band from which to deal the next card; None if all are judged.

    Drawn by lot. A quarter of the cards goes evenly to bands that have pairs left, the rest in
    proportion to sqrt(products * p * (1 - p)), p a band's share of matches so far, smoothed, and
    four times that for the bands just above and just below the line. Neyman's allocation would have
    products without the root: best for the total, and nearly all of its cards would come from the
    bottom of the scale. The root is Bankier's compromise (1988, "Power allocations").
    """
    open_bands = np.array([band.judged < band.products for band in bands], np.bool_)
    if not open_bands.any():
        return None
    worth = np.array([_worth(band, line_bin) for band in bands]) * open_bands
    shares = EVENLY * open_bands / open_bands.sum() + (1 - EVENLY) * worth / worth.sum()
    return int(rng.choice(len(bands), p=shares))


def needed(tallies: Tallies) -> int:
    """Return how many more photos with a match recommendations take; 0 if there are enough."""
    return max(0, LEAST_PHOTOS - int(np.count_nonzero(tallies.total_matches)))


def _take_out(others: Floats) -> None:
    """Take what is less than nothing out of the rest, in place: the band's sum stays what it is.

    A match that stands for several may stand for more than its own bin has.
    """
    lacking = -others.clip(max=0).sum()
    others.clip(min=0, out=others)
    if lacking:
        others *= max(others.sum() - lacking, 0.0) / others.sum()


def _worth(band: Band, line_bin: int) -> float:
    share = (band.matches + 0.5) / (band.judged + 1)  # Jeffreys' estimate: never quite 0 or 1
    at_line = band.low_bin <= line_bin <= band.high_bin
    worth = math.sqrt(band.products * share * (1 - share))
    return worth * AT_THE_LINE if at_line else worth

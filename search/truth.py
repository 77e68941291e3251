"""What is known about a source's photos on one scale, from pairs to tallies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from search.errors import CatalogueChanged
from search.evaluation import Overview
from search.store.truths import KnownPair
from search.tuning.sampling import Band, bands_of, estimate
from search.tuning.scales import Floats, Integers, bins
from search.tuning.tallies import Tallies, tally_complete


@dataclass(frozen=True, slots=True, eq=False)
class Truth:
    """Known pairs of a source's photos; all arrays have one entry a pair.

    `photo` is the photo's row in the overview, `values` the pair's value on the scale. Pairs whose
    product has no vector in the space are left out, and with them, in `left_out`, the rows of
    photos that show nothing else: no threshold could find or miss it.
    """

    complete: bool
    pairs: tuple[KnownPair, ...]
    photo: Integers
    values: Floats
    is_match: npt.NDArray[np.bool_]
    left_out: Integers

    @property
    def judged(self) -> int:
        """How many pairs people judged."""
        return sum(pair.is_judged for pair in self.pairs)


def know(
    photos: Sequence[bytes], pairs: Sequence[KnownPair], values: Floats, *, complete: bool
) -> Truth:
    """Put pairs and their values (NaN for a product without a vector) beside the photos' rows."""
    rows = {fingerprint: row for row, fingerprint in enumerate(photos)}
    kept = np.flatnonzero(np.isfinite(values))
    known = tuple(pairs[int(index)] for index in kept)
    shown = {pair.photo for pair in pairs if pair.is_match}
    found = {pair.photo for pair in known if pair.is_match}
    return Truth(
        complete,
        known,
        np.array([rows[pair.photo] for pair in known], np.int64),
        values[kept],
        np.array([pair.is_match for pair in known], np.bool_),
        np.array(sorted(rows[fingerprint] for fingerprint in shown - found), np.int64),
    )


def known_counts(overview: Overview, truth: Truth) -> Integers:
    """Return an overview's counts, in which every pair that is known has its place.

    An estimate from a sample may have no product where one is known to be.
    """
    if overview.sampled is None:
        return overview.counts
    known = np.zeros_like(overview.counts)
    np.add.at(known, (truth.photo, bins(truth.values)), 1)
    return np.maximum(overview.counts, known)


def tally(counts: Integers, truth: Truth) -> tuple[Tallies, Integers, tuple[Band, ...]]:
    """Return the tallies, which rows of `counts` [photos, 201] they are of, and what was sampled.

    With complete truth these are all rows but those left out, counted; otherwise the rows of photos
    that have a judgement, estimated.
    """
    bin_of_pair = bins(truth.values)
    if truth.complete:
        rows = np.setdiff1d(np.arange(len(counts)), truth.left_out)
        matching = truth.is_match
        photo = np.searchsorted(rows, truth.photo[matching])
        try:
            return tally_complete(counts[rows], photo, bin_of_pair[matching]), rows, ()
        except ValueError as error:
            # More matches than products: counts and pairs are of two states of the catalogue.
            raise CatalogueChanged from error
    rows = np.unique(truth.photo)
    judged = counts[rows]
    photo = np.searchsorted(rows, truth.photo)
    tallies, sampled = estimate(judged, bands_of(judged), photo, bin_of_pair, truth.is_match)
    return tallies, rows, sampled


def categories(pairs: Iterable[KnownPair]) -> Mapping[bytes, str]:
    """Return the category that most of a photo's matches have, for photos that have any."""
    votes: dict[bytes, Counter[str]] = {}
    for pair in pairs:
        if pair.is_match and pair.category:
            votes.setdefault(pair.photo, Counter())[pair.category] += 1
    return {photo: min(count, key=lambda c: (-count[c], c)) for photo, count in votes.items()}

"""A first suggestion for the line, from one photo's distribution alone."""

from __future__ import annotations

from search.hits import Distribution
from search.tuning.scales import BINS_PER_UNIT

# What a suggestion leaves: the most similar hundredth, and no more than a page of results.
SHARE = 0.01
MOST = 50


def suggest(distribution: Distribution) -> float | None:
    """Return where the most similar 1 % of the products begins: at the last one that passes.

    They are the catalogue's, or those that a search was narrowed to. A whole hundredth in [-1, 1];
    at least one product passes, and at most 50. None when there is no such value: nothing to count,
    or not counted yet, or a crowd at the very top. Nor where a search was narrowed to fewer than a
    hundred: the first of a few that somebody chose is no hundredth of anything.
    It is a place to start from, not a claim: without judgements nobody knows the right cut.
    """
    if distribution.sampled == 0 or (distribution.narrowed and distribution.total * SHARE < 1):
        return None
    most = min(MOST, max(1, int(SHARE * distribution.total)))
    passing = 0
    suggested: float | None = None
    for bin_number in range(len(distribution.counts) - 1, -1, -1):
        passing += distribution.counts[bin_number]
        if passing > most:
            break
        if distribution.counts[bin_number]:
            suggested = (bin_number - BINS_PER_UNIT) / BINS_PER_UNIT
    return suggested

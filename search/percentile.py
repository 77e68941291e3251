"""Where a value stands among all products that were counted: how many of them are less similar."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from search.hits import Distribution
from search.tuning.scales import BINS_PER_UNIT, hundredths

# Of a million products the best is said to be more similar than 99.999 %: that is enough.
_MOST_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class Percentile:
    """What a value on the search's scale means among all products, or those it was narrowed to.

    `reached` of `total` products have it or more, in whole hundredths, the product itself included.
    `margin` is how far that may be off, in 19 of 20 samples, where only `sampled` products were
    looked at; 0 where it is counted.
    """

    reached: int
    total: int
    margin: int = 0
    sampled: int | None = None

    @property
    def percent(self) -> float:
        """How many per cent of them are less similar; see `percent_of`."""
        return percent_of(self.total - self.reached, self.total)


def percentile_of(score: float, counted: Distribution) -> Percentile | None:
    """Return where a score stands; None as long as only the best products are known."""
    if counted.sampled == 0 or not counted.total:
        return None
    line = hundredths(score) / BINS_PER_UNIT
    # One that was found is there itself, whatever the catalogue has lost since.
    reached = max(counted.passing(line), 1)
    return Percentile(reached, counted.total, counted.margin(line), counted.sampled)


def percent_of(part: int, whole: int) -> float:
    """Return a part in per cent, 0 to 100, rounded down: what is less than all is never 100.

    It is as fine as it takes for two units of its last digit to be missing: 95, 99.8, 99.992.
    """
    percent = 0.0
    for decimals in range(_MOST_DECIMALS + 1):
        hundred = 100 * 10**decimals
        rounded = part * hundred // whole
        percent = 100 * rounded / hundred
        if hundred - rounded > 1:
            break
    return percent

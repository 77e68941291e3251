"""The line as it would be saved."""

from __future__ import annotations

from dataclasses import dataclass

from search.threshold import Threshold
from search.tuning.scales import Scale


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line on a scale and where doubtful products begin, both in whole hundredths."""

    scale: Scale
    line: int
    doubtful: int | None

    @property
    def value(self) -> float:
        """The line as a number on its scale."""
        return self.line / 100

    @property
    def doubtful_value(self) -> float | None:
        """Where doubtful products begin, as a number on the scale."""
        return None if self.doubtful is None else self.doubtful / 100

    @classmethod
    def of(cls, threshold: Threshold) -> Wanted:
        """Return what was wanted when a threshold was saved."""
        doubtful = None if threshold.doubtful is None else round(threshold.doubtful * 100)
        return cls(threshold.scale, round(threshold.value * 100), doubtful)

"""The span of time that is looked at, cut into steps by the reader's clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Preset(StrEnum):
    """The spans that are offered; each ends now."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Span:
    """From `edges[0]` up to, and without, `edges[-1]`; step i is [edges[i], edges[i + 1]).

    Aware datetimes in UTC, ascending; every inner edge is round on the reader's clock (a whole
    minute, hour or day), whatever daylight saving does.
    """

    edges: Sequence[datetime]

    @property
    def since(self) -> datetime:
        """The first moment."""
        return self.edges[0]

    @property
    def until(self) -> datetime:
        """The moment at which it is over."""
        return self.edges[-1]

    @property
    def buckets(self) -> Sequence[datetime]:
        """The start of every step."""
        return self.edges[:-1]

"""What searching with a set of photos takes, told before it begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from search.usage.views import Allowance, Quota

# As long as nothing was measured: a call to a server, and an encoding in this process.
USUAL_FAR, USUAL_NEAR = 1.5, 0.1
# A photo that is known, or what the database takes beside the encoder.
COMPARING_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Cost:
    """What a set comes to, as far as it is not searched with yet.

    `photos` are left to search with, each fingerprint once, and `new` of them the encoder has not
    seen: as many calls. `is_counted` tells whether calls are counted at all; those in this process
    are not. `limit` is the month's or the day's allowance, whichever has fewer calls left; None
    without a limit. `stops` tells whether it is a hard one. `seconds` is about how long it takes.
    """

    photos: int
    new: int
    is_counted: bool
    limit: Allowance | None
    is_of_day: bool
    stops: bool
    seconds: float

    @property
    def left(self) -> int | None:
        """How many calls are left; None without a limit."""
        return self.limit.left if self.limit else None

    @property
    def resets_at(self) -> datetime | None:
        """When the limit begins anew."""
        return self.limit.resets_at if self.limit else None

    @property
    def is_too_much(self) -> bool:
        """Whether it takes more calls than are left."""
        return self.left is not None and self.new > self.left


def cost_of(photos: int, new: int, quota: Quota, call_seconds: float | None, at_once: int) -> Cost:
    """Return the cost of so many photos; `call_seconds` is how long a call takes, if known."""
    usual = USUAL_FAR if quota.counts else USUAL_NEAR
    limit, is_of_day = _tighter(quota)
    return Cost(
        photos=photos,
        new=new,
        is_counted=quota.counts,
        limit=limit if quota.counts else None,
        is_of_day=is_of_day,
        stops=quota.stops,
        seconds=(new * (call_seconds or usual) + photos * COMPARING_SECONDS) / at_once,
    )


def _tighter(quota: Quota) -> tuple[Allowance | None, bool]:
    """Return the allowance with fewer calls left, and whether it is the day's."""
    day, month = quota.day, quota.month
    if day.left is None:
        return (None if month.left is None else month), False
    return (day, True) if month.left is None or day.left < month.left else (month, False)

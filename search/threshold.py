"""Threshold: where "similar" ends, on which scale, and who says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from search.tuning.scales import Scale
from search.vectors import Vector, VectorSpace


@dataclass(frozen=True, slots=True, eq=False)
class Threshold:
    """A line on a scale. One is active per space: the one that was saved last.

    `value` and `doubtful` are whole hundredths in [-1, 1]. Products from `value` on are similar;
    those from `doubtful` on, where there is one, are shown as doubtful. `centre`, float32
    [dimensions], is the mean that a centred scale subtracts, and None on the others. `id` is None
    for the setting's default, which nobody has saved; `who`, `why` and `set_at` are then empty.
    """

    value: float
    space: VectorSpace
    scale: Scale = Scale.COSINE
    doubtful: float | None = None
    centre: Vector | None = None
    id: int | None = None
    who: str = ""
    why: str = ""
    set_at: datetime | None = None

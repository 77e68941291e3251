"""Threshold: where "similar" ends, on which scale, and who says so."""

from __future__ import annotations

from dataclasses import dataclass, replace
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

    def at(self, value: float | None) -> Threshold:
        """Return one line on the same scale, without a second for what is doubtful; None: itself.

        `value` is a whole hundredth.
        """
        return self if value is None else replace(self, value=value, doubtful=None)


def similarity(text: str) -> float:
    """Read a value from -1 to 1, with a point or a comma, to the nearest hundredth.

    Raises ValueError.
    """
    value = float(text.replace(",", "."))
    if not -1 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)

"""Aim: which part of a photo is searched with, and how it is turned before."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self

from search.errors import AimInvalid

# A ten-thousandth of a photo 12,000 pixels wide is about one of them.
DECIMALS = 4
QUARTERS = 4
Size = tuple[int, int]
Box = tuple[int, int, int, int]

_TEXT = re.compile(r"(?:(\d):)?([\d.]+),([\d.]+),([\d.]+),([\d.]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Aim:
    """A part of an upright photo. The photo is turned first, and then cropped.

    `turns` are quarter turns clockwise, 0 to 3. The others are the part's edges as shares, 0 to 1,
    of the turned photo's width and height, to four decimals. Raises AimInvalid when that is no
    part. As text, `str(aim)` and `Aim.parse`, it is 1:0.1,0.05,0.9,0.95, the turns first.
    """

    left: float = 0.0
    top: float = 0.0
    right: float = 1.0
    bottom: float = 1.0
    turns: int = 0

    def __post_init__(self) -> None:
        for edge in ("left", "top", "right", "bottom"):
            # What is written as text comes back the same.
            object.__setattr__(self, edge, round(getattr(self, edge), DECIMALS))
        if not 0 <= self.turns < QUARTERS:
            raise AimInvalid(reason="@reasons.aim_turns")
        if not (0 <= self.left < self.right <= 1 and 0 <= self.top < self.bottom <= 1):
            raise AimInvalid(reason="@reasons.aim_edges")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what `str` writes; the turns may be missing. Raises AimInvalid."""
        found = _TEXT.fullmatch(text.strip())
        if not found:
            raise AimInvalid(reason="@reasons.aim_text")
        try:
            left, top, right, bottom = map(float, found.groups()[1:])
        except ValueError as error:  # 0.1.2 is no number
            raise AimInvalid(reason="@reasons.aim_text") from error
        return cls(left, top, right, bottom, int(found[1] or 0))

    def __str__(self) -> str:
        edges = (self.left, self.top, self.right, self.bottom)
        return f"{self.turns}:" + ",".join(f"{edge:g}" for edge in edges)

    @property
    def is_whole(self) -> bool:
        """Whether the part is all of the photo, turned or not."""
        return (self.left, self.top, self.right, self.bottom) == (0, 0, 1, 1)

    @property
    def share(self) -> float:
        """The part's share of the photo's area, 0 to 1."""
        return (self.right - self.left) * (self.bottom - self.top)

    def box(self, size: Size) -> Box:
        """Return left, top, right, bottom in pixels of the turned photo of such a size.

        That is one pixel at least, whichever way it is rounded.
        """
        width, height = size
        left, right = _pixels(self.left, self.right, width)
        top, bottom = _pixels(self.top, self.bottom, height)
        return left, top, right, bottom


# The photo as it is.
WHOLE = Aim()


def _pixels(begin: float, end: float, length: int) -> tuple[int, int]:
    first = min(round(begin * length), length - 1)
    return first, max(round(end * length), first + 1)

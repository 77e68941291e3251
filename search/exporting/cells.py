"""Tables on their way into a file: sheets, columns, and what can stand in a cell."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from search.tuning.scales import BINS_PER_UNIT, FORGIVEN, hundredths

# Ten-thousandths tell a value just below a line from the line.
STEPS = 10_000

# What no XML file may have, and with it no Excel file.
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class Similarity:
    """A value on a scale, in [-1, 1].

    With a `mark` behind it, "" for none, it is written as people read it, in hundredths.
    """

    value: float
    mark: str | None = None

    @property
    def written(self) -> float:
        """The value, rounded down: what is written never passes a line that it did not pass."""
        if self.mark is not None:
            return hundredths(self.value) / BINS_PER_UNIT
        return math.floor(self.value * STEPS + FORGIVEN) / STEPS


@dataclass(frozen=True, slots=True)
class Link:
    """A web address."""

    address: str


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A small JPEG, its size in pixels, and what it shows."""

    content: bytes = field(repr=False)
    width: int
    height: int
    shows: str


Cell = str | int | Decimal | Similarity | Link | Thumbnail | None


@dataclass(frozen=True, slots=True)
class Column:
    """A column's name as the reader reads it, and its width in letters.

    One of pictures is left out where there are none: in CSV.
    """

    name: str
    width: int = 14
    is_pictures: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table. The first `frozen` columns stay when somebody scrolls sideways.

    One that is no `is_list` has no head: its first column names what stands beside it.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    frozen: int = 0
    is_list: bool = True


def fit_for_xml(text: str) -> str:
    """Return a text without the characters that no XML file may have."""
    return _NO_XML.sub("", text)

"""What a row of the matrix is, and how it is carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from tests.faults.house import RECORDED_SECONDS, House, Seen
from tests.faults.ledger import Lost

Answer = tuple[int, str]
OK: Answer = (200, "")
NOTHING = Lost()
# Whoever was killed tells no outcomes any more: they are waited for in vain.
OPEN_SECONDS = 1.0


class Row(Protocol):
    """One fault: `do` brings it about, `see` is what people meet meanwhile, `undo` mends it.

    `expected` are the answers that `see` may return, one set for each of them. `leaves_open`
    tells whether calls are left of which nobody will say what they came to.
    """

    @property
    def name(self) -> str:
        """A word or two, for the tests."""

    @property
    def what(self) -> str:
        """What was done, as the table says it."""

    @property
    def expected(self) -> Sequence[frozenset[Answer]]:
        """The status and the code of each answer."""

    @property
    def leaves_open(self) -> bool:
        """Whether calls are left without an outcome."""

    def missing(self) -> str:
        """Say what this machine lacks for the row, "" when it can be carried out."""

    def do(self, house: House) -> None:
        """Break it."""

    def see(self, house: House) -> list[Seen]:
        """Ask for what people ask for."""

    def undo(self, house: House) -> None:
        """Mend it."""


@dataclass(frozen=True, slots=True)
class Result:
    """What a row came to; `seconds` is from its mending until a new photo was found again."""

    row: Row
    seen: Sequence[Seen]
    lost: Lost
    seconds: float

    @property
    def is_as_expected(self) -> bool:
        """Whether every answer is one that was expected, and nothing was lost."""
        answers = [(seen.status, seen.code) for seen in self.seen]
        return (
            len(answers) == len(self.row.expected)
            and all(
                answer in allowed
                for answer, allowed in zip(answers, self.row.expected, strict=True)
            )
            and self.lost == NOTHING
        )


@dataclass(frozen=True, slots=True)
class Base:
    """What rows share."""

    name: str
    what: str
    expected: Sequence[frozenset[Answer]] = field(kw_only=True)
    leaves_open: bool = field(default=False, kw_only=True)

    def missing(self) -> str:
        """Say nothing: it can be carried out anywhere."""
        return ""


def answers(*allowed: Answer | Sequence[Answer]) -> list[frozenset[Answer]]:
    """Write down what may be answered: to each question one answer, or one of several."""
    return [frozenset([one] if isinstance(one, tuple) else one) for one in allowed]


def carry_out(row: Row, house: House) -> Result:
    """Break, look, mend, and count what is missing; the house is well before and after."""
    house.make_well()
    try:
        row.do(house)
        seen = row.see(house)
    finally:
        row.undo(house)
    seconds = house.until_well()
    patience = OPEN_SECONDS if row.leaves_open else RECORDED_SECONDS
    return Result(row, seen, house.lost(patience), seconds)

"""How far indexing has come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

from search.errors import LikenessError
from search.store.index_runs import IndexRun


@dataclass(frozen=True, slots=True)
class Indexed:
    """Pictures done and failed, of all that were to do, after so many `seconds`.

    `copied` of those done have the vector of an equal picture: the encoder was not asked for them.
    """

    done: int
    failed: int
    total: int
    seconds: float = 0.0
    first_failure: LikenessError | None = None
    copied: int = 0

    @classmethod
    def of(cls, run: IndexRun) -> Self:
        """Read it off a run, of whichever process."""
        return cls(run.done, run.failed, run.total, run.seconds, copied=run.copied)

    @property
    def share(self) -> float:
        """How much is over, from 0 to 1."""
        return min((self.done + self.failed) / self.total, 1.0) if self.total else 1.0

    @property
    def rate(self) -> float | None:
        """Pictures a second, since it began; None while that says nothing yet."""
        over = self.done + self.failed
        return over / self.seconds if over and self.seconds > 0 else None

    @property
    def seconds_left(self) -> float | None:
        """How long the rest will take at this rate."""
        left = max(self.total - self.done - self.failed, 0)
        return left / self.rate if self.rate else None


@dataclass(frozen=True, slots=True)
class Ended:
    """A run that was not to end so early, and the error that ended it; None when it was killed."""

    run: IndexRun
    error: LikenessError | None


OnProgress = Callable[[Indexed], None]

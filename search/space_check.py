"""Do the encoder and the catalogue's stored vectors agree? Looked at with a few pictures."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median_low

from search.errors import LikenessError

# Encoding a stored picture again gives the stored vector within this, unless the model differs.
AGREEMENT = 0.98


@dataclass(frozen=True, slots=True)
class SpaceCheck:
    """What a check came to: of each picture the cosine of its stored vector and its new one.

    The middle one decides. A picture that was replaced since it was indexed fits no encoder, and
    says nothing of the others; with another model none fits. `missed` pictures were tried and not
    to be had, the last of them because of `trouble`.
    """

    similarities: tuple[float, ...] = ()
    missed: int = 0
    trouble: LikenessError | None = field(default=None, compare=False)

    @property
    def pictures(self) -> int:
        """How many were encoded again."""
        return len(self.similarities)

    @property
    def median(self) -> float | None:
        """The middle cosine, of two the lower one; None without pictures."""
        return median_low(self.similarities) if self.similarities else None

    @property
    def agrees(self) -> bool:
        """Whether encoder and catalogue do, as far as was looked at."""
        return self.median is not None and self.median >= AGREEMENT

    @property
    def differs(self) -> bool:
        """Whether they certainly do not."""
        return self.median is not None and not self.agrees

    @property
    def fitting(self) -> tuple[float, ...]:
        """The cosines of those pictures that fit, the least first."""
        return tuple(sorted(one for one in self.similarities if one >= AGREEMENT))

    @property
    def misfits(self) -> int:
        """How many pictures do not fit although encoder and catalogue agree: they were replaced."""
        return self.pictures - len(self.fitting) if self.agrees else 0

    @property
    def is_divided(self) -> bool:
        """Whether some pictures fit and others do not, so that more have to be looked at."""
        return 0 < len(self.fitting) < self.pictures

    def __add__(self, more: SpaceCheck) -> SpaceCheck:
        """Return what both came to together."""
        return SpaceCheck(
            self.similarities + more.similarities,
            self.missed + more.missed,
            more.trouble or self.trouble,
        )

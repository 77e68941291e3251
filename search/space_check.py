"""Do the encoder and the catalogue's stored vectors agree? Looked at with a few pictures."""

from __future__ import annotations

from dataclasses import dataclass, field

from search.errors import LikenessError

# Encoding a stored picture again gives the stored vector within this, unless the model differs.
AGREEMENT = 0.98


@dataclass(frozen=True, slots=True)
class SpaceCheck:
    """What a check came to. `lowest` is the least cosine that was met, None without pictures.

    `missed` pictures were tried and not to be had, the last of them because of `trouble`.
    """

    pictures: int
    lowest: float | None
    missed: int = 0
    trouble: LikenessError | None = field(default=None, compare=False)

    @property
    def agrees(self) -> bool:
        """Whether they do, as far as was looked at."""
        return self.lowest is not None and self.lowest >= AGREEMENT

    @property
    def differs(self) -> bool:
        """Whether they certainly do not."""
        return self.lowest is not None and not self.agrees

"""The encoders that are configured, first and next, before any of them is built."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search.encoders import Encoder
from search.encoders.choice import choose_encoder, named_by, space_of
from search.settings import Settings
from search.vectors import VectorSpace

NEXT = "NEXT_"


@dataclass(frozen=True, slots=True)
class Configured:
    """An encoder as the settings describe it, and its space.

    `settings` have it in the place of the first one, `variables` is what the names of its variables
    begin with. `given` is an encoder that was built by somebody else and takes its place.
    """

    settings: Settings
    space: VectorSpace
    variables: str = ""
    given: Encoder | None = None

    @property
    def name(self) -> str:
        """A short name for people."""
        return self.given.name if self.given else named_by(self.settings)[0]

    @property
    def host(self) -> str:
        """Where photos would go, "" for an encoder in this process; also if it cannot be built."""
        if self.given:
            return str(getattr(self.given, "host", ""))
        return named_by(self.settings)[1]

    def build(self) -> Encoder:
        """Build it; raise SettingError or the EncoderError that keeps it from being built."""
        return self.given or choose_encoder(self.settings, self.variables)


def configured(settings: Settings, given: Encoder | None = None) -> Sequence[Configured]:
    """Return the first encoder, `given` in its place, and the next one where there is one."""
    first = Configured(settings, given.space if given else space_of(settings), given=given)
    if settings.beside is None:
        return (first,)
    return (first, Configured(settings.beside, space_of(settings.beside), NEXT))

"""Meant: how a text is read in a catalogue, by articles and by words."""

from __future__ import annotations

from dataclasses import dataclass

from search.spelling import Level


@dataclass(frozen=True, slots=True)
class Spelled:
    """A typed word, as the catalogue spells it: `levels`, best first.

    `groups` are the ids of the categories whose names it fits.
    """

    levels: tuple[Level, ...]
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Meant:
    """What fits a text: products with its article, and those that all `words` fit somewhere.

    With `begins` an article may also begin with it. Without `words` only articles fit. `text` is
    what was typed, or how the other keyboard layout reads it.
    """

    text: str
    begins: bool
    words: tuple[Spelled, ...] = ()

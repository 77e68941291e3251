"""A word as somebody typed it -> the words of the catalogue that may be meant, and how surely."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

# How well a word fits: the very word, another form of it, one that begins with it, or that has it
# inside. A typo is worth as much less as it has letters wrong.
SAME: Final = 1.0
FORM: Final = 0.95
BEGINS: Final = 0.9
INSIDE: Final = 0.8
TYPO: Final = 0.7
# So much of a word with typos is right, as difflib counts it: five letters of seven.
LEAST_ALIKE: Final = 0.7
# Below such a share of what the best word is worth, another one is hardly meant.
KEPT: Final = 0.75
# Of shorter ones a part or a typo is any word.
SHORTEST_PART = 4
SHORTEST_BEGINNING, SHORTEST_BEGINNING_OF_A_NUMBER = 2, 3


@dataclass(frozen=True, slots=True)
class Known:
    """A word of the catalogue, and whether it is a form of the word that was typed."""

    word: str
    is_form: bool


@dataclass(frozen=True, slots=True)
class Typed:
    """A word that was typed, in small letters.

    `is_small` tells that it says little, as "for" does; `known` are words that it might be.
    """

    word: str
    is_small: bool = False
    known: tuple[Known, ...] = ()


@dataclass(frozen=True, slots=True)
class Level:
    """Words that fit equally well, `value` in (0, 1]; with `begins`, also all that begin so."""

    value: float
    words: tuple[str, ...]
    begins: bool = False


def meaningful(typed: Iterable[Typed]) -> list[Typed]:
    """Return each word once, and the small ones only where there is nothing else."""
    words = list({one.word: one for one in typed}.values())
    return [one for one in words if not one.is_small] or words


def levels(typed: Typed, *, strictly: bool) -> Sequence[Level]:
    """Return the words that may be meant, those that fit best first.

    With `strictly`, only what is nearly as good as the best that the catalogue has: who typed a
    word rightly is not shown others that look like it.
    """
    word = typed.word
    found: dict[float, list[str]] = defaultdict(list)
    for known in typed.known:
        found[_value(word, known)].append(known.word)
    found.pop(0.0, None)
    best = max(found, default=SAME)
    if word not in found[SAME]:
        found[SAME].append(word)
    has_beginnings = len(word) >= (
        SHORTEST_BEGINNING_OF_A_NUMBER if any(map(str.isdigit, word)) else SHORTEST_BEGINNING
    )
    if has_beginnings:
        found[BEGINS] = [word]
    least = KEPT * best if strictly else 0.0
    return [
        Level(value, tuple(found[value]), begins=value == BEGINS)
        for value in sorted(found, reverse=True)
        if value >= least or value in (SAME, BEGINS)
    ]


def _value(word: str, known: Known) -> float:
    """Return how well a known word fits, to the nearest twentieth for typos; 0 when it does not."""
    if known.word == word:
        return SAME
    if known.is_form:
        return FORM
    if known.word.startswith(word):
        return BEGINS
    if len(word) < SHORTEST_PART:
        return 0.0
    if word in known.word:
        return INSIDE
    alike = SequenceMatcher(None, word, known.word, autojunk=False).ratio()
    return round(TYPO * alike * 20) / 20 if alike >= LEAST_ALIKE else 0.0

"""Which hostile request is which: number N is the same each time, whatever was sent before it."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from tests.hostile.bombs import LARGE, SMALL
from tests.hostile.forms import BROKEN, Form, broken_anywhere, with_file
from tests.hostile.mutations import MUTATIONS
from tests.hostile.pictures import pictures

SEED: Final = 20_260
# Of each hundred: one that is large, ten that are bombs or no pictures, ten broken forms.
_ROUND: Final = 100
# What is left of a file that was changed once is changed again if it has so many bytes.
SHORTEST: Final = 16
_BOMBS: Final = range(1, 11)
_BROKEN: Final = range(11, 16)
_SCRAMBLED: Final = range(16, 21)


def nth(number: int) -> tuple[str, Form]:
    """Return what the request of a number is called, and the request."""
    chance = Random(f"{SEED}:{number}")  # noqa: S311 - to be repeated, not to be secret
    rounds, place = divmod(number, _ROUND)
    if place == 0:
        return _of(LARGE, rounds)
    if place in _BOMBS:
        return _of(SMALL, rounds * len(_BOMBS) + place - _BOMBS.start)
    if place in _BROKEN:
        name = list(BROKEN)[(rounds * len(_BROKEN) + place - _BROKEN.start) % len(BROKEN)]
        return f"form: {name}", BROKEN[name]()
    if place in _SCRAMBLED:
        return "form: broken anywhere", broken_anywhere(chance)
    return _mutated(chance)


def _of(files: dict[str, Callable[[], bytes]], number: int) -> tuple[str, Form]:
    name = list(files)[number % len(files)]
    return name, with_file(files[name]())


def _mutated(chance: Random) -> tuple[str, Form]:
    """Change a good picture once, or twice."""
    kind = chance.choice(list(pictures()))
    data, names = pictures()[kind], list[str]()
    for _ in range(chance.choice((1, 1, 2))):
        name = chance.choice(list(MUTATIONS))
        if len(data) > SHORTEST:
            data = MUTATIONS[name](data, chance)
            names.append(name)
    return f"{kind}: {', '.join(names)}", with_file(data)

"""Options that say which part of a photo is searched with, and how it is turned before."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum

from search.aim import WHOLE, Aim
from search.commands.choices import one_of
from search.errors import AimInvalid
from search.language import Language


class Turn(StrEnum):
    """Degrees, clockwise."""

    NONE = "0"
    RIGHT = "90"
    HALF = "180"
    LEFT = "270"

    @property
    def quarters(self) -> int:
        """The same in quarter turns."""
        return int(self) // int(Turn.RIGHT)


def add_aim(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser the options."""
    parser.add_argument(
        "--crop",
        type=_part(words),
        default=WHOLE,
        metavar=words.text("command.crop_edges"),
        help=words.text("command.crop"),
    )
    parser.add_argument(
        "--turn",
        type=one_of(Turn, words),
        metavar="|".join(Turn),
        help=words.text("command.turn"),
    )


def aimed(options: argparse.Namespace) -> Aim:
    """Return what the options name; turns may also stand before the edges, as in an address."""
    part: Aim = options.crop
    turn: Turn | None = options.turn
    return part if turn is None else replace(part, turns=turn.quarters)


def _part(words: Language) -> Callable[[str], Aim]:
    def read(text: str) -> Aim:
        try:
            return Aim.parse(text)
        except AimInvalid as error:
            raise argparse.ArgumentTypeError(words.error(error).sentence) from error

    return read

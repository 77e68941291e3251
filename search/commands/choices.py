"""Options that take one of a few words."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

from search.language import Language

Kind = TypeVar("Kind", bound=StrEnum)


def one_of(kind: type[Kind], words: Language) -> Callable[[str], Kind]:
    """Return what reads a value of this kind for argparse, and says the choices for any other."""

    def read(text: str) -> Kind:
        try:
            return kind(text)
        except ValueError:
            choices = ", ".join(kind)
            said = words.text("command.no_choice", text=text, choices=choices)
            raise argparse.ArgumentTypeError(said) from None

    return read

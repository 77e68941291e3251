"""--limit: how much of something is printed."""

from __future__ import annotations

import argparse
from collections.abc import Callable

from search.language import Language


def limit_up_to(most: int, wrong: str, words: Language) -> Callable[[str], int]:
    """Return what reads a whole number from 1 to `most`; `wrong` is the text's key for others."""

    def read(text: str) -> int:
        if text.isascii() and text.isdigit() and 1 <= int(text) <= most:
            return int(text)
        raise argparse.ArgumentTypeError(words.text(wrong, text=text))

    return read

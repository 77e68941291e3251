"""Options that name files into which what was found is written."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from search.language import Language


def add_files(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser the options."""
    parser.add_argument("--csv", type=Path, help=words.text("command.each.csv"))
    parser.add_argument("--xlsx", type=Path, help=words.text("command.each.xlsx"))


def write_files(
    options: argparse.Namespace,
    words: Language,
    *,
    csv: Callable[[], bytes],
    xlsx: Callable[[], bytes],
) -> bool:
    """Write the files that the options name; say which one cannot be, and return whether all are.

    `csv` and `xlsx` make what is written.
    """
    for path, make in ((options.csv, csv), (options.xlsx, xlsx)):
        if path is None:
            continue
        content = make()
        try:
            path.write_bytes(content)
        except OSError as error:
            reason = error.strerror or ""
            said = words.text("command.each.not_written", path=str(path), reason=reason)
            print(said, file=sys.stderr)
            return False
    return True

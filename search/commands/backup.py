"""python -m search backup: the app's own schema as one file."""

from __future__ import annotations

import argparse
from pathlib import Path

from search.decoding import MEGABYTE
from search.language import Language
from search.settings import Settings
from search.store.backup import back_up, reached

STANDARD = "-"


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("file", metavar="FILE", help=words.text("command.backup.file"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Write it; raise a LikenessError that the command line says."""
    file = None if options.file == STANDARD else Path(options.file)
    with reached(Settings.read()) as conninfo:
        back_up(conninfo, file)
    if file is not None:  # else the file itself is what is printed
        size = file.stat().st_size / MEGABYTE
        print(words.text("command.backup.done", file=str(file), megabytes=round(size, 1)))
    return 0

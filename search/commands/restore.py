"""python -m search restore: what `backup` wrote, into an empty database."""

from __future__ import annotations

import argparse
from contextlib import closing
from pathlib import Path

from search.commands.backup import STANDARD
from search.language import Language
from search.settings import Settings
from search.store.backup import reached, restore
from search.store.database import Database
from search.store.store import Store


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("file", metavar="FILE", help=words.text("command.restore.file"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Put it back, and bring it up to date; raise a LikenessError that the command line says."""
    file = None if options.file == STANDARD else Path(options.file)
    with reached(Settings.read()) as conninfo:
        restore(conninfo, file)
        with closing(Store.on(Database(conninfo))) as store:
            products, pictures = store.products.count()
    print(words.text("command.restore.done", products=products, pictures=pictures))
    return 0

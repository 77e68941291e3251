"""python -m search sets: list, add and remove evaluation sets."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from search.commands.progress_line import ProgressLine
from search.engine import SearchEngine
from search.errors import LikenessError
from search.importing_sets import Skipped
from search.language import Language
from search.settings import Settings


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes; without anything it lists the sets."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--add", metavar="PATH", type=Path, help=words.text("command.sets.add"))
    ways.add_argument("--remove", metavar="NAME", help=words.text("command.sets.remove"))
    parser.add_argument("--name", help=words.text("command.sets.name"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Add, remove or list; raise a LikenessError that the command line says."""
    engine = SearchEngine.open(Settings.read())
    try:
        if options.add is not None:
            # "." has no name of its own.
            name = options.add.absolute().stem if options.name is None else options.name
            _add(engine, name, options.add, words)
        elif options.remove is not None:
            engine.evaluating.remove_set(options.remove)
        for source in engine.evaluating.sets():
            print(words.text("command.sets.line", name=source.name, n=source.photos))
    finally:
        engine.close()
    return 0


def _add(engine: SearchEngine, name: str, path: Path, words: Language) -> None:
    with ProgressLine() as line:
        imported = engine.set_importer().add(
            name,
            path,
            lambda done, total: line.show(
                lambda: words.text("command.sets.progress", done=done, total=total)
            ),
        )
    for skipped in imported.skipped:
        print(f"{skipped.where}: {_reason(skipped, words)}", file=sys.stderr)
    print(words.text("command.sets.added", name=imported.name, n=imported.photos))


def _reason(skipped: Skipped, words: Language) -> str:
    if isinstance(skipped.reason, LikenessError):
        return words.error(skipped.reason).sentence
    return words.text(skipped.reason, **skipped.facts)

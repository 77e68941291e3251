"""python -m search index: encode the catalogue's pictures."""

from __future__ import annotations

import argparse
import sys

from search.engine import SearchEngine
from search.indexing import Indexed
from search.language import Language
from search.settings import Settings

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--again", action="store_true", help=words.text("command.again"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Index with progress; 1 when a picture could not be indexed."""

    def show(state: Indexed) -> None:
        line = words.text("command.indexed", done=state.done, total=state.total)
        print(f"\r{line}", end="", flush=True)

    engine = SearchEngine.open(Settings.read())
    try:
        state = engine.index(show, again=options.again)
    finally:
        print()
        engine.close()
    if state.first_failure is None:
        return 0
    reason = words.error(state.first_failure).sentence
    print(words.text("command.failed", n=state.failed, reason=reason), file=sys.stderr)
    return FAILED

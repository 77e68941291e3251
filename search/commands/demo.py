"""python -m search demo: put the demo catalogue into the database, or take it out again."""

from __future__ import annotations

import argparse

from search.demo.loading import Demo
from search.engine import SearchEngine
from search.language import Language
from search.settings import Settings
from search.store.store import Store


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--remove", action="store_true", help=words.text("command.demo_remove"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Load or remove the demo and say how many products there are now."""
    if options.remove:
        return _remove(words)
    engine = SearchEngine.open(Settings.read())
    try:
        engine.load_demo()
        products = engine.coverage().products
    finally:
        engine.close()
    print(words.text("command.demo_loaded", n=products))
    return 0


def _remove(words: Language) -> int:
    # Not SearchEngine.open: it would put the demo into an empty catalogue first.
    store = Store.open(Settings.read())
    try:
        removed = Demo(store).remove()
        comes_again = store.is_embedded and store.products.count()[0] == 0
    finally:
        store.close()
    print(words.text("command.demo_removed", n=removed))
    if comes_again:
        print(words.text("command.demo_comes_again"))
    return 0

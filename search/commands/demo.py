"""python -m search demo: put the demo catalogue into the database."""

from __future__ import annotations

import argparse

from search.engine import SearchEngine
from search.language import Language
from search.settings import Settings


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes: nothing."""


def run(_: argparse.Namespace, words: Language) -> int:
    """Load the demo and say how many products there are now."""
    engine = SearchEngine.open(Settings.read())
    try:
        engine.load_demo()
        products = engine.coverage().products
    finally:
        engine.close()
    print(words.text("command.demo_loaded", n=products))
    return 0

"""python -m search index: encode the catalogue's pictures."""

from __future__ import annotations

import argparse
import sys
import time

from search.commands.index_lines import failure_lines, progress_line
from search.engine import SearchEngine
from search.errors import IndexingElsewhere
from search.indexing import Indexed
from search.language import Language
from search.settings import Settings

FAILED = 1
TICK_SECONDS = 0.25
LOOK_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--again", action="store_true", help=words.text("command.again"))
    parser.add_argument("--retry", action="store_true", help=words.text("command.index.retry"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Index with progress, or show how far somebody else is; 1 unless all is indexed then."""
    engine = SearchEngine.open(Settings.read())
    line = _Line(words)
    try:
        try:
            engine.index(line.show, again=options.again, retry=options.retry)
        except IndexingElsewhere:
            _follow(engine, line, words)
        line.end()
        failures = engine.indexing.failures()
        for told in failure_lines(failures, words):
            print(told, file=sys.stderr)
        return FAILED if failures or engine.indexing.waiting() else 0
    finally:
        line.end()
        engine.close()


def _follow(engine: SearchEngine, line: _Line, words: Language) -> None:
    """Show how far the run in another process is, until it is over."""
    told = ""
    while (run := engine.indexing.current()) is not None:
        if run.process != told:
            told = run.process
            print(words.text("command.index.elsewhere", process=told), file=sys.stderr)
        line.show(Indexed.of(run))
        time.sleep(LOOK_SECONDS)


class _Line:
    """A line of the terminal that is written over and over."""

    def __init__(self, words: Language) -> None:
        self._words = words
        self._last: Indexed | None = None
        self._shown = 0.0
        self._width = 0

    def show(self, state: Indexed) -> None:
        """Show a state, a few times a second at most."""
        self._last = state
        if time.monotonic() - self._shown >= TICK_SECONDS:
            self._shown = time.monotonic()
            self._print(state)

    def end(self) -> None:
        """Show the last state, and leave the line."""
        if self._last is not None:
            self._print(self._last)
            self._last = None
            print()

    def _print(self, state: Indexed) -> None:
        line = progress_line(state, self._words)
        print(f"\r{line:<{self._width}}", end="", flush=True)
        self._width = len(line)

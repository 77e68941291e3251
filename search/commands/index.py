"""python -m search index: encode the catalogue's pictures."""

from __future__ import annotations

import argparse
import sys
import time

from search.commands.index_lines import ending_line, failure_lines, progress_line
from search.engine import SearchEngine
from search.errors import IndexingElsewhere
from search.indexing import Indexed, Indexing
from search.language import Language
from search.settings import Settings

FAILED = 1
TICK_SECONDS = 0.25
LOOK_SECONDS = 1.0


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--again", action="store_true", help=words.text("command.again"))
    parser.add_argument("--afresh", action="store_true", help=words.text("command.index.afresh"))
    parser.add_argument("--retry", action="store_true", help=words.text("command.index.retry"))
    parser.add_argument("--beside", action="store_true", help=words.text("command.index.beside"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Index with progress, or show how far somebody else is; 1 unless all is indexed then."""
    engine = SearchEngine.open(Settings.read())
    line = _Line(words)
    try:
        indexing = engine.beside.indexing if options.beside else engine.indexing
        _say_before(indexing, options, words)
        try:
            indexing.run(
                line.show,
                again=options.again or options.afresh,
                afresh=options.afresh,
                retry=options.retry,
            )
        except IndexingElsewhere:
            _follow(indexing, line, words)
        line.end()
        failures = indexing.failures()
        for told in failure_lines(failures, words):
            print(told, file=sys.stderr)
        return FAILED if failures or indexing.waiting() else 0
    finally:
        line.end()
        engine.close()


def _say_before(indexing: Indexing, options: argparse.Namespace, words: Language) -> None:
    """Say why the last run ended early, and where this one goes on."""
    if indexing.current() is not None:
        return
    _say_end(indexing, words)
    since = indexing.again_since()
    if options.again and not options.afresh and since is not None:
        said = f"{since.astimezone():%Y-%m-%d %H:%M}"
        print(words.text("command.index.goes_on", since=said), file=sys.stderr)


def _say_end(indexing: Indexing, words: Language) -> None:
    ended = indexing.ended()
    if ended is not None:
        print(ending_line(ended, words), file=sys.stderr)


def _follow(indexing: Indexing, line: _Line, words: Language) -> None:
    """Show how far the run in another process is, until it is over."""
    told = ""
    while (run := indexing.current()) is not None:
        if run.process != told:
            told = run.process
            print(words.text("command.index.elsewhere", process=told), file=sys.stderr)
        line.show(Indexed.of(run))
        time.sleep(LOOK_SECONDS)
    line.end()
    _say_end(indexing, words)


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

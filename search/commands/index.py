"""python -m search index: encode the catalogue's pictures."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import closing
from functools import partial

from search.commands.index_lines import ending_line, failure_lines, progress_line
from search.commands.progress_line import ProgressLine
from search.engine import SearchEngine
from search.errors import IndexingElsewhere
from search.indexing import Indexed, Indexing
from search.language import Language
from search.settings import Settings

FAILED = 1
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
    with closing(engine), ProgressLine(printed=True) as line:
        indexing = engine.beside.indexing if options.beside else engine.indexing
        _say_before(indexing, options, words)
        try:
            indexing.run(
                lambda state: line.show(lambda: progress_line(state, words)),
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


def _say_before(indexing: Indexing, options: argparse.Namespace, words: Language) -> None:
    """Say why the last run ended early, and where this one goes on."""
    if indexing.current() is not None:
        return
    _say_end(indexing, words)
    since = indexing.again_since()
    if options.again and not options.afresh and since is not None:
        said = words.text("command.index.goes_on", since=words.moment(since))
        print(said, file=sys.stderr)


def _say_end(indexing: Indexing, words: Language) -> None:
    ended = indexing.ended()
    if ended is not None:
        print(ending_line(ended, words), file=sys.stderr)


def _follow(indexing: Indexing, line: ProgressLine, words: Language) -> None:
    """Show how far the run in another process is, until it is over."""
    told = ""
    while (run := indexing.current()) is not None:
        if run.process != told:
            told = run.process
            print(words.text("command.index.elsewhere", process=told), file=sys.stderr)
        line.show(partial(progress_line, Indexed.of(run), words))
        time.sleep(LOOK_SECONDS)
    line.end()
    _say_end(indexing, words)

"""python -m search adopt: copy the catalogue from a shop's own tables, or by CATALOGUE_QUERY."""

from __future__ import annotations

import argparse
import json
import sys

from search.adopting.report import AdoptionReport
from search.commands.adopt_lines import left_out_lines, lines, plain
from search.commands.progress_line import ProgressLine
from search.engine import SearchEngine
from search.language import Language
from search.settings import Settings
from search.store.store import Store

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--dry-run", action="store_true", help=words.text("command.adopt.dry_run"))
    parser.add_argument("--json", action="store_true", help=words.text("command.adopt.json"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Copy what has changed, and say what came of it; 1 when anything was left out."""
    settings = Settings.read()
    # Not SearchEngine.open: an empty catalogue of our own would get the demo first.
    engine = SearchEngine(settings, Store.open(settings))
    try:
        report, unchanged_since = _copy(engine, words, dry_run=options.dry_run)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(plain(report, words), ensure_ascii=False, indent=2))
    else:
        if unchanged_since is not None:
            print(words.text("command.adopt.unchanged", when=unchanged_since))
        print("\n".join(lines(report, words)))
        for line in left_out_lines(report, words):
            print(line, file=sys.stderr)
    return FAILED if report.has_losses else 0


def _copy(
    engine: SearchEngine, words: Language, *, dry_run: bool
) -> tuple[AdoptionReport, str | None]:
    """Return the report, and since when nothing has changed if it is that of the last copy."""
    with ProgressLine() as line:
        report = engine.adoption.refresh(
            lambda done, total: line.show(
                lambda: words.text("command.adopt.progress", done=done, total=total)
            ),
            dry_run=dry_run,
        )
    if report is not None:
        return report, None
    state = engine.adoption.state()
    if state.report is None or state.adopted_at is None:
        raise RuntimeError("nothing has changed since a copy that is not there")
    return state.report, words.moment(state.adopted_at)

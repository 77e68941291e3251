"""python -m search import vectors: vectors made elsewhere, for pictures that are there."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from search.commands.import_lines import PROBLEMS_SHOWN, reason_of
from search.errors import ImportEmpty
from search.importing.rows import Problem
from search.importing.vector_file import VectorFile
from search.importing.vector_importer import VectorImporter
from search.importing.vector_names import VectorNames
from search.importing.vector_report import VectorReport
from search.importing.vectors import space_named
from search.language import Language
from search.settings import Settings
from search.store.store import Store

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes: an array, whose vectors they are, and of what."""

    def said(key: str) -> str:
        return words.text(f"command.import.{key}")

    parser.add_argument("path", metavar="FILE.npy|FILE.npz", type=Path, help=said("vectors_file"))
    parser.add_argument(
        "--articles", metavar="FILE", type=Path, required=True, help=said("articles")
    )
    parser.add_argument("--name", metavar="SOURCE", help=said("vectors_name"))
    parser.add_argument("--model", metavar="NAME", default="", help=said("model"))
    parser.add_argument("--dry-run", action="store_true", help=said("dry_run"))
    parser.add_argument("--json", action="store_true", help=said("json"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Import vectors and say what came of it; 1 when any was left out."""
    space = space_named(options.model)
    # What cannot be read is known before a database is started for it.
    file = VectorFile(options.path, space.dimensions)
    names = VectorNames(options.articles)
    store = Store.open(Settings.read())
    start = time.monotonic()
    try:
        report = VectorImporter(store).run(
            file,
            names,
            space,
            _progress(words, start),
            source=options.name,
            dry_run=options.dry_run,
        )
    finally:
        store.close()
        if sys.stderr.isatty():
            print(file=sys.stderr)
    if options.json:
        print(json.dumps(_plain(report, words), ensure_ascii=False, indent=2))
    else:
        for line in _problem_lines(report, words):
            print(line, file=sys.stderr)
        print("\n".join(_lines(report, words, time.monotonic() - start)))
    if report.taken == 0:
        raise ImportEmpty(path=file.path)
    return FAILED if report.vectors.left_out else 0


def _lines(report: VectorReport, words: Language, seconds: float) -> Iterator[str]:
    tally = report.vectors
    if report.dry_run:
        yield words.text("command.import.dry")
    yield words.text(
        "command.import.vectors_of",
        model=report.model,
        added=tally.added,
        changed=tally.changed,
        unchanged=tally.unchanged,
        left_out=tally.left_out,
    )
    if report.changes_nothing and report.taken:
        yield words.text("command.import.nothing")
    elif not report.dry_run:
        yield words.text("command.import.vectors_speed", rate=_rate(report, seconds))


def _problem_lines(report: VectorReport, words: Language) -> Iterator[str]:
    """Yield what was left out, kind by kind, the first of each with their places."""
    by_kind: dict[str, list[Problem]] = {}
    for problem in report.problems:
        by_kind.setdefault(problem.kind, []).append(problem)
    for kind, problems in by_kind.items():
        for problem in problems[:PROBLEMS_SHOWN]:
            reason = reason_of(problem, words)
            yield words.text("command.import.problem", where=problem.where, reason=reason)
        if report.reasons[kind] > PROBLEMS_SHOWN:
            yield words.text("command.import.vectors_more", n=report.reasons[kind] - PROBLEMS_SHOWN)


def _plain(report: VectorReport, words: Language) -> dict[str, Any]:
    return {
        **report.plain(),
        "problems": [
            {"where": problem.where, "kind": problem.kind, "reason": reason_of(problem, words)}
            for problem in report.problems
        ],
    }


def _progress(words: Language, start: float) -> Callable[[VectorReport], None]:
    """Return what shows on a terminal how far it is, and how fast."""

    def show(report: VectorReport) -> None:
        if sys.stderr.isatty():
            rate = _rate(report, time.monotonic() - start)
            line = words.text(
                "command.import.vectors_progress", done=report.done, total=report.total, rate=rate
            )
            print(f"\r{line}", end="", flush=True, file=sys.stderr)

    return show


def _rate(report: VectorReport, seconds: float) -> int:
    return round(report.done / max(seconds, 0.001))

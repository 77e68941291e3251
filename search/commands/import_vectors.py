"""python -m search import vectors: vectors made elsewhere, for pictures that are there."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from search.commands.problem_lines import plain_problems, problem_lines
from search.commands.progress_line import ProgressLine
from search.errors import ImportEmpty
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
    with closing(store), ProgressLine() as line:
        report = VectorImporter(store).run(
            file,
            names,
            space,
            lambda report: line.show(lambda: _progress_of(report, start, words)),
            source=options.name,
            dry_run=options.dry_run,
        )
    if options.json:
        plain = {**report.plain(), **plain_problems(report, words)}
        print(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        for problem in problem_lines(report, words):
            print(problem, file=sys.stderr)
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


def _progress_of(report: VectorReport, start: float, words: Language) -> str:
    rate = _rate(report, time.monotonic() - start)
    return words.text(
        "command.import.vectors_progress", done=report.done, total=report.total, rate=rate
    )


def _rate(report: VectorReport, seconds: float) -> int:
    return round(report.done / max(seconds, 0.001))

"""python -m search judgements: hand on what people said, and take it in."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from search.engine import SearchEngine
from search.judgements_csv import ImportReport, text_of
from search.language import Language
from search.settings import Settings

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes; without a file it is standard input or output."""
    parser.add_argument(
        "action", choices=("export", "import"), help=words.text("command.judgements.action")
    )
    parser.add_argument(
        "file", nargs="?", type=Path, help=words.text("command.judgements.file"), metavar="FILE"
    )
    parser.add_argument("--qrels", action="store_true", help=words.text("command.judgements.qrels"))


def run(options: argparse.Namespace, words: Language) -> int:
    """Export, or import and say what came of it; 1 when a row or the file could not be used."""
    try:
        # What cannot be read is known before a database is started for it.
        text = _read(options.file) if options.action == "import" else ""
        engine = SearchEngine.open(Settings.read())
        try:
            if options.action == "import":
                return _say(engine.judging.import_csv(text), words)
            judging = engine.judging
            _write(judging.export_qrels() if options.qrels else judging.export_csv(), options.file)
        finally:
            engine.close()
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or ""
        told = words.text("command.judgements.no_file", path=str(options.file), reason=reason)
        print(told, file=sys.stderr)
        return FAILED
    return 0


def _read(path: Path | None) -> str:
    return text_of(sys.stdin.buffer.read() if path is None else path.read_bytes())


def _write(lines: Iterable[str], path: Path | None) -> None:
    if path is None:
        for line in lines:
            print(line, end="")
        return
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(lines)


def _say(report: ImportReport, words: Language) -> int:
    for problem in report.problems:
        reason = words.text(problem.reason, **problem.facts)
        told = words.text("command.judgements.problem", line=str(problem.line), reason=reason)
        print(told, file=sys.stderr)
    print(words.text("command.judgements.imported", n=report.added, known=report.known))
    return FAILED if report.problems else 0

"""python -m search evaluate: the threshold page's figures, for scripts and for one's own CI."""

from __future__ import annotations

import argparse
import json
import math
import sys
from functools import partial
from typing import Any

from search.commands.choices import one_of
from search.commands.evaluation_table import table
from search.commands.progress_line import ProgressLine
from search.engine import SearchEngine
from search.evaluating import MOST_SEARCHES, Evaluating
from search.evaluation import Source, SourceKind
from search.language import Language
from search.report import as_json
from search.settings import Settings
from search.threshold import Threshold
from search.thresholds import whole_hundredth
from search.tuning.recommend import Goals
from search.tuning.scales import Scale

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    photos = parser.add_mutually_exclusive_group()
    photos.add_argument("--set", metavar="NAME", help=words.text("command.evaluate.set"))
    photos.add_argument(
        "--searches",
        metavar="N",
        type=partial(_searches, words=words),
        help=words.text("command.evaluate.n"),
    )
    parser.add_argument(
        "--threshold",
        type=partial(_line, words=words),
        metavar="0.74",
        help=words.text("command.evaluate.threshold"),
    )
    parser.add_argument(
        "--scale",
        type=one_of(Scale, words),
        metavar="|".join(Scale),
        help=words.text("command.evaluate.scale"),
    )
    parser.add_argument(
        "--beta",
        type=partial(_weight, words=words),
        default=1.0,
        help=words.text("command.evaluate.beta"),
    )
    parser.add_argument("--scales", action="store_true", help=words.text("command.evaluate.scales"))
    parser.add_argument("--beside", action="store_true", help=words.text("command.evaluate.beside"))
    parser.add_argument("--json", action="store_true", help=words.text("command.evaluate.json"))
    parser.add_argument(
        "--fail-under",
        type=partial(_share, words=words),
        metavar="0.80",
        help=words.text("command.evaluate.fail_under"),
    )


def run(options: argparse.Namespace, words: Language) -> int:
    """Evaluate and print; 1 when F-beta at the threshold is below --fail-under or undefined."""
    engine = SearchEngine.open(Settings.read())
    try:
        evaluating = engine.beside.evaluating if options.beside else engine.evaluating
        source = _source(evaluating, options)
        if source is None:
            known = ", ".join(s.name for s in evaluating.sources() if s.name)
            print(words.text("command.evaluate.no_set", sets=known or "—"), file=sys.stderr)
            return FAILED
        active = engine.thresholds.active(evaluating.space)
        report = _report(evaluating, source, active, options, words)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print("\n".join(table(report, words)))
    reached = report["at_threshold"]["f_beta"]
    too_low = options.fail_under is not None and (reached is None or reached < options.fail_under)
    if too_low:
        below = words.text(
            "command.evaluate.too_low", reached=str(reached), least=options.fail_under
        )
        print(below, file=sys.stderr)
    return FAILED if too_low else 0


def _line(text: str, words: Language) -> float:
    """Read a whole hundredth from -1 to 1; any other number would be measured somewhere else."""
    value = whole_hundredth(_number(text))
    if value is None:
        raise argparse.ArgumentTypeError(words.text("reasons.threshold_no_hundredth"))
    return value


def _share(text: str, words: Language) -> float:
    """Read a number from 0 to 1, to all of its digits."""
    value = _number(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError(words.text("command.evaluate.no_share"))
    return value


def _weight(text: str, words: Language) -> float:
    """Read a number above 0."""
    value = _number(text)
    if not 0 < value < math.inf:
        raise argparse.ArgumentTypeError(words.text("command.evaluate.no_weight"))
    return value


def _searches(text: str, words: Language) -> int:
    """Read how many searches are looked at."""
    value = _number(text)
    if not 1 <= value <= MOST_SEARCHES or value != int(value):
        told = words.text("command.evaluate.no_count", limit=MOST_SEARCHES)
        raise argparse.ArgumentTypeError(told)
    return int(value)


def _number(text: str) -> float:
    """Read a number with a point or a comma; what is none becomes one that fits nowhere."""
    try:
        return float(text.replace(",", "."))
    except ValueError:
        return math.nan


def _source(evaluating: Evaluating, options: argparse.Namespace) -> Source | None:
    """Return the set of that name, the last searches, or without either the first source."""
    sources = evaluating.sources()
    if options.searches is not None:
        return Source(SourceKind.SEARCHES, f"searches:{options.searches}", "", options.searches)
    if options.set is None:
        return next(iter(sources), None)
    return next((source for source in sources if source.name == options.set), None)


def _report(
    evaluating: Evaluating,
    source: Source,
    active: Threshold,
    options: argparse.Namespace,
    words: Language,
) -> dict[str, Any]:
    scale = options.scale or active.scale
    line = active.value if options.threshold is None else options.threshold
    goals = Goals(beta=options.beta)
    with ProgressLine() as progress:

        def show(share: float) -> None:
            progress.show(lambda: f"{words.text('command.evaluate.counting')} {share:4.0%}")

        evaluating.count(source.key, scale, show)
        evaluation = evaluating.evaluate(source.key, scale, goals)
        evaluation = evaluating.advise(evaluation, show)
        scales = evaluating.compare_scales(source.key, goals, show) if options.scales else ()
        progress.clear()
    return as_json(evaluation, line, scales)

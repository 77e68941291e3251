"""python -m search evaluate: the figures of the threshold page, for scripts and for one's own CI."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from typing import Any

from search.engine import SearchEngine
from search.evaluation import Source, SourceKind
from search.language import Language
from search.report import as_json
from search.settings import Settings
from search.tuning.recommend import Goals
from search.tuning.scales import Scale

FAILED = 1


def add_arguments(parser: argparse.ArgumentParser, words: Language) -> None:
    """Tell the parser what the command takes."""
    parser.add_argument("--set", metavar="NAME", help=words.text("command.evaluate.set"))
    parser.add_argument("--searches", metavar="N", type=int, help=words.text("command.evaluate.n"))
    parser.add_argument(
        "--threshold", type=similarity, metavar="0.74", help=words.text("command.evaluate.threshold")
    )
    parser.add_argument(
        "--scale", type=Scale, choices=list(Scale), help=words.text("command.evaluate.scale")
    )
    parser.add_argument(
        "--beta", type=positive, default=1.0, help=words.text("command.evaluate.beta")
    )
    parser.add_argument(
        "--scales", action="store_true", help=words.text("command.evaluate.scales")
    )
    parser.add_argument("--json", action="store_true", help=words.text("command.evaluate.json"))
    parser.add_argument(
        "--fail-under",
        type=similarity,
        metavar="0.80",
        help=words.text("command.evaluate.fail_under"),
    )


def run(options: argparse.Namespace, words: Language) -> int:
    """Evaluate and print; 1 when F-beta at the threshold is below --fail-under or undefined."""
    engine = SearchEngine.open(Settings.read())
    try:
        source = _source(engine, options)
        if source is None:
            known = ", ".join(s.name for s in engine.evaluating.sources() if s.name)
            print(words.text("command.evaluate.no_set", sets=known or "—"), file=sys.stderr)
            return FAILED
        report = _report(engine, source, options, words)
    finally:
        engine.close()
    if options.json:
        print(json.dumps(report, ensure_ascii=False, indent=2))
    else:
        print("\n".join(_table(report, words)))
    reached = report["at_threshold"]["f_beta"]
    too_low = options.fail_under is not None and (reached is None or reached < options.fail_under)
    if too_low:
        below = words.text("command.evaluate.too_low", reached=str(reached), least=options.fail_under)
        print(below, file=sys.stderr)
    return FAILED if too_low else 0


def similarity(text: str) -> float:
    """Read a whole hundredth from -1 to 1, with a point or a comma."""
    value = float(text.replace(",", "."))
    if not -1 <= value <= 1:
        raise ValueError(text)
    return round(value, 2)


def positive(text: str) -> float:
    """Read a number above 0."""
    value = float(text.replace(",", "."))
    if not 0 < value < float("inf"):
        raise ValueError(text)
    return value


def _source(engine: SearchEngine, options: argparse.Namespace) -> Source | None:
    """Return the set of that name, the last searches, or without either the first source."""
    sources = engine.evaluating.sources()
    if options.searches:
        return Source(SourceKind.SEARCHES, f"searches:{options.searches}", "", options.searches)
    if options.set is None:
        return next(iter(sources), None)
    return next((source for source in sources if source.name == options.set), None)


def _report(
    engine: SearchEngine, source: Source, options: argparse.Namespace, words: Language
) -> dict[str, Any]:
    def show(share: float) -> None:
        if sys.stderr.isatty():
            print(f"\r{words.text('command.evaluate.counting')} {share:4.0%}", end="", file=sys.stderr)

    active = engine.thresholds.active()
    scale = options.scale or active.scale
    line = active.value if options.threshold is None else options.threshold
    goals = Goals(beta=options.beta)
    engine.evaluating.count(source.key, scale, show)
    evaluation = engine.evaluating.evaluate(source.key, scale, goals)
    evaluation = engine.evaluating.with_bands(evaluation, show)
    scales = engine.evaluating.compare_scales(source.key, goals, show) if options.scales else ()
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return as_json(evaluation, line, scales)


def _table(report: dict[str, Any], words: Language) -> Iterator[str]:
    """Yield the lines that people read: the same figures as in JSON."""
    name = report["source"]["name"] or report["source"]["key"]
    yield words.text(
        "command.evaluate.head",
        name=name,
        n=report["photos"],
        products=report["products"],
        scale=f"@command.evaluate.scale_{report['scale']}",
    )
    if not report["complete"]:
        yield words.text("command.evaluate.estimated", n=report["judged"])
    if report["needed"]:
        yield words.text("command.evaluate.needed", n=report["needed"])
    yield ""
    figures = report["at_threshold"]
    yield words.text("command.evaluate.at", threshold=words.similarity(report["threshold"]))
    for figure in ("precision", "recall", "f_beta"):
        band = f"  ({_number(figures[f'{figure}_low'])}-{_number(figures[f'{figure}_high'])})"
        yield f"  {words.text(f'command.evaluate.{figure}'):<28}{_number(figures[figure])}{band}"
    for figure in _COUNTS:
        yield f"  {words.text(f'command.evaluate.{figure}'):<28}{_number(figures[figure])}"
    yield ""
    yield from _summary(report, words)
    yield ""
    yield words.text("command.evaluate.recommendations")
    for found in report["recommendations"]:
        yield _recommendation(found, words)
    if "scales" in report:
        yield ""
        yield from _scales(report, words)


_COUNTS = (
    "accepted_median",
    "true_positives",
    "false_positives",
    "false_negatives",
    "true_negatives",
    "match_probability",
)


def _summary(report: dict[str, Any], words: Language) -> Iterator[str]:
    figures = {**report["summary"], **{f"ranked_{k}": v for k, v in (report["ranking"] or {}).items()}}
    for figure, value in figures.items():
        yield f"  {words.text(f'command.evaluate.{figure}'):<28}{_number(value)}"


def _recommendation(found: dict[str, Any], words: Language) -> str:
    rule = words.text(f"command.evaluate.rule_{found['rule']}")
    if found["threshold"] is None:
        why = words.text(
            f"command.evaluate.obstacle_{found['obstacle']}",
            n=found["missing"],
            best=_number(found["best_reached"]),
        )
        return f"  {rule:<40}{why}"
    value = words.similarity(found["threshold"])
    if found["doubtful"] is not None:
        value = f"{words.similarity(found['doubtful'])} / {value}"
    return f"  {rule:<40}{value:<14}{_held_out(found['held_out'], words)}"


def _held_out(found: dict[str, Any] | None, words: Language) -> str:
    if found is None:
        return ""
    figures = {key: _number(found[key]) for key in ("precision", "recall", "f_beta")}
    return words.text("command.evaluate.held_out", **figures)


def _scales(report: dict[str, Any], words: Language) -> Iterator[str]:
    yield words.text("command.evaluate.scales_head")
    for found in report["scales"]:
        mark = "*" if found["scale"] == report["recommended_scale"] else " "
        name = words.text(f"command.evaluate.scale_{found['scale']}")
        margin = f"{found['margin']:+.4f} ({_number(found['margin_low'])}..{_number(found['margin_high'])})"
        value = words.similarity(found["threshold"])
        yield f"{mark} {name:<40}{value:<8}{_held_out(found['held_out'], words)}  {margin}"


def _number(value: float | None) -> str:
    """Write a figure as JSON does: the same digits in a table and in a script."""
    return "—" if value is None else f"{value:.10g}"

"""An evaluation as a table in the terminal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from search.language import Language

_COUNTS = (
    "accepted_median",
    "true_positives",
    "false_positives",
    "false_negatives",
    "true_negatives",
    "match_probability",
)


def table(report: dict[str, Any], words: Language) -> Iterator[str]:
    """Yield the lines that people read, with the very figures of the JSON report."""
    name = report["source"]["name"] or report["source"]["key"]
    yield words.text(
        "command.evaluate.head",
        name=name,
        n=report["photos"],
        products=report["products"],
        scale=f"@command.evaluate.scale_{report['scale']}",
    )
    if report["products_sampled"] is not None:
        yield words.text("command.evaluate.sampled", n=report["products_sampled"])
    if not report["complete"]:
        yield words.text("command.evaluate.estimated", n=report["judged"])
    if report["photos_judged"] != report["photos"]:
        yield words.text("command.evaluate.judged_photos", n=report["photos_judged"])
    if report["measurable_from"] is not None:
        line = words.similarity(report["measurable_from"] / 100)
        yield words.text("command.evaluate.unmeasured", line=line)
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


def _summary(report: dict[str, Any], words: Language) -> Iterator[str]:
    figures = {
        **report["summary"],
        **{f"ranked_{k}": v for k, v in (report["ranking"] or {}).items()},
    }
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
        band = f"{_number(found['margin_low'])}..{_number(found['margin_high'])}"
        value = words.similarity(found["threshold"])
        margin = f"{_number(found['margin'])} ({band})"
        yield f"{mark} {name:<40}{value:<8}{_held_out(found['held_out'], words)}  {margin}"


def _number(value: float | None) -> str:
    """Write a figure as JSON does: the same digits in a table and in a script."""
    return "—" if value is None else f"{value:.10g}"

"""The component that shows what every threshold would do.

Everything that follows the line happens in the browser. Python says once what was measured; moving
the line asks neither the server nor the database. Where the line comes to rest is told to Python.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import streamlit as st

from pages.parts.evidence.words import TEXTS
from pages.parts.judging.judging import Text, choose_texts, read_parts
from pages.parts.scripts import plotly_path

Numbers = Sequence[float]

LINES: Final = 201
# The head, the slider and its sticky bar look and work as those of the results do.
_STYLES = (
    "judging/ground.css",
    "results/results.css",
    "results/chart.css",
    "evidence/evidence.css",
    "evidence/charts.css",
    "evidence/tables.css",
)
_SCRIPTS = (
    "results/words.js",
    "results/distribution.js",
    "evidence/numbers.js",
    "evidence/model.js",
    "evidence/sentences.js",
    "evidence/plotly.js",
    "evidence/traces.js",
    "evidence/charts.js",
    "evidence/tables.js",
    "evidence/advice.js",
    "evidence/showing.js",
    "evidence/evidence.js",
)

_component = st.components.v2.component(
    "likeness_evidence",
    html=read_parts("evidence/evidence.html"),
    css=read_parts(*_STYLES),
    js=read_parts(*_SCRIPTS),
)


@dataclass(frozen=True, slots=True)
class HeldOut:
    """How a recommendation does on photos that had no say in it; `accepted` is a mean per photo."""

    precision: float
    recall: float
    f_beta: float
    accepted: float
    photos: int


@dataclass(frozen=True, slots=True)
class Advice:
    """One recommendation. Lines are whole hundredths; without a threshold `obstacle` says why."""

    rule: str
    threshold: int | None
    doubtful: int | None = None
    held_out: HeldOut | None = None
    obstacle: str | None = None
    missing: int = 0
    best_reached: float | None = None


@dataclass(frozen=True, slots=True)
class Range:
    """Bands: `level` in (0, 1), and for each measure its lows and highs, 201 numbers each."""

    level: float
    precision: tuple[Numbers, Numbers]
    recall: tuple[Numbers, Numbers]
    f_beta: tuple[Numbers, Numbers]


@dataclass(frozen=True, slots=True)
class Advised:
    """What is worked out from the judgements; `calibration` has 201 numbers, NaN where undefined.

    `calibration` is the chance of a match at each line, `ranking` P@1, P@5, P@10 and nDCG@10.
    """

    bands: Range
    calibration: Numbers
    average_precision: float
    roc_auc: float
    ranking: Mapping[str, float] | None
    advice: Sequence[Advice]
    by_category: Sequence[tuple[str, Advice]] = ()


@dataclass(frozen=True, slots=True)
class Judged:
    """What judgements say. Sequences have 201 numbers, one a line; NaN where undefined.

    `matches` and `others` count products by hundredths, estimated unless `complete`. `goals` are
    beta, precision, recall, confidence and cost. `advised` comes later: it takes seconds.
    """

    complete: bool
    pairs: int
    photos: int
    matches: Numbers
    others: Numbers
    precision: Numbers
    recall: Numbers
    f_beta: Numbers
    goals: Mapping[str, float]
    advised: Advised | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """How photos compare with the catalogue on one scale.

    `counts` are products by hundredths over all photos, `results` how many products a search shows
    at each line: low, median, high. `stamp` changes whenever anything else here does.
    """

    stamp: str
    scale: str
    photos: int
    products: int
    counts: Sequence[int]
    results: tuple[Numbers, Numbers, Numbers]
    judged: Judged | None = None

    def __post_init__(self) -> None:
        for numbers in (self.counts, *self.results):
            if len(numbers) != LINES:
                raise ValueError(f"there are {LINES} lines, not {len(numbers)}")


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line is, in whole hundredths; another `moves` tells that Python moved it there."""

    at: int
    doubtful: int | None = None
    moves: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """What the component tells: where the line came to rest, and which cell was opened."""

    on_line: Callable[[str, int, int | None], None] = field(default=lambda *_: None)
    on_cell: Callable[[str, str, int], None] = field(default=lambda *_: None)


def evidence(
    shown: Evidence,
    *,
    line: Line,
    active: int | None,
    opened: str | None,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    heard: Heard,
) -> None:
    """Show the evidence on both sides of a line that moves without the server.

    `line` is where the line stands when the component appears or `line.moves` changes. `active` is
    the threshold in use if it is one on this scale, `opened` the cell whose pictures are shown.
    Raises ValueError for a missing text.
    """

    def rested() -> None:
        at = st.session_state[key].at
        if at:
            heard.on_line(str(at["scale"]), int(at["line"]), _whole(at["doubtful"]))

    def clicked() -> None:
        cell = st.session_state[key].cell
        if cell:
            heard.on_cell(str(cell["cell"]), str(cell["scale"]), int(cell["line"]))

    _component(
        key=key,
        data={
            "language": language,
            "texts": choose_texts(TEXTS, texts, language),
            "plotly": plotly_path(),
            "line": line.at,
            "doubtful": line.doubtful,
            "moves": line.moves,
            "active": active,
            "opened": opened,
            **payload(shown),
            "stamp": f"{shown.stamp} {language}",
        },
        on_at_change=rested,
        on_cell_change=clicked,
    )


def payload(shown: Evidence) -> dict[str, Any]:
    """Write evidence as JSON has it: NaN as null, measures with 6 digits, all else with 4."""
    low, median, high = (_rounded(numbers, 1) for numbers in shown.results)
    return {
        "scale": shown.scale,
        "photos": shown.photos,
        "products": shown.products,
        "counts": _counts(shown.counts),
        "results": {"low": low, "median": median, "high": high},
        "judged": None if shown.judged is None else _judged(shown.judged),
    }


def _judged(judged: Judged) -> dict[str, Any]:
    return {
        "complete": judged.complete,
        "pairs": judged.pairs,
        "photos": judged.photos,
        "matches": _rounded(judged.matches),
        "others": _rounded(judged.others),
        # More digits than are shown: rounding twice must not change the last one.
        "precision": _rounded(judged.precision, 6),
        "recall": _rounded(judged.recall, 6),
        "f_beta": _rounded(judged.f_beta, 6),
        "goals": dict(judged.goals),
        "advised": judged.advised and _advised(judged.advised),
    }


def _advised(advised: Advised) -> dict[str, Any]:
    bands = advised.bands
    return {
        "calibration": _rounded(advised.calibration),
        "average_precision": _number(advised.average_precision, 6),
        "roc_auc": _number(advised.roc_auc, 6),
        "ranking": advised.ranking and {n: _number(v, 6) for n, v in advised.ranking.items()},
        "advice": [_advice(one) for one in advised.advice],
        "by_category": [[name, _advice(one)] for name, one in advised.by_category],
        "bands": {
            "level": bands.level,
            "precision": [_rounded(edge) for edge in bands.precision],
            "recall": [_rounded(edge) for edge in bands.recall],
            "f_beta": [_rounded(edge) for edge in bands.f_beta],
        },
    }


def _advice(one: Advice) -> dict[str, Any]:
    held = one.held_out
    return {
        "rule": one.rule,
        "threshold": one.threshold,
        "doubtful": one.doubtful,
        "obstacle": one.obstacle,
        "missing": one.missing,
        "best_reached": None if one.best_reached is None else _number(one.best_reached, 6),
        "held_out": held
        and {
            "precision": _number(held.precision, 6),
            "recall": _number(held.recall, 6),
            "f_beta": _number(held.f_beta, 6),
            "accepted": _number(held.accepted),
            "photos": held.photos,
        },
    }


def _number(value: float, digits: int = 4) -> float | int | None:
    if not math.isfinite(value):
        return None
    rounded = round(float(value), digits)
    return int(rounded) if rounded.is_integer() else rounded


def _rounded(values: Numbers, digits: int = 4) -> list[float | int | None]:
    return [_number(value, digits) for value in values]


def _counts(values: Sequence[int]) -> list[int]:
    return [int(value) for value in values]


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None

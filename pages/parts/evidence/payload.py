"""The evidence as it goes to the browser: plain numbers, no more digits than are shown."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pages.parts.evidence.facts import Advice, Advised, Evidence, Judged, Numbers


def payload(shown: Evidence) -> dict[str, Any]:
    """Write evidence as JSON has it: NaN as null, measures to the digits of `search.report`."""
    low, median, high = (_rounded(numbers, 1) for numbers in shown.results)
    return {
        "scale": shown.scale,
        "photos": shown.photos,
        "products": shown.products,
        "sampled": shown.sampled,
        "margins": shown.margins and _counts(shown.margins),
        "counts": _counts(shown.counts),
        "results": {"low": low, "median": median, "high": high},
        "empty": _rounded(shown.empty),
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
        "measurable_from": judged.measurable_from,
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
            "precision": [_rounded(edge, 6) for edge in bands.precision],
            "recall": [_rounded(edge, 6) for edge in bands.recall],
            "f_beta": [_rounded(edge, 6) for edge in bands.f_beta],
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

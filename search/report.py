"""An evaluation in plain figures: what the page shows at a line, the command prints, JSON carries.

One rounding for all of them, to 6 decimals, so that page and command agree to the last digit.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from search.evaluation import Advice, Evaluation
from search.tuning.compare import ScaleResult, winner
from search.tuning.recommend import HeldOut, Recommendation
from search.tuning.scales import bin_of

DECIMALS = 6
_AT_LINE = (
    "precision",
    "recall",
    "f_beta",
    "fallout",
    "accepted_low",
    "accepted_median",
    "accepted_high",
    "true_positives",
    "false_positives",
    "false_negatives",
    "true_negatives",
)
_BANDS = (
    "precision_low",
    "precision_high",
    "recall_low",
    "recall_high",
    "f_beta_low",
    "f_beta_high",
)

_SUMMARY = ("average_precision", "roc_auc")
_RANKING = ("average_precision", "precision_1", "precision_5", "precision_10", "ndcg_10")


def rounded(value: float | None) -> float | None:
    """Round a figure; None for one that is not defined (JSON has no NaN)."""
    return None if value is None or math.isnan(value) else round(float(value), DECIMALS)


def figures_at(evaluation: Evaluation, line: float) -> dict[str, float | None]:
    """Return every figure at a line given in whole hundredths; None where undefined."""
    place, advice = bin_of(line), evaluation.advice
    found = {name: rounded(getattr(evaluation.curves, name)[place]) for name in _AT_LINE}
    if advice is not None:
        found |= {name: rounded(getattr(advice.bands, name)[place]) for name in _BANDS}
        found["match_probability"] = rounded(advice.calibration[place])
    return found


def as_json(
    evaluation: Evaluation, line: float, scales: Sequence[ScaleResult] = ()
) -> dict[str, Any]:
    """Return an evaluation at a line, and with `scales` their comparison, ready for json.dumps."""
    overview, advice = evaluation.overview, evaluation.advice
    report: dict[str, Any] = {
        "source": {"key": overview.source.key, "name": overview.source.name},
        "scale": overview.scale,
        "threshold": round(line, 2),
        "beta": evaluation.goals.beta,
        "photos": len(overview.photos),
        "photos_judged": evaluation.tallies.photos,
        "photos_not_counted": overview.missing,
        "products": overview.products,
        "products_sampled": overview.sampled,
        "complete": evaluation.complete,
        "judged": evaluation.judged,
        "needed": evaluation.needed,
        "measurable_from": evaluation.measurable_from,
        "at_threshold": figures_at(evaluation, line),
    }
    if advice is not None:
        report |= _advice(advice)
    if scales:
        report["scales"] = [_scale(result) for result in scales]
        report["recommended_scale"] = winner(scales).scale
    return report


def _advice(advice: Advice) -> dict[str, Any]:
    ranking = advice.ranking
    return {
        "summary": {name: rounded(getattr(advice.summary, name)) for name in _SUMMARY},
        "ranking": None
        if ranking is None
        else {name: rounded(getattr(ranking, name)) for name in _RANKING}
        | {"photos": ranking.photos},
        "recommendations": [_recommendation(found) for found in advice.recommendations],
        "by_category": {
            category: _recommendation(found) for category, found in advice.by_category.items()
        },
    }


def _recommendation(found: Recommendation) -> dict[str, Any]:
    return {
        "rule": found.rule,
        "threshold": found.threshold,
        "doubtful": found.doubtful,
        "obstacle": found.obstacle,
        "missing": found.missing,
        "best_reached": rounded(found.best_reached),
        "held_out": _held_out(found.held_out),
    }


def _held_out(found: HeldOut | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "precision": rounded(found.precision),
        "recall": rounded(found.recall),
        "f_beta": rounded(found.f_beta),
        "accepted": rounded(found.accepted),
        "photos": found.photos,
    }


def _scale(result: ScaleResult) -> dict[str, Any]:
    return {
        "scale": result.scale,
        "threshold": result.threshold,
        "held_out": _held_out(result.held_out),
        "margin": rounded(result.margin),
        "margin_low": rounded(result.margin_low),
        "margin_high": rounded(result.margin_high),
    }

"""From what the engine found to what the evidence component shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

import numpy as np

from pages.parts.evidence import evidence as shown
from search.evaluation import Evaluation
from search.tuning.bootstrap import Bands
from search.tuning.curves import QUANTILES
from search.tuning.ranking import Ranking
from search.tuning.recommend import Recommendation
from search.tuning.scales import BINS, Integers
from search.tuning.tallies import passing

_RANKING = ("average_precision", "precision_1", "precision_5", "precision_10", "ndcg_10")


def to_evidence(evaluation: Evaluation, stamp: str, names: dict[str, str]) -> shown.Evidence:
    """Put an evaluation into the component's words; `names` are those of the categories by id."""
    overview = evaluation.overview
    low, median, high = results(overview.counts)
    return shown.Evidence(
        stamp=stamp,
        scale=overview.scale,
        photos=len(overview.photos),
        products=overview.products,
        counts=[int(count) for count in overview.counts.sum(axis=0)],
        results=(low, median, high),
        judged=_judged(evaluation, names) if _knows_matches(evaluation) else None,
    )


def results(counts: Integers) -> tuple[Sequence[float], Sequence[float], Sequence[float]]:
    """Return how many products pass each line: the low, middle and high quantile over photos."""
    each = passing(counts.astype(np.float64)) if len(counts) else np.zeros((1, BINS))
    low, median, high = np.quantile(each, QUANTILES, axis=0).tolist()
    return low, median, high


def _knows_matches(evaluation: Evaluation) -> bool:
    return evaluation.complete or evaluation.judged > 0


def _judged(evaluation: Evaluation, names: dict[str, str]) -> shown.Judged:
    tallies, curves, goals = evaluation.tallies, evaluation.curves, evaluation.goals
    categories = sorted((names.get(id_, id_), one) for id_, one in evaluation.by_category.items())
    return shown.Judged(
        complete=evaluation.complete,
        pairs=evaluation.judged,
        photos=tallies.photos,
        matches=tallies.matches.sum(axis=0).tolist(),
        others=tallies.others.sum(axis=0).tolist(),
        precision=curves.precision.tolist(),
        recall=curves.recall.tolist(),
        f_beta=curves.f_beta.tolist(),
        calibration=evaluation.calibration.tolist(),
        average_precision=evaluation.summary.average_precision,
        roc_auc=evaluation.summary.roc_auc,
        ranking=_ranking(evaluation.ranking),
        goals=asdict(goals),
        advice=[_advice(one) for one in evaluation.recommendations],
        by_category=[(name, _advice(one)) for name, one in categories],
        bands=_bands(evaluation.bands),
    )


def _ranking(ranking: Ranking | None) -> dict[str, float] | None:
    return ranking and {name: float(getattr(ranking, name)) for name in _RANKING}


def _bands(bands: Bands | None) -> shown.Range | None:
    return bands and shown.Range(
        bands.level,
        (bands.precision_low.tolist(), bands.precision_high.tolist()),
        (bands.recall_low.tolist(), bands.recall_high.tolist()),
        (bands.f_beta_low.tolist(), bands.f_beta_high.tolist()),
    )


def _advice(one: Recommendation) -> shown.Advice:
    held = one.held_out
    return shown.Advice(
        rule=one.rule,
        threshold=_line(one.threshold),
        doubtful=_line(one.doubtful),
        held_out=held
        and shown.HeldOut(held.precision, held.recall, held.f_beta, held.accepted, held.photos),
        obstacle=one.obstacle,
        missing=one.missing,
        best_reached=one.best_reached,
    )


def _line(value: float | None) -> int | None:
    return None if value is None else round(value * 100)

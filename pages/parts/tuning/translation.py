"""From what the engine found to what the evidence component shows."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict
from operator import itemgetter

import numpy as np

from pages.parts.evidence import facts as shown
from search.evaluation import Advice, Evaluation
from search.tuning.bootstrap import Bands
from search.tuning.curves import QUANTILES
from search.tuning.ranking import Ranking
from search.tuning.recommend import HeldOut, Recommendation
from search.tuning.scales import BINS, Floats, Integers
from search.tuning.tallies import passing

_UNKNOWN = [math.nan] * BINS
_RANKING = ("precision_1", "precision_5", "precision_10", "ndcg_10")


def to_evidence(evaluation: Evaluation, stamp: str, names: Mapping[str, str]) -> shown.Evidence:
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
        empty=_empty(overview.counts),
        judged=_judged(evaluation, names) if _knows_matches(evaluation) else None,
        sampled=overview.sampled,
        margins=overview.margins,
    )


def results(counts: Integers) -> tuple[list[float], list[float], list[float]]:
    """Return how many products pass each line: the low, middle and high quantile over photos."""
    low, median, high = np.quantile(_passing(counts), QUANTILES, axis=0).tolist()
    return low, median, high


def _empty(counts: Integers) -> list[float]:
    """Return the share of photos for which no product passes, for each line."""
    share: list[float] = (_passing(counts) == 0).mean(axis=0).tolist()
    return share


def _passing(counts: Integers) -> Floats:
    return passing(counts.astype(np.float64)) if len(counts) else np.zeros((1, BINS))


def _knows_matches(evaluation: Evaluation) -> bool:
    return evaluation.complete or evaluation.judged > 0


def _judged(evaluation: Evaluation, names: Mapping[str, str]) -> shown.Judged:
    tallies, curves, advice = evaluation.tallies, evaluation.curves, evaluation.advice
    is_measured = evaluation.measurable_from is None
    return shown.Judged(
        complete=evaluation.complete,
        pairs=evaluation.judged,
        photos=tallies.photos,
        matches=tallies.matches.sum(axis=0).tolist(),
        others=tallies.others.sum(axis=0).tolist(),
        precision=curves.precision.tolist(),
        recall=curves.recall.tolist() if is_measured else _UNKNOWN,
        f_beta=curves.f_beta.tolist() if is_measured else _UNKNOWN,
        goals=asdict(evaluation.goals),
        advised=None if advice is None else _advised(advice, names, is_measured=is_measured),
        measurable_from=evaluation.measurable_from,
    )


def _advised(advice: Advice, names: Mapping[str, str], *, is_measured: bool) -> shown.Advised:
    """Translate advice; without what lies below all judged products much of it is not known."""
    categories = sorted(
        ((names.get(id_, id_), one) for id_, one in advice.by_category.items()), key=itemgetter(0)
    )
    return shown.Advised(
        bands=_bands(advice.bands, is_measured=is_measured),
        calibration=advice.calibration.tolist(),
        average_precision=advice.summary.average_precision if is_measured else math.nan,
        roc_auc=advice.summary.roc_auc if is_measured else math.nan,
        ranking=None if advice.ranking is None else _ranking(advice.ranking),
        advice=[_advice(one) for one in advice.recommendations],
        by_category=[(name, _advice(one)) for name, one in categories],
    )


def _ranking(ranking: Ranking) -> dict[str, float]:
    return {name: float(getattr(ranking, name)) for name in _RANKING}


def _bands(bands: Bands, *, is_measured: bool) -> shown.Range:
    unknown = (_UNKNOWN, _UNKNOWN)
    return shown.Range(
        bands.level,
        (bands.precision_low.tolist(), bands.precision_high.tolist()),
        (bands.recall_low.tolist(), bands.recall_high.tolist()) if is_measured else unknown,
        (bands.f_beta_low.tolist(), bands.f_beta_high.tolist()) if is_measured else unknown,
    )


def _advice(one: Recommendation) -> shown.Advice:
    return shown.Advice(
        rule=one.rule,
        threshold=_line(one.threshold),
        doubtful=_line(one.doubtful),
        held_out=None if one.held_out is None else _held_out(one.held_out),
        obstacle=one.obstacle,
        missing=one.missing,
        best_reached=one.best_reached,
    )


def _held_out(held: HeldOut) -> shown.HeldOut:
    return shown.HeldOut(held.precision, held.recall, held.f_beta, held.accepted, held.photos)


def _line(value: float | None) -> int | None:
    return None if value is None else round(value * 100)

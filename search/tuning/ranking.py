"""How well products are ordered, whatever the line."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ranking:
    """Means over photos that have a match, each in [0, 1]; NaN if there is no such photo.

    As trec_eval defines them: average precision (a match that is not in the run counts as never
    found), the share of matches among the first 1, 5 and 10 products (of as many, even where the
    run is shorter), and nDCG over the first 10. `photos` is how many photos these are, `left_out`
    how many have no match.
    """

    average_precision: float
    precision_1: float
    precision_5: float
    precision_10: float
    ndcg_10: float
    photos: int
    left_out: int


def rank_measures(
    run: Mapping[str, Sequence[tuple[str, float]]], matches: Mapping[str, Collection[str]]
) -> Ranking:
    """Compute the measures for the photos of a run, with ir-measures.

    `run` names each photo's products with their scores; a greater score comes first, and products
    with equal scores stay in the order given. `matches` names a photo's matches. Raises ValueError
    for a score that is NaN and for a product listed twice.
    """
    import ir_measures  # noqa: PLC0415 - slow to import, and seldom needed
    from ir_measures import AP, Measure, P, nDCG  # noqa: PLC0415 - the same

    ranked = {photo: _ranked(products) for photo, products in run.items() if matches.get(photo)}
    left_out = len(run) - len(ranked)
    measures = {
        "average_precision": AP,
        "precision_1": P @ 1,
        "precision_5": P @ 5,
        "precision_10": P @ 10,
        "ndcg_10": nDCG @ 10,
    }
    found: Mapping[Measure, float] = dict.fromkeys(measures.values(), math.nan)
    if ranked:
        judged = {photo: dict.fromkeys(matches[photo], 1) for photo in ranked}
        found = ir_measures.pytrec_eval.calc_aggregate(measures.values(), judged, ranked)
    means = {name: float(found[each]) for name, each in measures.items()}
    return Ranking(**means, photos=len(ranked), left_out=left_out)


def _ranked(products: Sequence[tuple[str, float]]) -> dict[str, float]:
    """Return scores that fall from one product to the next.

    trec_eval orders equal scores by the products' names; people saw another order.
    """
    if any(math.isnan(score) for _, score in products):
        raise ValueError("a score is a number")
    ordered = sorted(products, key=lambda scored: -scored[1])
    scores = {product: float(-place) for place, (product, _) in enumerate(ordered)}
    if len(scores) < len(products):
        raise ValueError("a product has one place in a ranking")
    return scores

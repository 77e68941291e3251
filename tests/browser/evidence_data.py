"""Made-up evidence with known numbers, for the page under test and for the tests themselves."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from itertools import accumulate, pairwise
from math import isnan
from statistics import NormalDist

from pages.parts.evidence.facts import (
    Advice,
    Advised,
    Evidence,
    HeldOut,
    Judged,
    Range,
)
from tests.browser.results_data import SAMPLED, TOTAL, distribution, similarities

PHOTOS = 120
MATCHES = 5  # of each photo
LINE, ACTIVE = 74, 30
GOALS = {"beta": 1.0, "precision": 0.9, "recall": 0.9, "confidence": 0.9, "cost": 5.0}
NOWHERE = float("nan")


def spread(mean: float, deviation: float, total: int) -> list[int]:
    """Count `total` things by hundredths, lying about a mean as a bell does."""
    shape = NormalDist(mean, deviation)
    edges = [shape.cdf((i - 100) / 100) * total for i in range(202)]
    return [round(high) - round(low) for low, high in pairwise(edges)]


def from_here_on(values: list[int]) -> list[int]:
    """Sum what stands at each place and further right."""
    return list(accumulate(reversed(values)))[::-1]


@lru_cache
def truth() -> tuple[list[int], list[int]]:
    """Return matches and other products by hundredths, over all photos."""
    return spread(0.79, 0.07, MATCHES * PHOTOS), spread(0.5, 0.075, (TOTAL - MATCHES) * PHOTOS)


def ratio(part: float, whole: float) -> float:
    """Divide; NaN where there is nothing to divide by."""
    return part / whole if whole else NOWHERE


def judged() -> Judged:
    """Make everything that is known when all matches are."""
    matches, others = truth()
    shown, wrong = from_here_on(matches), from_here_on(others)
    precision = [ratio(hit, hit + miss) for hit, miss in zip(shown, wrong, strict=True)]
    recall = [hit / shown[0] for hit in shown]
    f = [2 * h / (h + w + shown[0]) for h, w in zip(shown, wrong, strict=True)]
    best = max(range(201), key=f.__getitem__) - 100

    def around(values: list[float]) -> tuple[list[float], list[float]]:
        return (
            [value if isnan(value) else max(0.0, value - 0.05) for value in values],
            [value if isnan(value) else min(1.0, value + 0.04) for value in values],
        )

    held = HeldOut(precision=0.88, recall=0.81, f_beta=0.84, accepted=4.6, photos=PHOTOS)
    return Judged(
        complete=True,
        pairs=MATCHES * PHOTOS,
        photos=PHOTOS,
        matches=matches,
        others=others,
        precision=precision,
        recall=recall,
        f_beta=f,
        goals=GOALS,
        advised=Advised(
            bands=Range(0.9, around(precision), around(recall), around(f)),
            calibration=[ratio(m, m + o) for m, o in zip(matches, others, strict=True)],
            average_precision=0.8734,
            roc_auc=0.9981,
            ranking={
                "precision_1": 0.975,
                "precision_5": 0.81,
                "precision_10": 0.46,
                "ndcg_10": 0.91,
            },
            advice=[
                Advice("f_beta", best, held_out=held),
                Advice("precision", best + 4, held_out=replace(held, precision=0.94, recall=0.61)),
                Advice("recall", best - 3, held_out=replace(held, precision=0.55, recall=0.91)),
                Advice("cost", best + 3, held_out=replace(held, precision=0.93, recall=0.7)),
                Advice("two_lines", best + 4, doubtful=best - 3, held_out=held),
            ],
            by_category=[
                ("Mugs", Advice("f_beta", best - 2, held_out=replace(held, f_beta=0.88))),
                ("Backpacks", Advice("f_beta", best + 1, held_out=replace(held, f_beta=0.79))),
                ("Notebooks", Advice("f_beta", None, obstacle="too_few", missing=8)),
            ],
        ),
    )


def sampled() -> Judged:
    """Make what a few judgements say: estimates, and obstacles to advice."""
    whole = judged()
    assert whole.advised
    unknown = [NOWHERE] * 201
    nothing = (unknown, unknown)
    advised = replace(
        whole.advised,
        bands=Range(0.9, nothing, nothing, nothing),
        ranking=None,
        by_category=(),
        advice=[
            replace(whole.advised.advice[0], held_out=HeldOut(0.88, 0.81, 0.84, 1.0, 12)),
            Advice("precision", None, obstacle="unreachable", best_reached=0.84),
            Advice("recall", None, obstacle="too_few", missing=8),
            Advice("cost", None, obstacle="one_class"),
            Advice("two_lines", None, obstacle="too_few", missing=1),
        ],
    )
    return replace(whole, complete=False, pairs=214, photos=12, advised=advised)


def unmeasured() -> Judged:
    """Make what is known when nobody has looked below 0.48: no recall, and what needs it."""
    whole = sampled()
    assert whole.advised
    unknown = [NOWHERE] * 201
    nothing = (unknown, unknown)
    bands = replace(whole.advised.bands, recall=nothing, f_beta=nothing)
    few = [
        replace(one, threshold=None, held_out=None, obstacle="too_few", missing=8)
        for one in whole.advised.advice
    ]
    advised = replace(
        whole.advised, bands=bands, average_precision=NOWHERE, roc_auc=NOWHERE, advice=few
    )
    return replace(whole, recall=unknown, f_beta=unknown, advised=advised, measurable_from=48)


def pending() -> Judged:
    """Make what is known before advice has been worked out."""
    return replace(judged(), advised=None)


def results_at(deviation: float) -> list[int]:
    """How many products a search shows at each line, for a photo that is so far off the median."""
    others = from_here_on(spread(0.5 + deviation, 0.075, TOTAL))
    matches = from_here_on(spread(0.79 + deviation, 0.07, MATCHES))
    return [other + match for other, match in zip(others, matches, strict=True)]


def empty_from(line: int) -> list[float]:
    """Say that from this line on more and more searches show nothing, one in 120 a hundredth."""
    return [max(0, min(PHOTOS, at - 100 - line)) / PHOTOS for at in range(201)]


def many(stamp: str = "many", shown: Judged | None = None) -> Evidence:
    """Make the evidence of a set of photos."""
    matches, others = truth()
    return Evidence(
        stamp=stamp,
        scale="cosine",
        photos=PHOTOS,
        products=TOTAL,
        counts=[match + other for match, other in zip(matches, others, strict=True)],
        results=(results_at(-0.05), results_at(0), results_at(0.05)),
        empty=empty_from(80),
        judged=shown,
    )


def one() -> Evidence:
    """Make that of one photo: the made-up search of the results page."""
    counts = [0] * 201
    for value in similarities():
        counts[int(value * 100 + 1e-4) + 100] += 1
    passing = from_here_on(counts)
    empty = [float(not left) for left in passing]
    return Evidence("one", "cosine", 1, TOTAL, counts, (passing, passing, passing), empty)


def estimated() -> Evidence:
    """Make that of one photo as if a sample of the catalogue had been looked at."""
    whole = one()
    margins = distribution(similarities(), SAMPLED).margins
    return replace(whole, stamp="estimated", sampled=SAMPLED, margins=margins)


def case(name: str) -> Evidence:
    """Return one case of the page, see evidence_page."""
    if name in ("one", "estimated"):
        return one() if name == "one" else estimated()
    shown = {
        "judged": judged,
        "sampled": sampled,
        "unmeasured": unmeasured,
        "pending": pending,
    }.get(name)
    return many(name, shown() if shown else None)

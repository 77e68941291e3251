"""Why a product is among the results of a search, in words."""

from __future__ import annotations

from dataclasses import dataclass

from search.hits import Distribution, Hit
from search.language import Language
from search.percentile import percentile_of
from search.threshold import Threshold
from search.tuning.scales import Scale, reaches


@dataclass(frozen=True, slots=True)
class Why:
    """`values` are names and values, ready to be read, the one on the search's scale first.

    `score` and `line` are that value and the threshold as numbers, for the bar; `line` is None
    where no threshold is known.
    """

    values: tuple[tuple[str, str], ...]
    score: float
    line: float | None
    sentences: tuple[str, ...]


def why_here(
    hit: Hit, distribution: Distribution | None, threshold: Threshold | None, t: Language
) -> Why:
    """Say how similar a hit is, on which side of the threshold, and among how many products.

    `distribution` counts the catalogue, or what filters leave of it, on the search's scale;
    `threshold` is the search's own.
    """
    sentences = [t.text("details.rank", rank=hit.rank)]
    if threshold:
        sentences.append(_beside_the_line(hit.score, threshold, t))
    if distribution:
        sentences.append(_among_all(hit.score, distribution, t))
    scale = threshold.scale if threshold else Scale.COSINE
    return Why(
        _values(hit, scale, t),
        hit.score,
        threshold.value if threshold else None,
        tuple(filter(None, sentences)),
    )


def _values(hit: Hit, scale: Scale, t: Language) -> tuple[tuple[str, str], ...]:
    cosine = (t.text("details.similarity"), t.similarity(hit.similarity))
    if scale is Scale.COSINE:
        return (cosine,)
    return (t.text(f"details.value_{scale}"), t.similarity(hit.score)), cosine


def _beside_the_line(score: float, line: Threshold, t: Language) -> str:
    """Say it of the search's own line: the one on the page may have been moved since."""
    threshold, whose = t.similarity(line.value), "_default" if line.id is None else ""
    if reaches(score, line.value):
        return t.text(f"details.passes{whose}", threshold=threshold)
    if line.doubtful is not None and reaches(score, line.doubtful):
        doubtful = t.similarity(line.doubtful)
        return t.text("details.doubtful", threshold=threshold, doubtful=doubtful)
    return t.text(f"details.below{whose}", threshold=threshold)


def _among_all(score: float, distribution: Distribution, t: Language) -> str:
    """Say how many of all products, or of those that filters leave, are less similar."""
    among = "_narrowed" if distribution.narrowed else ""
    found = percentile_of(score, distribution)
    if found is None:
        return t.text(f"details.uncounted{among}") if distribution.sampled == 0 else ""
    if found.margin:
        return t.text(
            f"details.estimated{among}",
            percent=found.percent,
            n=found.reached,
            margin=found.margin,
            total=found.total,
            sampled=found.sampled or 0,
        )
    if found.total == 1:
        return ""
    if found.reached == 1:
        return t.text(f"details.alone{among}", percent=found.percent)
    return t.text(
        f"details.above{among}", percent=found.percent, n=found.reached, total=found.total
    )

"""What the evidence component is told: how photos compare with the catalogue, and what follows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

Numbers = Sequence[float]

LINES: Final = 201


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
    beta, precision, recall, confidence and cost. `advised` comes later: it takes seconds. Nothing
    below `measurable_from`, in whole hundredths, was judged: then nobody knows the recall.
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
    measurable_from: int | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """How photos compare with the catalogue on one scale.

    `counts` are products by hundredths over all photos, `results` how many products pass each line
    for a search: low, median, high; `empty` is the share of photos for which none does. `stamp`
    changes whenever anything else here does. Where only `sampled` products of the catalogue were
    looked at, the counts are estimates; `margins` tell how far those of a single photo may be off,
    201 numbers.
    """

    stamp: str
    scale: str
    photos: int
    products: int
    counts: Sequence[int]
    results: tuple[Numbers, Numbers, Numbers]
    empty: Numbers
    judged: Judged | None = None
    sampled: int | None = None
    margins: Sequence[int] | None = None

    def __post_init__(self) -> None:
        for numbers in (self.counts, *self.results, self.empty, self.margins or self.counts):
            if len(numbers) != LINES:
                raise ValueError(f"there are {LINES} lines, not {len(numbers)}")

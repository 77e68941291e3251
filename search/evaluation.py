"""What an evaluation is made of: whose photos, how they compare, what was judged, what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from search.hits import Product
from search.tuning.bootstrap import Bands
from search.tuning.curves import Curves, Summary
from search.tuning.ranking import Ranking
from search.tuning.recommend import Goals, Recommendation
from search.tuning.sampling import Band
from search.tuning.scales import Floats, Integers, Scale
from search.tuning.tallies import Tallies


class SourceKind(StrEnum):
    """Whose photos are looked at."""

    PHOTO = "photo"
    SEARCHES = "searches"
    SET = "set"


@dataclass(frozen=True, slots=True)
class Source:
    """Photos to look at: one of them, those of the last searches, or an evaluation set.

    `key` names it in addresses: "photo:<fingerprint, hexadecimal>", "searches:<how many>" or
    "set:<number>". `name` is a set's name and empty otherwise.
    """

    kind: SourceKind
    key: str
    name: str
    photos: int


@dataclass(frozen=True, slots=True)
class PhotoRef:
    """A photo of a source; `category` is that of the products it shows, where they are known."""

    fingerprint: bytes
    name: str
    category: str | None


@dataclass(frozen=True, slots=True, eq=False)
class Overview:
    """How the photos of a source compare with the whole catalogue on one scale.

    `counts` [photos, 201] counts products by hundredths; `products` is the size of the catalogue,
    `missing` how many photos of the source have not been counted yet and are left out. Where only
    `sampled` products were looked at the counts are estimates, and `margins` [201] tell how far the
    number that passes a line may be off, for a source of one photo; see `Distribution`.
    """

    source: Source
    scale: Scale
    photos: tuple[PhotoRef, ...]
    counts: Integers
    products: int
    missing: int
    sampled: int | None = None
    margins: tuple[int, ...] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Advice:
    """What takes seconds to work out from the tallies: bands, ranking, and what to choose."""

    bands: Bands
    summary: Summary
    ranking: Ranking | None
    calibration: Floats
    recommendations: tuple[Recommendation, ...]
    by_category: Mapping[str, Recommendation]


@dataclass(frozen=True, slots=True, eq=False)
class Evaluation:
    """What the judgements say about every threshold on one scale.

    `complete` tells that each photo's matches are all known (a set lists them), so that the tallies
    are counts; otherwise they are estimates from `judged` pairs, and `sampled` tells how many
    products of each band of the scale were judged. `measurable_from` is the lowest line, in whole
    hundredths, down to which something was judged everywhere: below it nobody knows how many
    matches there are, and so no recall; None where all of the scale was. `rows` are the overview's
    photos that the tallies are of; `needed` photos or stretches of the scale more make it sound.
    `advice` is None until it was asked for.
    """

    overview: Overview
    goals: Goals
    complete: bool
    judged: int
    needed: int
    rows: Integers
    tallies: Tallies
    curves: Curves
    sampled: tuple[Band, ...]
    measurable_from: int | None = None
    advice: Advice | None = None


class Cell(StrEnum):
    """A part of the confusion matrix, or the products just at the line."""

    TRUE_POSITIVE = "true_positive"
    FALSE_POSITIVE = "false_positive"
    FALSE_NEGATIVE = "false_negative"
    TRUE_NEGATIVE = "true_negative"
    JUST_ABOVE = "just_above"
    JUST_BELOW = "just_below"


@dataclass(frozen=True, slots=True)
class Example:
    """A photo beside a product of one cell; `is_match` is None where nobody knows."""

    photo: bytes
    product: Product
    picture: str
    value: float
    is_match: bool | None

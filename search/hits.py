"""What a search returns: products with their similarity, and how the whole catalogue scored."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from search.photo import Photo
from search.progress import Stage
from search.vectors import Embedding

# One bin a hundredth: as fine as a similarity is shown and as a slider steps.
BINS_PER_UNIT = 100


def hundredths(similarity: float) -> int:
    """Whole hundredths of a similarity, rounded down: 0.747 is 74, and does not pass 0.75.

    The one rule for bins, cards and line: the number on a card never contradicts the side it is on.
    A millionth is forgiven: a float32 vector's similarity to itself may be 0.9999999.
    """
    return math.floor(similarity * BINS_PER_UNIT + 1e-4)


@dataclass(frozen=True, slots=True)
class Product:
    """What the catalogue knows of a product. `name` and `category` are by language code."""

    id: int
    article: str
    name: Mapping[str, str]
    category: Mapping[str, str] | None
    price: Decimal | None
    currency: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A product, its best picture's digest, cosine similarity in [-1, 1], and rank from 1."""

    rank: int
    product: Product
    picture_id: int
    picture: str
    similarity: float


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many products of the whole catalogue are how similar, by their best picture.

    `counts` has 201 numbers: number i counts similarities in [(i - 100) / 100, (i - 99) / 100);
    the last one those of exactly 1.
    """

    BINS: ClassVar[int] = 2 * BINS_PER_UNIT + 1

    counts: tuple[int, ...]

    @property
    def total(self) -> int:
        """How many products were compared."""
        return sum(self.counts)

    def passing(self, threshold: float) -> int:
        """Return how many products reach a threshold; exact for whole hundredths."""
        first = round((threshold + 1) * BINS_PER_UNIT)
        return sum(self.counts[max(first, 0) :])


@dataclass(frozen=True, slots=True)
class Search:
    """One request and its hits, best first.

    `photo` is what was searched with, `remembered` tells that its embedding was known already,
    `seconds` how long each stage took.
    """

    id: UUID
    photo: Photo
    query: Embedding
    hits: tuple[Hit, ...]
    remembered: bool
    seconds: Mapping[Stage, float]

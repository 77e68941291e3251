"""What a search returns: products with their similarity, and how all that it is among scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from search.narrowing import Narrow
from search.progress import Stage
from search.subject import Subject
from search.threshold import Threshold
from search.tuning.estimating import margins
from search.tuning.scales import BINS_PER_UNIT
from search.vectors import Embedding


@dataclass(frozen=True, slots=True)
class Offer:
    """What a number of pieces costs, one piece each, and how soon it comes by which way.

    `prices` are by currency code. Whatever the catalogue does not say is None.
    """

    quantity: int | None
    prices: Mapping[str, Decimal]
    route: str | None = None
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """What the catalogue knows of a product. `name` and `category` are by language code.

    `price` is the lowest of the `offers` where there are any.
    """

    id: int
    article: str
    name: Mapping[str, str]
    category: Mapping[str, str] | None
    price: Decimal | None
    currency: str | None
    link: str | None
    project: str | None = None
    region: str | None = None
    description: str | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A product, its best picture, and rank from 1.

    `picture` is the SHA-256 of the picture's content, or the picture's number while that was not
    fetched yet: either leads to it by `search.addresses.picture_path`. `similarity` is the cosine,
    `score` the value on the scale of the search; both in [-1, 1]. `same` are further products
    whose picture is practically this one: they take no place of their own.
    """

    rank: int
    product: Product
    picture_id: int
    picture: str
    similarity: float
    score: float
    same: tuple[Product, ...] = ()


@dataclass(frozen=True, slots=True)
class Distribution:
    """How many products are how similar, by their best picture.

    They are the whole catalogue's or, `narrowed`, those that a search was narrowed to.
    `counts` has 201 numbers: number i counts scores in [(i - 100) / 100, (i - 99) / 100);
    the last one those of exactly 1.
    Where they are many only `sampled` of them were looked at, drawn by lot; None for all of them.
    Then the counts are estimates for all of them, except for those from number `exact_from` on:
    the best products are known. 0 sampled means that nothing was counted yet, and the counts are
    those of the best products alone.
    """

    counts: tuple[int, ...]
    sampled: int | None = None
    exact_from: int = 0
    narrowed: bool = False

    @property
    def total(self) -> int:
        """How many products there are to compare with; without a count, how many are known."""
        return sum(self.counts)

    def passing(self, threshold: float) -> int:
        """Return how many products reach a threshold, a whole hundredth."""
        return sum(self.counts[_bin(threshold) :])

    def margin(self, threshold: float) -> int:
        """Return how far `passing` may be off, in 19 of 20 samples; 0 where it is counted.

        See `search.tuning.estimating.margins`.
        """
        return self.margins()[_bin(threshold)] if self.sampled else 0

    def margins(self) -> tuple[int, ...]:
        """Return the margin at each of the 201 lines from -1 to 1; all 0 where all is counted."""
        return margins(self.counts, self.sampled or 0, self.exact_from)


def _bin(threshold: float) -> int:
    return max(round((threshold + 1) * BINS_PER_UNIT), 0)


@dataclass(frozen=True, slots=True)
class Search:
    """One request and its hits, best first.

    `subject` is what was searched with, `query` its vector; `remembered` tells that this was known
    already. `threshold` is the one that was active, whose scale the hits are ordered and scored by,
    `seconds` how long each stage took, `made_at` is aware.

    One that was reopened has the hits that were shown then, with the ranks and scores of then; its
    `seconds` are empty, and `gone` is how many products of it the catalogue has no more.
    """

    id: UUID
    subject: Subject
    query: Embedding
    hits: tuple[Hit, ...]
    remembered: bool
    threshold: Threshold
    seconds: Mapping[Stage, float]
    made_at: datetime
    narrow: Narrow | None = None
    gone: int = 0

"""What a search returns: products with their similarity, and how the whole catalogue scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from search.photo import Photo
from search.progress import Stage
from search.threshold import Threshold
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
    """How many products of the whole catalogue are how similar, by their best picture.

    `counts` has 201 numbers: number i counts scores in [(i - 100) / 100, (i - 99) / 100);
    the last one those of exactly 1.
    """

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
    `threshold` the one that was active, whose scale the hits are ordered and scored by, `seconds`
    how long each stage took.
    """

    id: UUID
    photo: Photo
    query: Embedding
    hits: tuple[Hit, ...]
    remembered: bool
    threshold: Threshold
    seconds: Mapping[Stage, float]

"""Narrow: searching among some of the products, by category, project, region and price."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class PriceRange:
    """What a product may cost, ends included. None leaves an end open, or any currency."""

    lowest: Decimal | None = None
    highest: Decimal | None = None
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class Narrow:
    """What products must have: one of each that is named. Nothing named leaves all of them.

    `categories` are ids. A product without a price is in no price range.
    """

    categories: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    price: PriceRange | None = None

    def __bool__(self) -> bool:
        """Whether anything is left out."""
        return bool(self.categories or self.projects or self.regions or self.price)

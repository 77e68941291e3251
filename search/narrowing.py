"""Narrow: searching among some of the products, by category, project, region and price."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum


class Trait(StrEnum):
    """What products are told apart by beside their price; the values are keys of texts."""

    CATEGORY = "category"
    PROJECT = "project"
    REGION = "region"


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

    def values(self, trait: Trait) -> tuple[str, ...]:
        """Return what is named of a trait."""
        return {
            Trait.CATEGORY: self.categories,
            Trait.PROJECT: self.projects,
            Trait.REGION: self.regions,
        }[trait]

    def having(self, trait: Trait, *values: str) -> Narrow:
        """Return the same with these values of a trait in place of those that are named."""
        match trait:
            case Trait.CATEGORY:
                return replace(self, categories=values)
            case Trait.PROJECT:
                return replace(self, projects=values)
            case Trait.REGION:
                return replace(self, regions=values)

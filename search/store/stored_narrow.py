"""Narrow <-> the JSON object in which a search keeps it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from search.narrowing import Narrow, PriceRange


def stored_narrow(narrow: Narrow | None) -> dict[str, Any] | None:
    """Return what a search was narrowed to as its column `narrow` has it; None for nothing."""
    if not narrow:
        return None
    stored: dict[str, Any] = {
        "categories": list(narrow.categories),
        "projects": list(narrow.projects),
        "regions": list(narrow.regions),
    }
    if narrow.price is not None:
        price = narrow.price
        # Prices are texts, so that none is rounded.
        stored["price"] = {
            "lowest": None if price.lowest is None else str(price.lowest),
            "highest": None if price.highest is None else str(price.highest),
            "currency": price.currency,
        }
    return {name: value for name, value in stored.items() if value}


def narrow_of(stored: Mapping[str, Any] | None) -> Narrow | None:
    """Return what the column `narrow` says; None for nothing."""
    if not stored:
        return None
    price = stored.get("price")
    return Narrow(
        tuple(stored.get("categories", ())),
        tuple(stored.get("projects", ())),
        tuple(stored.get("regions", ())),
        None
        if price is None
        else PriceRange(_amount(price["lowest"]), _amount(price["highest"]), price["currency"]),
    )


def _amount(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)

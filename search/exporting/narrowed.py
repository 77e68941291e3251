"""What the products of a search were narrowed to, in words."""

from __future__ import annotations

from collections.abc import Mapping

from search.language import Language
from search.narrowing import Narrow, PriceRange


def narrowed_said(
    narrow: Narrow, categories: Mapping[str, Mapping[str, str]], words: Language
) -> str:
    """Say what products had to have; `categories` are the names by language of each id."""
    named = [
        words.choose(categories[one]) if one in categories else one for one in narrow.categories
    ]
    told = [*named, *narrow.projects, *narrow.regions]
    if narrow.price is not None:
        told.append(_price_said(narrow.price, words))
    return ", ".join(told)


def _price_said(price: PriceRange, words: Language) -> str:
    low, high = (words.price(end, price.currency) for end in (price.lowest, price.highest))
    if low is None or high is None:
        key = "exporting.price_up_to" if low is None else "exporting.price_from"
        return words.text(key, price=low or high or price.currency or "")
    return words.text("exporting.price_between", low=low, high=high)

"""What else has the same picture, in a few words: "also: ART-12, ART-15 and 3 more"."""

from __future__ import annotations

from collections.abc import Sequence

from search.hits import Product
from search.language import Language

# So many are named; one more is named as well, instead of being "1 more".
NAMED = 2


def also_said(same: Sequence[Product], words: Language) -> str:
    """Name the first further products by article, or by name without one; "" when there are none.

    `same` as in `Hit.same`.
    """
    if not same:
        return ""
    named = same if len(same) <= NAMED + 1 else same[:NAMED]
    told = ", ".join(product.article or words.choose(product.name) for product in named)
    more = len(same) - len(named)
    if not more:
        return words.text("also.all", named=told)
    return words.text("also.more", named=told, n=more)

"""Why a search cannot be narrowed to a range of prices."""

from __future__ import annotations

from search.errors.root import LikenessError


class NarrowingError(LikenessError):
    """This is no range of prices; another one is."""


class PriceUnreadable(NarrowingError):
    """It is no price. Facts: `text`, as it was typed."""

    code = "price_unreadable"


class PriceTooHigh(NarrowingError):
    """No catalogue has such prices. Facts: `text`, as it was typed; `limit`."""

    code = "price_too_high"


class PriceRangeReversed(NarrowingError):
    """Its lowest price is above its highest. Facts: `lowest`, `highest`."""

    code = "price_range_reversed"

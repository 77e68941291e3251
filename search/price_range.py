"""What somebody typed -> a range of prices, as the reader's language writes numbers."""

from __future__ import annotations

from decimal import Decimal

from search.errors import PriceRangeReversed, PriceTooHigh, PriceUnreadable
from search.importing.values import HIGHEST_PRICE, Ambiguous, NotAPrice, TooHigh, price_of
from search.language import language
from search.narrowing import PriceRange
from search.people import excerpt


def read_range(
    lowest: str, highest: str, currency: str | None = None, *, spoken: str = "en"
) -> PriceRange | None:
    """Return the range between two texts, of which an empty one leaves its end open.

    None where both are empty. `spoken` is the language's code: 1,490 is a thousand and more in
    English, and one and a half in Russian. Raises PriceUnreadable, PriceTooHigh or
    PriceRangeReversed.
    """
    low, high = _price(lowest, spoken), _price(highest, spoken)
    if low is None and high is None:
        return None
    if low is not None and high is not None and low > high:
        words = language(spoken)
        said = {"lowest": low, "highest": high}
        raise PriceRangeReversed(
            **{name: words.price(price, currency) or "" for name, price in said.items()}
        )
    return PriceRange(low, high, currency)


def _price(text: str, spoken: str) -> Decimal | None:
    written = text.strip()
    if not written:
        return None
    try:
        return price_of(written)
    except Ambiguous:
        # Three figures after the only mark: English parts thousands by a comma, Russian by a blank.
        return Decimal(written.replace(",", "" if spoken == "en" else "."))
    except TooHigh as error:
        limit = language(spoken).price(HIGHEST_PRICE, None) or ""
        raise PriceTooHigh(text=excerpt(written), limit=limit) from error
    except NotAPrice as error:
        raise PriceUnreadable(text=excerpt(written)) from error

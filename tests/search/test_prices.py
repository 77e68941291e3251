"""What a product costs, in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from search.hits import Offer, Product
from search.language import language
from search.prices import OfferSaid, currencies_of, offers_said, price_said

ROUBLES_130 = Offer(500, {"RUB": Decimal(130), "USD": Decimal("1.40")})
ROUBLES_120 = Offer(1000, {"RUB": Decimal("120.00")})
DOLLARS = Offer(1000, {"USD": Decimal("1.20")})


def product(*offers: Offer, price: str | None = "120") -> Product:
    """Make a product with offers."""
    amount = None if price is None else Decimal(price)
    return Product(1, "A-1", {"en": "Mug"}, None, amount, "RUB", None, offers=offers)


@pytest.mark.parametrize(
    ("offers", "english", "russian"),
    [
        ((), "RUB 120", "120\xa0₽"),
        ((ROUBLES_120,), "RUB 120", "120\xa0₽"),
        ((ROUBLES_120, ROUBLES_120, DOLLARS), "RUB 120", "120\xa0₽"),
        ((ROUBLES_130, ROUBLES_120), "from RUB 120", "от 120\xa0₽"),
    ],
    ids=["no offers", "one", "one price", "several"],
)
def test_the_lowest_of_several_prices_is_called_so(
    offers: tuple[Offer, ...], english: str, russian: str
) -> None:
    """Only prices in the same currency are compared."""
    assert price_said(product(*offers), language("en")) == english
    assert price_said(product(*offers), language("ru")) == russian


def test_what_has_no_price_has_none() -> None:
    """Nothing is made up."""
    assert price_said(product(price=None), language("en")) is None


def test_offers_are_said_by_currency() -> None:
    """The product's own comes first, amounts as its prices are written, and gaps stay gaps."""
    offered = product(DOLLARS, ROUBLES_130, Offer(None, {}, "sea", 1030))
    assert currencies_of(offered) == ("RUB", "USD")
    assert offers_said(offered, language("en")) == [
        OfferSaid("1,000", (None, "USD 1.20"), None, None),
        OfferSaid("500", ("RUB 130", "USD 1.40"), None, None),
        OfferSaid(None, (None, None), "sea", "1,030"),
    ]
    said = offers_said(offered, language("ru"))
    assert said[0] == OfferSaid("1\xa0000", (None, "1,20\xa0$"), None, None)
    assert offers_said(product(), language("en")) == []

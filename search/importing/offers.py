"""Offers of a table: JSON -> how many pieces cost what, by which way and how soon."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from search.hits import Offer
from search.importing.values import NotAPrice, currency_of, one_line, plain_number, price_of

# What a product has in one catalogue is far below; a whole table in one cell is not.
MOST_OFFERS = 100
# Of pieces and of days: what everybody's integers hold.
HIGHEST_COUNT = 2**31 - 1

# What prices are compared in where the table does not say it.
HOME_CURRENCY = "RUB"


class NotOffers(ValueError):
    """The text is no list of offers; `reason` is the last part of a sentence's key."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ReadOffers:
    """The offers that can be used, and the numbers, from 1, of those that cannot."""

    offers: tuple[Offer, ...]
    unreadable: tuple[int, ...]


def read_offers(text: str) -> ReadOffers:
    """Read `[{"quantity": 100, "prices": {"RUB": "12.50"}, "route": "sea", "days": 30}, …]`.

    All but the prices may be missing. Raises NotOffers.
    """
    try:
        # Prices keep the decimals that they are written with.
        found = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError, InvalidOperation):
        raise NotOffers("bad_offers") from None
    if not isinstance(found, list):
        raise NotOffers("bad_offers")
    if len(found) > MOST_OFFERS:
        raise NotOffers("many_offers")
    offers: list[Offer] = []
    unreadable: list[int] = []
    for number, one in enumerate(found, 1):
        try:
            offers.append(_offer(one))
        except ValueError:
            unreadable.append(number)
    return ReadOffers(tuple(offers), tuple(unreadable))


def lowest_price(
    offers: Sequence[Offer], currency: str | None
) -> tuple[Decimal | None, str | None]:
    """Return the lowest price and its currency; without any price, None and the `currency`.

    That is the currency asked for, else rubles, else the first that is met, whichever has a price.
    """
    met = [code for offer in offers for code in offer.prices]
    code = next((code for code in (currency, HOME_CURRENCY, *met) if code in met), None)
    if code is None:
        return None, currency
    return min(offer.prices[code] for offer in offers if code in offer.prices), code


def _offer(said: object) -> Offer:
    if not isinstance(said, Mapping):
        raise NotOffers("bad_offer")
    prices = said.get("prices")
    if not isinstance(prices, Mapping):
        raise NotOffers("bad_offer")
    return Offer(
        _count(said.get("quantity"), least=1),
        {_currency(code): _price(price) for code, price in prices.items() if price is not None},
        _route(said.get("route")),
        _count(said.get("days"), least=0),
    )


def _count(value: Any, *, least: int) -> int | None:  # noqa: ANN401 - whatever JSON holds
    if value is None:
        return None
    # True is a number to Python, and 100.0 what a spreadsheet makes of 100.
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise NotOffers("bad_offer")
    if not least <= value <= HIGHEST_COUNT or value != int(value):
        raise NotOffers("bad_offer")
    return int(value)


def _currency(text: str) -> str:
    code = currency_of(text)
    if code is None:
        raise NotOffers("bad_offer")
    return code


def _price(value: Any) -> Decimal:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return price_of(plain_number(value))
    if isinstance(value, str):
        return price_of(value)
    raise NotAPrice(str(value))


def _route(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise NotOffers("bad_offer")
    return one_line(value)

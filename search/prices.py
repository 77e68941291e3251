"""What a product costs, in words: its price, or the lowest of several, and its offers."""

from __future__ import annotations

from dataclasses import dataclass

from search.hits import Product
from search.language import Language


def price_said(product: Product, words: Language) -> str | None:
    """Write a product's price, with "from" before it when its offers have others; None without.

    Prices in another currency than the product's own say nothing about it.
    """
    price = words.price(product.price, product.currency)
    if price is None:
        return None
    offered = {
        amount
        for offer in product.offers
        for currency, amount in offer.prices.items()
        if currency == product.currency
    }
    is_lowest = any(amount != product.price for amount in offered)
    return words.text("prices.from", price=price) if is_lowest else price


@dataclass(frozen=True, slots=True)
class OfferSaid:
    """An offer in words; None is what the catalogue does not say. `prices` by `currencies_of`."""

    quantity: str | None
    prices: tuple[str | None, ...]
    route: str | None
    days: str | None


def currencies_of(product: Product) -> tuple[str, ...]:
    """Name the currencies of a product's offers, each once, the product's own first."""
    named = dict.fromkeys(currency for offer in product.offers for currency in offer.prices)
    return tuple(sorted(named, key=lambda currency: currency != product.currency))


def offers_said(product: Product, words: Language) -> list[OfferSaid]:
    """Write a product's offers, in the catalogue's order."""
    currencies = currencies_of(product)
    return [
        OfferSaid(
            _counted(offer.quantity, words),
            tuple(words.price(offer.prices.get(currency), currency) for currency in currencies),
            offer.route,
            _counted(offer.days, words),
        )
        for offer in product.offers
    ]


def _counted(number: int | None, words: Language) -> str | None:
    return None if number is None else words.value(number)

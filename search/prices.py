"""What a product costs, in words: its price, or the lowest of several."""

from __future__ import annotations

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

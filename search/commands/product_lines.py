"""A product as commands tell it: in a line for people, and as JSON for programs."""

from __future__ import annotations

from search.hits import Product
from search.language import Language
from search.prices import price_said


def told(product: Product, words: Language) -> str:
    """Say its article, name, price and project."""
    said = words.choose(product.name), price_said(product, words), product.project
    return f"{product.article:<12} {'  '.join(filter(None, said))}"


def plain(product: Product) -> dict[str, object]:
    """Return what a program needs; names by language, the price as a text."""
    return {
        "id": product.id,
        "article": product.article,
        "name": dict(product.name),
        "price": None if product.price is None else str(product.price),
        "currency": product.currency,
        "link": product.link,
        "project": product.project,
    }

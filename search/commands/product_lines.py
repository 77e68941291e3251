"""A product as commands tell it, in a line for people."""

from __future__ import annotations

from search.hits import Product
from search.language import Language
from search.prices import price_said


def told(product: Product, words: Language) -> str:
    """Say its article, name, price and project."""
    said = words.choose(product.name), price_said(product, words), product.project
    return f"{product.article:<12} {'  '.join(filter(None, said))}"

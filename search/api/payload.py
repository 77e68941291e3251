"""A search as the HTTP interface tells it."""

from __future__ import annotations

from typing import Any

from search.addresses import picture_path, thumbnail_path
from search.hits import Hit, Product, Search
from search.language import Language
from search.plain import plain, plain_hit, plain_search
from search.threshold import Threshold
from search.tuning.scales import reaches


def counted(search: Search, line: Threshold) -> dict[str, Any]:
    """Return what a search is answered with: its id, and how many of the products found pass."""
    passing = sum(reaches(hit.score, line.value) for hit in search.hits)
    return {"success": True, "search_id": str(search.id), "count": passing}


def shown(search: Search, line: Threshold, products: int, words: Language) -> dict[str, Any]:
    """Return all of a search; `products` is how many it was compared with, as of today."""
    return {
        **counted(search, line),
        **plain_search(search, line),
        "products": products,
        "hits": [_hit(hit, line, words) for hit in search.hits],
    }


def _hit(hit: Hit, line: Threshold, words: Language) -> dict[str, Any]:
    return {
        **plain_hit(hit, lambda product: _product(product, words)),
        "is_similar": reaches(hit.score, line.value),
        "picture": picture_path(hit.picture) if hit.picture else None,
        "thumbnail": thumbnail_path(hit.picture) if hit.picture else None,
    }


def _product(product: Product, words: Language) -> dict[str, object]:
    """Return a product with its names in one language, and in all of them."""
    return {
        **plain(product),
        "name": words.choose(product.name),
        "names": dict(product.name),
        "category": words.choose(product.category) if product.category else None,
    }

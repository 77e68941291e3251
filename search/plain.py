"""Products and searches as programs get them: plain values, from commands and over HTTP alike."""

from __future__ import annotations

from collections.abc import Callable

from search.hits import Hit, Product, Search
from search.threshold import Threshold


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


def plain_hit(hit: Hit, tell: Callable[[Product], dict[str, object]] = plain) -> dict[str, object]:
    """Return a product that was found; similarities as they are, to the millionth.

    `tell` says how it is told, and the products that share its place.
    """
    return {
        "rank": hit.rank,
        **tell(hit.product),
        "similarity": round(hit.similarity, 6),
        "score": round(hit.score, 6),
        "same": [tell(one) for one in hit.same],
    }


def plain_search(search: Search, line: Threshold) -> dict[str, object]:
    """Return what is known of a search without its hits; `line` is where similar ends."""
    return {
        "made_at": search.made_at.isoformat(),
        "kind": search.subject.kind,
        "gone": search.gone,
        "threshold": line.value,
        "doubtful": line.doubtful,
        "scale": line.scale,
    }

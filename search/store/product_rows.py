"""Columns of the database -> a Product: the one place that knows which, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, LiteralString

from search.hits import Offer, Product

# Of likeness.products AS product, LEFT JOIN likeness.categories AS category.
PRODUCT_COLUMNS: Final[LiteralString] = (
    "product.id, product.article_number, product.name, category.name, product.price,"
    " product.currency, product.link, product.project, product.region, product.description,"
    " product.offers"
)
PRODUCT_WIDTH: Final = 11
# Of likeness.pictures AS picture. One that was not fetched yet is called by its number.
PICTURE_REFERENCE: Final[LiteralString] = "coalesce(picture.digest, picture.id::text)"
# A product's pictures as they are shown, the first one alone: what could not be fetched comes last.
PICTURE_ORDER: Final[LiteralString] = (
    "picture.digest IS NULL AND EXISTS ("
    "SELECT FROM likeness.picture_failures WHERE picture_id = picture.id"
    "), picture.position, picture.id"
)


def product_of(columns: Sequence[Any]) -> Product:
    """Return the product of a row that begins with PRODUCT_COLUMNS, in text or binary format."""
    *said, offers = columns[:PRODUCT_WIDTH]
    return Product(*[*said, offers_of(offers)])


def offers_of(stored: Sequence[Mapping[str, Any]]) -> tuple[Offer, ...]:
    """Return the offers of the column `offers`."""
    return tuple(
        Offer(
            offer.get("quantity"),
            {code: Decimal(price) for code, price in offer["prices"].items()},
            offer.get("route"),
            offer.get("days"),
        )
        for offer in stored
    )


def stored_offers(offers: Sequence[Offer]) -> list[dict[str, Any]]:
    """Return offers as the column `offers` has them: prices are texts, so that none is rounded."""
    return [
        {
            "quantity": offer.quantity,
            "prices": {code: str(price) for code, price in offer.prices.items()},
            "route": offer.route,
            "days": offer.days,
        }
        for offer in offers
    ]

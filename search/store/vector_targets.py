"""Which picture a vector from outside is of: by its product's key or article, and its address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from search.store.database import Connection, Database

NamedBy = Literal["key", "article", "either"]

# Both indexes begin with, or are found by, few values for each row: also without --name, where all
# sources are asked.
_SOURCES = "SELECT source FROM likeness.products GROUP BY source ORDER BY source"
_BY_KEY = """
    SELECT key, min(id) FROM likeness.products
    WHERE source = ANY(%s) AND key = ANY(%s) GROUP BY key
"""
_BY_ARTICLE = """
    SELECT article_number, min(id) FROM likeness.products
    WHERE source = ANY(%s) AND article_number = ANY(%s) GROUP BY article_number
"""
_PICTURES = """
    SELECT product_id, id, address FROM likeness.pictures
    WHERE product_id = ANY(%s) ORDER BY product_id, position, id
"""


# Tuples: there are two of them a vector, and making one is most of the work.
class Wanted(NamedTuple):
    """Where it is said, the name of a product, "" for none, and perhaps its picture's address."""

    where: str
    name: str
    address: str | None


class Target(NamedTuple):
    """A product's number, None for no such product, and the picture's, None for no such picture.

    `has_pictures` tells that it is the address that leads nowhere.
    """

    product_id: int | None
    picture_id: int | None
    has_pictures: bool = False


class VectorTargets:
    """The tables `products` and `pictures`, for who has vectors for them."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def sources(self) -> list[str]:
        """Return the names of all catalogues that have products."""
        with self._database.patient_connection() as connection:
            return [name for (name,) in connection.execute(_SOURCES).fetchall()]

    def find(self, wanted: Sequence[Wanted], by: NamedBy, sources: Sequence[str]) -> list[Target]:
        """Return what each one means, among the products of some sources.

        Of several products with one name it is the one that was there first; a name that may be
        `either` is a key before it is an article. Without an address it is the first picture.
        """
        names = list({one.name for one in wanted if one.name})
        with self._database.patient_connection() as connection:
            products: dict[str, int] = {}
            if by != "article":
                products |= _numbers(connection, _BY_KEY, sources, names)
            if by != "key":
                rest = [name for name in names if name not in products]
                products |= _numbers(connection, _BY_ARTICLE, sources, rest)
            pictures = _pictures(connection, list(set(products.values())))
        return [_target(one, products, pictures) for one in wanted]


def _numbers(
    connection: Connection, question: str, sources: Sequence[str], names: Sequence[str]
) -> dict[str, int]:
    if not names:
        return {}
    rows = connection.execute(question.encode(), (list(sources), list(names)), binary=True)
    return dict(rows.fetchall())


def _pictures(connection: Connection, products: list[int]) -> dict[int, dict[str | None, int]]:
    """Return the pictures' numbers by address, by product; None leads to the first."""
    found: dict[int, dict[str | None, int]] = {}
    for product, number, address in connection.execute(_PICTURES, (products,), binary=True):
        pictures = found.setdefault(product, {None: number})
        if address is not None:
            pictures[address] = number
    return found


def _target(
    wanted: Wanted,
    products: Mapping[str, int],
    pictures: Mapping[int, Mapping[str | None, int]],
) -> Target:
    product = products.get(wanted.name)
    if product is None:
        return Target(None, None)
    known = pictures.get(product, {})
    return Target(product, known.get(wanted.address), has_pictures=bool(known))

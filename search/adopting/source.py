"""The founding tables as a source of products, for the importer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from search.adopting.fields import NoAddress, link_of, offers_of, picture_address
from search.importing.importer import MOST_PICTURES
from search.importing.offers import lowest_price
from search.importing.rows import Found, PictureAt, Problem, ProductRow
from search.importing.values import LONGEST_ARTICLE, described, named, one_line, quoted
from search.people import tidy
from search.store.database import Connection
from search.store.founding import CATALOGUE, PRODUCTS, Table
from search.store.founding_rows import FoundingProduct, founding_names, founding_products
from search.store.founding_vectors import PictureOfShop


class TablesSource:
    """The products of tables that can be read. `base` is where pictures without an address are.

    `pictures` tells after reading where each of the shop's pictures is.
    """

    path = "products"
    ignored: Sequence[str] = ()
    has_ids = True

    def __init__(
        self, connection: Connection, tables: Mapping[str, Table], base: str | None
    ) -> None:
        self._connection = connection
        self._tables = tables
        self._base = base
        self.pictures: list[PictureOfShop] = []

    def read(self) -> Iterator[Found]:
        """Yield products in the order of their numbers, each after what is wrong with it."""
        for product in founding_products(self._connection, self._tables):
            yield from self._found(product)

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield the products' numbers and articles."""
        for number, article in founding_names(self._connection, self._tables[PRODUCTS]):
            yield number, _article(number, article)

    def _found(self, product: FoundingProduct) -> Iterator[Found]:
        where = f"products.id={product.id}"
        article = _article(product.id, product.article)
        if len(article) > LONGEST_ARTICLE:
            facts = {"limit": LONGEST_ARTICLE}
            yield Problem(where, "importing.long_article", facts, loses="product")
            return
        pictures: dict[str, PictureAt] = {}
        yield from self._look(product, pictures)
        offers, refused = offers_of(product.offers)
        for text in refused:
            yield Problem(where, "adopting.bad_offer_price", {"price": text})
        link, no_link = link_of(product.links)
        if no_link is not None:
            yield Problem(where, "importing.bad_link", {"link": quoted(no_link)})
        price, currency = lowest_price(offers, None)
        yield ProductRow(
            where=where,
            key=product.id,
            article=article,
            name=named(product.name or "", {}) or named(article, {}),
            category=named(product.category or "", {}),
            price=price,
            currency=currency,
            link=link,
            description=described(product.description or ""),
            project=one_line(product.project or ""),
            region=one_line(product.region or ""),
            offers=offers,
            pictures=tuple(pictures.values()),
        )

    def _look(self, product: FoundingProduct, pictures: dict[str, PictureAt]) -> Iterator[Problem]:
        """Note the product's pictures by address, and yield what is wrong with the others."""
        for picture in product.pictures:
            where = f"product_images.id={picture.id}"
            address = picture_address(picture, self._base)
            if isinstance(address, NoAddress):
                self.pictures.append(PictureOfShop(picture.id, product.id, None))
                yield Problem(where, address.reason, loses="picture")
                continue
            pictures.setdefault(address, PictureAt(address, None, where))
            # The importer takes no more of them.
            kept = address if len(pictures) <= MOST_PICTURES else None
            self.pictures.append(PictureOfShop(picture.id, product.id, kept))


def _article(number: str, article: str | None) -> str:
    return tidy(article or "") or number


def usable(tables: Mapping[str, Table]) -> dict[str, Table]:
    """Return the tables that have what nothing can be made of them without, the products first."""
    return {kind: tables[kind] for kind in CATALOGUE if kind in tables and tables[kind].is_usable}

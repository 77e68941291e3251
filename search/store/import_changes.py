"""Products as they are stored, and what an import changes in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from search.catalogue_picture import KeptPicture
from search.hits import Offer
from search.vectors import Embedding


@dataclass(frozen=True, slots=True)
class ProductFields:
    """What a source says of a product itself; `name` is by language code."""

    article: str
    name: Mapping[str, str]
    category_id: str | None = None
    price: Decimal | None = None
    currency: str | None = None
    link: str | None = None
    description: str | None = None
    project: str | None = None
    region: str | None = None
    offers: tuple[Offer, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedPicture:
    """A stored picture: where it came from, and the SHA-256 of the file as it came, once known."""

    id: int
    address: str | None
    original: str | None
    position: int


@dataclass(frozen=True, slots=True)
class ImportedProduct:
    """A stored product with its pictures in their order."""

    id: int
    fields: ProductFields
    pictures: tuple[ImportedPicture, ...]


@dataclass(frozen=True, slots=True)
class NewPicture:
    """A picture to be written at an address, in place of what is there; None: to be fetched."""

    address: str
    position: int
    kept: KeptPicture | None


@dataclass(frozen=True, slots=True)
class GivenVector:
    """The vector that a source has of the picture at an address; its number, unless it is new."""

    address: str
    picture_id: int | None
    embedding: Embedding


@dataclass(frozen=True, slots=True)
class ProductChange:
    """What is to be written of a product.

    `fields` is None where they stay; then `product_id` is known. `moved` are pictures' numbers with
    their new positions, `removed` the numbers of those that go. `vectors` are written after the
    pictures.
    """

    key: str
    product_id: int | None
    fields: ProductFields | None
    pictures: tuple[NewPicture, ...]
    moved: tuple[tuple[int, int], ...]
    removed: tuple[int, ...]
    vectors: tuple[GivenVector, ...] = ()

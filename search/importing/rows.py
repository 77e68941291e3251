"""What a source yields: products as it tells of them, and what it could not make one of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from search.errors import LikenessError
from search.hits import Offer
from search.language import Fact
from search.vectors import Embedding


@dataclass(frozen=True, slots=True)
class PictureAt:
    """A picture: a web `address`, or that of a file relative to the source and its `path`.

    Some come with their `vector`.
    """

    address: str
    path: Path | None
    where: str
    vector: Embedding | None = None


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product, known in its source by its `key`. Names are by language code, empty for none.

    Pictures come in their order. One that `is_its_picture` is nothing without one that can be read.
    """

    where: str
    key: str
    article: str
    name: Mapping[str, str]
    category: Mapping[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    currency: str | None = None
    link: str | None = None
    description: str | None = None
    project: str | None = None
    region: str | None = None
    offers: tuple[Offer, ...] = ()
    pictures: tuple[PictureAt, ...] = ()
    is_its_picture: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """What was left out: where it stands, and an error or the key of a sentence with its facts.

    It may lose a product, a picture or a vector as a whole. One that `hides` products stands where
    some may be that nobody knows of.
    """

    where: str
    reason: LikenessError | str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    loses: Literal["product", "picture", "vector"] | None = None
    hides: bool = False

    @property
    def kind(self) -> str:
        """Return what problems of one kind have in common."""
        return self.reason if isinstance(self.reason, str) else self.reason.code


Found = ProductRow | Problem


class CatalogueSource(Protocol):
    """Where a catalogue comes from."""

    @property
    def path(self) -> str:
        """How sentences call it; no secret."""

    @property
    def ignored(self) -> Sequence[str]:
        """Columns that mean nothing here, known once reading has begun."""

    @property
    def has_ids(self) -> bool:
        """Whether it has articles and keys of other kinds; known once reading has begun."""

    def read(self) -> Iterator[Found]:
        """Yield what is found, problems before the product that they belong to.

        Raises an ImportFailed, perhaps after some of it.
        """

    def names(self) -> Iterator[tuple[str, str]]:
        """Yield every product's key and article, also while `read` is under way; raise as it does.

        Only asked of a source that has ids.
        """


def names_of(found: Iterable[Found]) -> Iterator[tuple[str, str]]:
    """Yield the keys and articles of products."""
    return ((one.key, one.article) for one in found if isinstance(one, ProductRow))

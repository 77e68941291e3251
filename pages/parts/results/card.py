"""A product's card as the results and a list of products share it: its files, texts and actions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from pages.parts.judging.judging import read_parts

# One sentence each.
TEXTS: Final = (
    "article",  # {article}
    "project",  # {project}
    "no_picture",
    "opens_in_new_tab",
    "look",  # {name}
    "more_like",
    "more_like_name",  # {name}
    "copy_article",  # {article}
    "copied",
    "not_copied",
)
STYLES: Final = ("results/card.css", "results/acting.css", "judging/no_picture.css")
SCRIPTS: Final = (
    "results/copying.js",
    "results/card.js",
    "results/moving.js",
    "results/acting.js",
)
_HTML: Final = read_parts("results/card.html")


@dataclass(frozen=True, slots=True)
class Same:
    """A further product with a card's picture; `price` is ready to be read."""

    name: str
    article: str
    price: str | None
    link: str | None


@dataclass(frozen=True, slots=True)
class Card:
    """One product as it is shown; `price` is ready to be read, `description` is a short text.

    `score` is its value on the scale of the search, which the line cuts, and `similarity` the
    cosine; both in [-1, 1]. `picture` is the address of a picture of a card's size, `large` of the
    same one as large as it is kept. `amount` is what sorting by price compares, within one
    `currency`; None where the product has no price. `same` are further products with its picture,
    and `also` names some of them; a verdict is on the card's own product.
    """

    rank: int
    product_id: str
    name: str
    article: str
    price: str | None
    category: str | None
    score: float
    similarity: float
    picture: str
    link: str | None
    project: str | None = None
    description: str = ""
    also: str = ""
    same: tuple[Same, ...] = ()
    amount: float | None = None
    currency: str | None = None
    large: str | None = None


def with_card(html: str) -> str:
    """Put the skeleton of a card's product where a component's skeleton wants it."""
    return html.replace("<!-- results/card.html -->", _HTML)


def product_of(sent: object, shown: Iterable[str]) -> int | None:
    """Return the number of the product whose card was acted on; None for what no card says.

    `sent` comes from a browser, `shown` are the ids on the cards that it was given.
    """
    return int(sent) if isinstance(sent, str) and sent in shown else None

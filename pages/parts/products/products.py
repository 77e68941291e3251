"""The component that shows a list of products, as a search by words finds it, in the results' look.

There is no line and no similarity: the products come in the order in which they were found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

import streamlit as st

from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts
from pages.parts.results import card
from pages.parts.results.card import product_of, with_card

# One sentence each.
TEXTS: Final = (
    "products",
    "not_indexed",
    "why_not_indexed",
    "print",
    "searched_on",  # {date}
)

_component = st.components.v2.component(
    "likeness_products",
    html=with_card(read_parts("products/products.html")),
    css=read_parts(
        "judging/ground.css",
        *card.STYLES,
        "results/toolbar.css",
        "results/printing.css",
        "products/products.css",
    ),
    js=read_scripts(
        "results/words.js",
        *card.SCRIPTS,
        "results/outside.js",
        "results/paper.js",
        "products/printing.js",
        "products/products.js",
    ),
)


@dataclass(frozen=True, slots=True)
class ProductCard:
    """One product as it is shown; `price` is ready to be read, `description` is a short text.

    `picture` is the address of a picture of a card's size, None where there is none. What looks
    like a product that is not `is_indexed` cannot be searched for.
    """

    product_id: str
    name: str
    article: str
    price: str | None
    category: str | None
    picture: str | None
    link: str | None
    project: str | None = None
    description: str = ""
    is_indexed: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands over the products, ready to be read; the `notes` on paper alone.

    `made_at` is when they were found, aware.
    """

    title: str
    notes: tuple[str, ...]
    made_at: datetime


def products(
    cards: Sequence[ProductCard],
    heading: Heading,
    *,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
) -> None:
    """Show products in this order, by mouse, finger and key as the results are.

    `texts` holds every name in `TEXTS` and `card.TEXTS`; `language` is a BCP 47 tag. `on_more_like`
    and `on_look` get the number of the product whose card was acted on, before the page runs again.
    Raises ValueError for a missing text.
    """
    shown = {one.product_id for one in cards}
    indexed = {one.product_id for one in cards if one.is_indexed}

    def more() -> None:
        product = product_of(st.session_state[key].get("more"), indexed)
        if product is not None:
            on_more_like(product)

    def look() -> None:
        product = product_of(st.session_state[key].get("look"), shown)
        if product is not None:
            on_look(product)

    _component(
        key=key,
        data={
            "language": language,
            "texts": choose_texts((*TEXTS, *card.TEXTS), texts, language),
            "cards": [{"id": one.product_id, **asdict(one)} for one in cards],
            "heading": {
                "title": heading.title,
                "notes": list(heading.notes),
                "madeAt": heading.made_at.isoformat(timespec="minutes"),
            },
        },
        on_more_change=more,
        on_look_change=look,
    )

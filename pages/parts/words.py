"""What a text found: products by their article or by words."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.plain import plain
from pages.parts.products.products import ProductCard, products
from search.addresses import thumbnail_path
from search.engine import SearchEngine
from search.finding import Found, Match
from search.language import Language
from search.narrowing import Narrow
from search.prices import price_said


def show_words(
    engine: SearchEngine,
    text: str,
    narrow: Narrow | None,
    t: Language,
    *,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
) -> None:
    """Look a text up and show the products that fit; raises FindingError or StoreError."""
    found = engine.find(text, narrow=narrow)
    st.markdown(f"**{_said(found, text, t)}**")
    if found.read_as:
        st.caption(t.text("words.read_as", text=plain(found.read_as)))
    if not found.matches:
        st.markdown(t.text("words.nothing_narrowed" if narrow else "words.nothing"))
        return
    products(
        [_card(match, t) for match in found.matches],
        language=t.code,
        texts=t.entry("cards") | t.entry("products"),
        key="products",
        on_more_like=on_more_like,
        on_look=on_look,
    )


def _said(found: Found, text: str, t: Language) -> str:
    return t.text("words.found", n=len(found.matches), text=plain(text))


def _card(match: Match, t: Language) -> ProductCard:
    product = match.product
    return ProductCard(
        product_id=str(product.id),
        name=t.choose(product.name),
        article=product.article,
        price=price_said(product, t),
        category=t.choose(product.category) if product.category else None,
        picture=thumbnail_path(match.picture) if match.picture else None,
        link=product.link,
        project=" · ".join(filter(None, (product.project, product.region))) or None,
        is_indexed=match.is_indexed,
    )

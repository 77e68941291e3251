"""What a text found: products by their article or by words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import streamlit as st

from pages.parts.filters.among import among_said
from pages.parts.plain import plain
from pages.parts.products.products import Heading, ProductCard, products
from search.addresses import thumbnail_path
from search.engine import SearchEngine
from search.finding import Found, Match
from search.language import Language
from search.narrowing import Narrow
from search.prices import price_said


def show_words(
    engine: SearchEngine,
    found: Found,
    text: str,
    narrow: Narrow | None,
    t: Language,
    *,
    at: datetime,
    on_more_like: Callable[[int], None],
    on_look: Callable[[int], None],
) -> None:
    """Show the products that a text found, at a moment, among those that filters leave."""
    if found.read_as:
        st.caption(t.text("words.read_as", text=plain(found.read_as)))
    if not found.matches:
        st.markdown(f"**{_said(found, plain(text), t)}**")
        st.markdown(t.text("words.nothing_narrowed" if narrow else "words.nothing"))
        return
    products(
        [_card(match, t) for match in found.matches],
        _heading(found, text, among_said(engine, narrow, t), at, t),
        language=t.code,
        texts=t.entry("cards") | t.entry("products"),
        key="products",
        on_more_like=on_more_like,
        on_look=on_look,
    )


def _said(found: Found, text: str, t: Language) -> str:
    shown, total = len(found.matches), found.total
    if not found.matches:
        return t.text("words.none", text=text)
    if shown < total:
        return t.text("words.best", n=total, shown=shown, text=text)
    return t.text("words.found", n=total, text=text)


def _heading(found: Found, text: str, among: str, at: datetime, t: Language) -> Heading:
    read_as = t.text("words.read_as", text=found.read_as) if found.read_as else ""
    return Heading(_said(found, text, t), tuple(filter(None, (read_as, among))), at)


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

"""The product that somebody looks at closer, over whatever page it was found on."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from pages.parts.details.details import show_details
from pages.parts.finding import Found
from search.engine import SearchEngine
from search.language import Language

_LOOKED_AT = "looked_at"


def look_at(product_id: int) -> None:
    """Show a product at the end of the next run."""
    st.session_state[_LOOKED_AT] = product_id


def look_away() -> None:
    """Close it."""
    st.session_state.pop(_LOOKED_AT, None)


def show_looked_at(
    engine: SearchEngine,
    found: Found | None,
    photo: str | None,
    t: Language,
    *,
    on_more_like: Callable[[int], None],
) -> None:
    """Show the product that is looked at, if one is; `found` says why it is here, if a search does.

    `photo` is the address of what was searched with, to be held against it.
    """
    product_id: int | None = st.session_state.get(_LOOKED_AT)
    if product_id is None:
        return

    def more_like(product_id: int) -> None:
        look_away()
        on_more_like(product_id)

    hits = found.search.hits if found else ()
    show_details(
        engine,
        product_id,
        hit=next((hit for hit in hits if hit.product.id == product_id), None),
        distribution=found.distribution if found else None,
        threshold=found.search.threshold if found else None,
        photo=photo,
        t=t,
        on_more_like=more_like,
        on_look=look_at,
        on_close=look_away,
    )

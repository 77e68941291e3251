"""Whose browser this is, as far as a history needs it."""

from __future__ import annotations

import streamlit as st

from search.visitor_cookie import NAME, is_visitor


def visitor() -> str:
    """Return the text by which this browser's searches are found; "" where it has no cookie.

    So it is in a test, and where somebody's browser forbids cookies: such searches are in nobody's
    history.
    """
    value: object = st.context.cookies.get(NAME)
    return value if isinstance(value, str) and is_visitor(value) else ""

"""Whose history a search is in: a person's who signed in, else a browser's."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from search.visitor_cookie import NAME, is_visitor

# No cookie can say it: the form of those has no colon, see `is_visitor`.
_PERSON = "person:"


def visitor() -> str:
    """Return the text by which somebody's searches are found; "" where there is none.

    A person who signed in is the same in every browser, all others are known by the cookie of
    theirs. A browser that forbids cookies has none, nor has a test: such searches are in nobody's
    history.
    """
    who = access.caller()
    if who is not None and who.person:
        return f"{_PERSON}{who.person}"
    value: object = st.context.cookies.get(NAME)
    return value if isinstance(value, str) and is_visitor(value) else ""


def is_person(visitor: str) -> bool:
    """Tell whether a visitor is a person, whose history follows them from browser to browser."""
    return visitor.startswith(_PERSON)

"""By which name somebody judges, saves and switches: their sign-in's, or one that they give."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.plain import plain
from search.access.caller import Way
from search.language import Language
from search.people import LONGEST_NAME

# One for the threshold page and the catalogue page: who gave it once finds it there again.
_WHO = "who"


def known_name() -> str | None:
    """Return the name of whoever signed in, who is not asked for one; None for all others."""
    who = access.caller()
    return who.signature if who is not None and who.way is Way.SIGNED_IN else None


def may_see_names() -> bool:
    """Tell whether somebody may read who set what, and why: not whoever has a demo link."""
    who = access.caller()
    return who is not None and who.way is not Way.DEMO


def reader() -> str:
    """Return what tells apart those who use one browser tab in turn; "" where nobody is asked."""
    who = access.caller()
    return "" if who is None else who.reader


def ask_name(t: Language) -> str:
    """Return the name by which something is signed: shown where it is known, else asked for."""
    known = known_name()
    if known is not None:
        st.caption(t.text("account.signed", name=plain(known)))
        return known
    return st.text_input(
        t.text("threshold.who"),
        value=given_name(),
        max_chars=LONGEST_NAME,
        autocomplete="name",
    ).strip()


def keep_name(name: str) -> None:
    """Keep a name that somebody gave, as long as this session lasts."""
    st.session_state[_WHO] = name


def given_name() -> str:
    """Return the name by which something is signed that has no field for it; "" for none."""
    known = known_name()
    return str(st.session_state.get(_WHO, "")) if known is None else known

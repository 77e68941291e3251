"""What stands at every page's address while nobody is known: how one comes in."""

from __future__ import annotations

from base64 import b64encode
from functools import cache
from pathlib import Path

import streamlit as st

from pages.parts.account.notes import show_why_closed
from pages.parts.account.signing_in import (
    is_unverified,
    name_and_address,
    offer_sign_in,
    offer_sign_out,
)
from pages.parts.plain import plain
from pages.parts.texts import texts

_LOGO = Path(__file__).parent / "parts" / "logo.svg"


def show_sign_in() -> None:
    """Lay out the page: what Likeness is, what became of the last try, and the way in.

    Whoever is signed in and in no list is told so, and can leave.
    """
    t = texts()
    with st.container(key="sign_in"):
        st.html(_logo())
        st.title(t.text("page.motto"), anchor=False)
        st.markdown(t.text("search.lead"))
        show_why_closed(t)
        name, address = name_and_address()
        if not name:
            offer_sign_in(t, kind="primary", key="sign_in_by")
            st.caption(t.text("account.who_comes"))
            return
        known = f"{plain(name)} ({_exactly(address)})" if address else plain(name)
        st.info(t.text(_why(), name=known), icon=":material/lock:")
        offer_sign_out(t, key="sign_out")


def _why() -> str:
    """Return the text that says why somebody may not come: lists do not have who is unverified."""
    return "account.no_role_unverified" if is_unverified() else "account.no_role"


@cache
def _logo() -> str:
    """Return the logo as a picture: Streamlit lets no drawing through that is part of the page."""
    drawn = b64encode(_LOGO.read_bytes()).decode("ascii")
    return f'<img class="logo" src="data:image/svg+xml;base64,{drawn}" alt="Likeness">'


def _exactly(address: str) -> str:
    """Return an address for Markdown, so that whoever copies it has it as it is in lists."""
    return f"`{address}`" if "`" not in address else plain(address)

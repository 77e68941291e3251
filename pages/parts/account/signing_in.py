"""The buttons that lead to a sign-in, the way out again, and what a sign-in says of somebody."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.parts import access
from pages.parts.plain import plain
from pages.parts.signed_in import providers
from search.access.claims import lowered
from search.language import Language

Width = Literal["content", "stretch"]


def offer_sign_in(
    t: Language, *, kind: Literal["primary", "secondary"], key: str, width: Width = "content"
) -> None:
    """Show a button for each provider by which people can sign in; the first one is of a kind."""
    for number, provider in enumerate(providers()):
        called = plain(f"{provider[:1].upper()}{provider[1:]}")
        st.button(
            t.text("account.sign_in_with", provider=called)
            if provider
            else t.text("account.sign_in"),
            key=f"{key}_{number}",
            type="secondary" if number else kind,
            icon=":material/login:",
            width=width,
            on_click=st.login,
            args=(provider or None,),
        )


def offer_sign_out(t: Language, *, key: str, width: Width = "content") -> None:
    """Show the button by which somebody leaves."""
    st.button(
        t.text("account.sign_out"),
        key=key,
        icon=":material/logout:",
        width=width,
        on_click=st.logout,
    )


def name_and_address() -> tuple[str, str]:
    """Return what somebody who signed in is called, and the address that lists have them by.

    They are "" where there is none; the address is, where it is the name already.
    """
    claims = access.claims()
    if claims is None:
        return "", ""
    return claims.name, claims.email if claims.email != lowered(claims.name) else ""


def is_unverified() -> bool:
    """Tell whether somebody signed in with an address that their provider does not vouch for."""
    claims = access.claims()
    return claims is not None and claims.is_unverified

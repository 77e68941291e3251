"""Who looks at a page, and what they may do there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

import streamlit as st

from pages.parts import signed_in
from pages.parts.running import get_keys, read_settings
from pages.parts.signed_in import claims_of, has_own_auth
from search.access.access import Access
from search.access.caller import EVERYBODY, Caller
from search.access.claims import Claims
from search.access.identifying import by_demo_link, by_sign_in
from search.access.roles import Right
from search.errors import DemoLinkEnded


@cache
def get_access() -> Access:
    """Return what the settings say of access, read once; raise SettingError."""
    return Access.of(read_settings(), has_own_auth())


def caller() -> Caller | None:
    """Return who looks at this page: EVERYBODY where nobody is asked; None for nobody who may come.

    A demo link that has ended is nobody's. Raises a LikenessError where only the database knows.
    """
    return _known_by(st.context.cookies) if get_access().is_on else EVERYBODY


def must_ask() -> bool:
    """Tell whether `caller` waits for the database, as where the app has just started."""
    return get_access().is_on and signed_in.must_ask(st.context.cookies)


def later_caller() -> Callable[[], Caller | None]:
    """Return what tells the same later, when no page is run: whether they may still come."""
    if not get_access().is_on:
        return lambda: EVERYBODY
    cookies = st.context.cookies.to_dict()
    return lambda: _known_by(cookies)


def claims() -> Claims | None:
    """Return what a provider says of whoever is signed in, with or without a role."""
    access = get_access()
    said = claims_of(st.context.cookies) if access.is_on else None
    return None if said is None else access.claims(said)


def may(right: Right) -> bool:
    """Tell whether whoever looks at this page has a right; raise as `caller`."""
    who = caller()
    return who is not None and who.may(right)


def _known_by(cookies: Mapping[str, str]) -> Caller | None:
    try:
        return by_sign_in(cookies, get_access(), claims_of) or by_demo_link(cookies, get_keys)
    except DemoLinkEnded:
        return None

"""Who one is, in the head of every page: the name, the role, and the way in or out."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.parts.account.signing_in import name_and_address, offer_sign_in, offer_sign_out
from pages.parts.moments import reader_zone
from pages.parts.plain import plain
from search.access.caller import Caller, Way
from search.access.demo_link import LEAVE
from search.language import Language
from search.usage.span import zone_named

_LONGEST: Final = 24


def show_motto(who: Caller, t: Language) -> None:
    """Say what Likeness is for; to whom a demo link let in, what there is to do and until when."""
    if who.way is not Way.DEMO:
        st.html(f"<p class='motto'>{t.text('page.motto')}</p>")
        return
    with st.container(key="demo_badge", horizontal=True, vertical_alignment="center"):
        st.badge(t.text("account.demo"), color="violet")
        st.caption(_demo_said(who, t))
        _offer_leaving(t)


def show_account(who: Caller, t: Language) -> None:
    """Show who is here, and what is theirs to do; nothing where nobody is asked."""
    if who.way is Way.OPEN:
        return
    is_demo = who.way is Way.DEMO
    label = _capital(t.text(f"roles.{who.role}")) if is_demo else plain(shortened(who.name))
    icon = ":material/visibility:" if is_demo else ":material/account_circle:"
    with (
        st.popover(label, icon=icon, type="tertiary", key="account"),
        st.container(key="account_body"),
    ):
        if is_demo:
            st.markdown(_demo_said(who, t))
            _offer_leaving(t)
            offer_sign_in(t, kind="secondary", key="account_sign_in", width="stretch")
        else:
            _show_person(who, t)


def _offer_leaving(t: Language) -> None:
    """Show the link by which a guest leaves, in the language in which they go on reading."""
    # Relative: the page does not know what path a proxy has it below.
    address = f"{LEAVE.removeprefix('/')}?language={t.code}"
    st.html(f'<a class="leave-demo" href="{address}">{t.text("account.leave_demo")}</a>')


def _show_person(who: Caller, t: Language) -> None:
    name, address = name_and_address()
    st.markdown(f"**{plain(name)}**")
    if address:
        st.text(address)  # as it is, also for whoever copies it
    st.markdown(f"{_capital(t.text(f'roles.{who.role}'))}: {t.text(f'account.does.{who.role}')}")
    offer_sign_out(t, key="sign_out", width="stretch")


def shortened(name: str) -> str:
    """Return a name as the head has room for it."""
    return name if len(name) <= _LONGEST else f"{name[: _LONGEST - 1].rstrip()}…"


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _demo_said(who: Caller, t: Language) -> str:
    said = t.text("account.demo_does")
    if who.until is None:
        return said
    day = t.day(who.until.astimezone(zone_named(reader_zone())).date())
    return f"{said} {t.text('account.demo_until', day=day)}"

"""What came of a sign-in or a demo link, told on the page to which it led, once."""

from __future__ import annotations

from typing import Final

import streamlit as st

from pages.parts.pages_seen import came_from_elsewhere
from search.access import demo_link, sign_in_steps
from search.api_keys import is_key
from search.language import Language

# What the address has, and the text that says it.
_NOTES: Final = {
    (sign_in_steps.PARAMETER, sign_in_steps.FAILED): "account.note.failed",
    (sign_in_steps.PARAMETER, sign_in_steps.REFUSED): "account.note.refused",
    (demo_link.TOLD, demo_link.ENDED): "account.note.ended",
    (demo_link.TOLD, demo_link.LEFT): "account.note.left",
}
# As somebody wished.
_CALM: Final = {"account.note.left"}
_TOLD = "account_note"


def show_note(t: Language) -> None:
    """Tell what the address says; from then on it says nothing of it, and a reload is calm.

    It stays until another page is opened, whatever makes this one run again.
    """
    if came_from_elsewhere():
        st.session_state.pop(_TOLD, None)
    for (name, value), key in _NOTES.items():
        if st.query_params.get(name) == value:
            st.session_state[_TOLD] = key
    for name in {name for name, _ in _NOTES} & set(st.query_params):
        del st.query_params[name]
    told: str | None = st.session_state.get(_TOLD)
    if told is not None:
        _tell(told, t)


def show_why_closed(t: Language) -> None:
    """Do the same where nobody is known; whose demo link has ended since is told as well."""
    show_note(t)
    key: object = st.context.cookies.get(demo_link.DEMO_COOKIE)
    if _TOLD not in st.session_state and isinstance(key, str) and is_key(key):
        _tell(_NOTES[demo_link.TOLD, demo_link.ENDED], t)


def _tell(key: str, t: Language) -> None:
    show = st.info if key in _CALM else st.warning
    show(t.text(key), icon=":material/info:")

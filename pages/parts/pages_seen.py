"""Which page a tab was on before: who comes back to a page finds it as it was."""

from __future__ import annotations

import streamlit as st

_NOW, _BEFORE = "page_now", "page_before"


def note_page(path: str) -> None:
    """Take note of the page that is run, by its path."""
    st.session_state[_BEFORE] = st.session_state.get(_NOW)
    st.session_state[_NOW] = path


def came_from_elsewhere() -> bool:
    """Tell whether the run before this one was another page's."""
    before = st.session_state.get(_BEFORE)
    return before is not None and before != st.session_state.get(_NOW)

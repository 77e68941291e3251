"""What an action of a person had to say. It stays, whatever runs meanwhile, until the next one."""

from __future__ import annotations

import streamlit as st

_NOTE = "threshold_note"


def note(place: str, said: object) -> None:
    """Let a place of the page say something; whatever was said before goes."""
    st.session_state[_NOTE] = (place, said)


def noted(place: str) -> object | None:
    """Return what a place of the page is to say now."""
    kept: tuple[str, object] | None = st.session_state.get(_NOTE)
    return kept[1] if kept and kept[0] == place else None


def clear_note() -> None:
    """Let nothing of an earlier action stand beside what comes."""
    st.session_state.pop(_NOTE, None)

"""An error as a person should meet it: what happened, what to do, and details for the curious."""

from __future__ import annotations

import logging

import streamlit as st

from pages.parts.texts import texts
from search.errors import AddressRetired, LikenessError

log = logging.getLogger("likeness")

_DETAILS = ("host", "status", "request_id", "detail")


def show_error(error: LikenessError) -> None:
    """Show an error in the reader's language."""
    t = texts()
    spoken = t.error(error)
    st.error(f"**{spoken.what}**\n\n{spoken.next}", icon=":material/error:")
    if isinstance(error, AddressRetired):
        _show_ways()
    details = {name: error.facts[name] for name in _DETAILS if error.facts.get(name)}
    if details:
        with st.expander(t.text("error.details")):
            st.code("\n".join(f"{name}: {value}" for name, value in details.items()), language=None)


def show_anything(error: Exception) -> bool:
    """Show whatever a page let through; Streamlit calls this instead of printing a traceback."""
    if not isinstance(error, LikenessError):
        log.error("a page failed", exc_info=error)
        error = LikenessError()
    show_error(error)
    return True


def _show_ways() -> None:
    """Say, in one screen, how CLIP vectors are to be had today."""
    t = texts()
    with st.container(border=True):
        st.markdown(f"**{t.text('ways.title')}**")
        for way in ("endpoint", "server", "hosted", "builtin"):
            st.markdown(f"**{t.text(f'ways.{way}.name')}** — {t.text(f'ways.{way}.how')}")
            st.code(t.text(f"ways.{way}.settings").strip(), language="bash")

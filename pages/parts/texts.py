"""The reader's language: what the browser asks for, until the reader chooses."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from search.language import LANGUAGES, Language, language

FOLDER = Path(__file__).parent.parent / "texts"
NAMES = {"en": "English", "ru": "Русский"}
_KEY = "language"


def texts() -> Language:
    """Return the texts in the reader's language."""
    chosen = st.session_state.get(_KEY) or st.query_params.get(_KEY) or _from_browser()
    return language(chosen.lower(), FOLDER)


def choose_language() -> None:
    """Show the switch between the languages."""
    st.session_state.setdefault(_KEY, texts().code)
    st.segmented_control(
        texts().text("page.language"),
        LANGUAGES,
        key=_KEY,
        label_visibility="collapsed",
        required=True,
        # In the address, so that it survives a reload and goes along with a link: by its code as
        # our links have it. What it is not by letter, Streamlit takes out of the address.
        bind="query-params",
    )


def _from_browser() -> str:
    asked = (st.context.locale or "en").lower()
    return next((code for code in LANGUAGES if asked.startswith(code)), "en")

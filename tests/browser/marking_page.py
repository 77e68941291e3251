"""Two pages with a switch of languages on which Streamlit has marked none; `language` is used."""

from __future__ import annotations

import streamlit as st

from pages.parts.document import listen
from pages.parts.texts import FOLDER
from search.language import language


def first() -> None:
    """Show the page that is gone back to."""
    st.title("First")


def second() -> None:
    """Show the page that is left."""
    st.title("Second")


shown = st.navigation([st.Page(first, default=True), st.Page(second)], position="top")
chosen = st.segmented_control("Language", ["en", "ru"], key="language")
listen(language(chosen or "en", FOLDER), shown.url_path, ["", "second"])
shown.run()

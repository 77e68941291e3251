"""The button that forgets a search, and asks once more before it does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import streamlit as st

from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts

TEXTS: Final = ("forget", "sure", "keep", "really")

_component = st.components.v2.component(
    "likeness_forget",
    html=read_parts("history/forget.html"),
    css=read_parts("judging/ground.css", "history/sure.css", "history/forget.css"),
    js=read_scripts("results/words.js", "history/sure.js", "history/forget.js"),
)


def show_forget(
    *, language: str, texts: Mapping[str, Text], key: str, on_forget: Callable[[], None]
) -> None:
    """Show the button; `texts` holds every name in `TEXTS`.

    `on_forget` is called once somebody is sure, before the page runs again.
    """
    _component(
        key=key,
        data={"language": language, "texts": choose_texts(TEXTS, texts, language)},
        on_sure_change=on_forget,
    )

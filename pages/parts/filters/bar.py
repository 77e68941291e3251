"""The component of the filters: the bar with what is chosen, and the panel to choose in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Final

import streamlit as st

from pages.parts.filters.told import Told
from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts

TEXTS: Final = (
    "open",
    "clear",
    "category",
    "project",
    "region",
    "price",
    "find_category",
    "find_project",
    "find_region",
    "lowest",
    "highest",
    "currency",
    "counting",
    "leave",
)

# What is never told twice is never sent as a reference to what the browser should still have. While
# several runs of a fragment wait in line, it may have forgotten that when its reference comes
# (Streamlit 1.67: "Cached ForwardMsg MISS"), and then the page is lost.
_told = count()

_component = st.components.v2.component(
    "likeness_filters",
    html=read_parts("filters/filters.html"),
    css=read_parts("judging/ground.css", "filters/filters.css", "filters/panel.css"),
    js=read_scripts("filters/draft.js", "filters/panel.js", "filters/filters.js"),
)


def bar(
    told: Told,
    *,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_asked: Callable[[object], None],
    on_chosen: Callable[[object], None],
) -> None:
    """Show the bar; `told` is what `told.py` makes, `texts` holds every name in `TEXTS`.

    While somebody chooses, `on_asked` gets what is ticked and typed, None once the panel is closed;
    `on_chosen` gets it when it is to be searched with. Both are called before the page runs again.
    """
    words = choose_texts(TEXTS, texts, language)
    _component(
        key=key,
        data={"language": language, "words": words, "time": next(_told), **told},
        on_asked_change=lambda: on_asked(st.session_state[key].asked),
        on_chosen_change=lambda: on_chosen(st.session_state[key].chosen),
    )

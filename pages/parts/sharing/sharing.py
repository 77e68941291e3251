"""The button that copies a search's address, to be sent to a colleague."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts

TEXTS: Final = ("copy_link", "copied_link", "not_copied_link")

_component = st.components.v2.component(
    "likeness_sharing",
    html=read_parts("sharing/sharing.html"),
    css=read_parts("judging/ground.css", "history/sure.css", "sharing/sharing.css"),
    js=read_scripts("results/words.js", "results/copying.js", "sharing/sharing.js"),
)


def offer_link(address: str, *, language: str, texts: Mapping[str, Text], key: str) -> None:
    """Show the button that copies an address; `texts` holds every name in `TEXTS`."""
    _component(
        key=key,
        data={
            "address": address,
            "language": language,
            "texts": choose_texts(TEXTS, texts, language),
        },
    )

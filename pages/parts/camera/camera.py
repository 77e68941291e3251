"""The component that takes a photo with a phone's or a computer's camera.

A phone's own camera takes better photos than a page can: there, the button opens it. Either way the
photo goes where a dropped one goes, and Python never hears of the camera.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts

TEXTS: Final = (
    "open",
    "title",
    "take",
    "leave",
    "other",
    "starting",
    "denied",
    "none",
    "busy",
    "failed",  # {why}
)

_component = st.components.v2.component(
    "likeness_camera",
    html=read_parts("camera/camera.html"),
    css=read_parts("judging/ground.css", "camera/camera.css"),
    js=read_scripts("way_back.js", "results/words.js", "camera/handing.js", "camera/camera.js"),
)


def camera(*, language: str, texts: Mapping[str, Text], key: str) -> None:
    """Show the button. `texts` holds every name in `TEXTS`; the page has an uploader."""
    _component(key=key, data={"language": language, "texts": choose_texts(TEXTS, texts, language)})

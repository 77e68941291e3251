"""The component that shows a photo with a frame: what is inside is searched with.

Whatever happens to the frame happens in the browser, by mouse, finger, pen or key.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final

import streamlit as st

from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts
from search.aim import Aim
from search.decoding import LEAST_CROP
from search.errors import AimInvalid
from search.original import Original

TEXTS: Final = (
    "picture",
    "frame",
    "size",  # {width} {height} {whole_width} {whole_height}
    "size_whole",  # {whole_width} {whole_height}
    "turn_left",
    "turn_right",
    "whole",
    "suggested",
    "search",
    "leave",
    "keys",  # [K] is drawn as the key K
)

_component = st.components.v2.component(
    "likeness_aim",
    html=read_parts("aim/aim.html"),
    css=read_parts("judging/ground.css", "aim/aim.css"),
    js=read_scripts(
        "results/words.js",
        "judging/key_caps.js",
        "aim/frame.js",
        "aim/pointing.js",
        "aim/keyboard.js",
        "aim/aim.js",
    ),
)


def choose_part(
    original: Original,
    aim: Aim,
    *,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    on_chosen: Callable[[Aim], None],
    on_left: Callable[[], None],
) -> None:
    """Let somebody choose the part of a photo to search with; the frame begins at `aim`.

    The part that the photo suggests, as it stands, is offered by a button. `texts` holds every
    name in `TEXTS`. `on_chosen` gets the part, before the page runs again; what no frame says is
    ignored. `on_left` is called where nothing is to change.
    """

    def chosen() -> None:
        part = _aim_of(st.session_state[key].chosen)
        if part is not None:
            on_chosen(part)

    _component(
        key=key,
        data={
            "picture": f"data:image/jpeg;base64,{b64encode(original.jpeg).decode('ascii')}",
            "size": list(original.size),
            "least": LEAST_CROP,
            "aim": asdict(aim),
            "suggested": original.suggested and asdict(original.suggested),
            "language": language,
            "texts": choose_texts(TEXTS, texts, language),
        },
        on_chosen_change=chosen,
        on_left_change=on_left,
    )


def _aim_of(sent: object) -> Aim | None:
    """Return the part that a browser names; None for what no frame says."""
    try:
        return Aim.parse(sent) if isinstance(sent, str) else None
    except AimInvalid:
        return None

"""Choosing a part of the photo beside what was found with it."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.aim.aim import choose_part
from pages.parts.asked import AskedPhoto, replace_asked
from search.aim import WHOLE, Aim
from search.engine import SearchEngine
from search.language import Language
from search.original import Original

# The whole photo while somebody chooses a part of it, and of which file it is.
_ORIGINAL = "original"


def choose_part_of(asked: AskedPhoto, t: Language) -> bool:
    """Show the photo with its frame as long as somebody chooses; tell whether they do."""
    kept: tuple[bytes, Original] | None = st.session_state.get(_ORIGINAL)
    if kept is None or kept[0] != asked.data:
        return False
    choose_part(
        kept[1],
        asked.aim,
        language=t.code,
        texts=t.entry("aim"),
        key="aim_frame",
        on_chosen=lambda aim: _take_aim(asked, aim),
        on_left=drop_original,
    )
    return True


def offer_aim(engine: SearchEngine, asked: AskedPhoto, t: Language) -> None:
    """Offer to search with a part of the photo, and the way back."""
    st.button(
        t.text("aim.open"),
        key="aim_open",
        type="tertiary",
        icon=":material/crop_rotate:",
        on_click=lambda: _begin(engine, asked),
    )
    if asked.aim != WHOLE:
        st.button(
            t.text("aim.whole"),
            key="aim_whole",
            type="tertiary",
            icon=":material/undo:",
            on_click=lambda: _take_aim(asked, WHOLE),
        )


def drop_original() -> None:
    """Keep nothing of a photo in this tab: it was forgotten."""
    st.session_state.pop(_ORIGINAL, None)


def _begin(engine: SearchEngine, asked: AskedPhoto) -> None:
    st.session_state[_ORIGINAL] = asked.data, engine.reading.original(asked.data)


def _take_aim(asked: AskedPhoto, aim: Aim) -> None:
    replace_asked(replace(asked, aim=aim))
    drop_original()

"""What came in, read: fetched from its address, decoded, once for each."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.asked import AskedAddress, AskedPhoto, replace_asked
from pages.parts.errors import show_error
from search.engine import SearchEngine
from search.errors import FetchError, LikenessError, PhotoError
from search.language import Language
from search.photo import Photo

_PHOTO = "photo"


def fetch(
    engine: SearchEngine, asked: AskedAddress, place: DeltaGenerator, t: Language
) -> AskedPhoto | None:
    """Return the picture at an address, which stands for that from now on; else say why not."""
    try:
        with place, st.spinner(t.text("stage.fetching"), show_time=True):
            data = engine.reading.fetch(asked.address)
    except FetchError as error:
        _refuse(error, place, t)
        return None
    here = AskedPhoto(data)
    replace_asked(here)
    return here


def read_once(
    engine: SearchEngine, asked: AskedPhoto, place: DeltaGenerator, t: Language
) -> Photo | None:
    """Decode a picture, once for each aim; what cannot be read gets its sentence."""
    kept: tuple[AskedPhoto, Photo] | None = st.session_state.get(_PHOTO)
    if kept and kept[0] == asked:
        return kept[1]
    try:
        with place, st.spinner(t.text("stage.reading")):
            photo = engine.reading.read(asked.data, asked.aim)
    except PhotoError as error:
        _refuse(error, place, t)
        return None
    st.session_state[_PHOTO] = (asked, photo)
    return photo


def drop_photo() -> None:
    """Keep no photo in this tab: it was forgotten."""
    st.session_state.pop(_PHOTO, None)


def _refuse(error: LikenessError, place: DeltaGenerator, t: Language) -> None:
    with place.container():
        show_error(error)
        if error.retry:
            # A click runs the page again, and it is tried once more.
            st.button(t.text("error.retry"), icon=":material/refresh:", type="primary")

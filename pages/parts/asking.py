"""Where it comes in what is searched with: a photo by every way, an address, a text, a sample."""

from __future__ import annotations

import streamlit as st

from pages.parts.asked import Asked, AskedAddress, AskedPhoto, AskedText, ask
from pages.parts.camera.camera import camera
from pages.parts.samples import samples
from pages.parts.uploader import uploader
from pages.parts.uploads import release, uploads_in
from search.elsewhere import address_in
from search.engine import SearchEngine
from search.language import Language

_ROUND, _TEXT = "upload_round", "asking_text"


def show_ways_in(engine: SearchEngine, wanted: Asked | None, t: Language) -> None:
    """Show the uploader, the camera, the field for a text or an address, and the samples.

    The field has the text that is `wanted`, also where that comes from the page's address.
    """
    # A widget with a new key is an empty one: how a sample takes the place of an upload.
    key = f"upload_{st.session_state.setdefault(_ROUND, 0)}"
    uploader(
        t.text("search.photo"),
        choose=t.text("upload.choose"),
        limit=t.text("upload.limit", megabytes=engine.settings.max_upload_mb),
        key=key,
        on_change=lambda: _take_upload(key),
    )
    camera(language=t.code, texts=t.entry("camera"), key="camera")
    if isinstance(wanted, AskedText) and _TEXT not in st.session_state:
        st.session_state[_TEXT] = wanted.text
    st.text_input(
        t.text("asking.text"),
        key=_TEXT,
        placeholder=t.text("asking.example"),
        icon=":material/search:",
        on_change=_take_text,
    )
    if offered := engine.samples():
        st.markdown(f"**{t.text('search.samples')}**")
        samples(
            [(s.key, f"api/samples/{s.key}", t.choose(s.caption)) for s in offered],
            label=t.text("search.samples"),
            on_pick=lambda picked: _take_sample(engine, picked),
        )


def clear_ways_in() -> None:
    """Let nothing stay in the uploader and the field: something else is searched with now."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    st.session_state[_TEXT] = ""


def _take_upload(key: str) -> None:
    # While a file takes the place of another there is none for a moment: what is shown stays, or
    # the page would be laid out anew and the uploader would lose the file on its way.
    for upload in uploads_in(st.session_state.get(key)):
        ask(AskedPhoto(upload.getvalue()))
        release(upload)  # the tab has it now, and lets go of it with the next one
        st.session_state[_TEXT] = ""


def _take_sample(engine: SearchEngine, picked: str) -> None:
    data = engine.sample(picked)
    if data is not None:
        ask(AskedPhoto(data))
        clear_ways_in()


def _take_text() -> None:
    text = str(st.session_state.get(_TEXT, "")).strip()
    if not text:
        return  # cleared, and what is shown stays
    address = address_in(text)
    ask(AskedAddress(address) if address else AskedText(text))
    st.session_state[_ROUND] += 1

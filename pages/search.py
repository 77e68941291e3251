"""A photo in, products out."""

from __future__ import annotations

from hashlib import sha256

import streamlit as st

from pages.parts.errors import guarded
from pages.parts.found import Found, find, show_found, took
from pages.parts.running import get_engine
from pages.parts.samples import samples
from pages.parts.texts import texts
from pages.parts.uploader import uploader
from search.engine import SearchEngine
from search.language import Language

_PHOTO, _FOUND, _ROUND = "photo", "found", "upload_round"


def main() -> None:
    """Lay out the page: where a photo comes in, and what was found for it."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    photo: bytes | None = st.session_state.get(_PHOTO)
    if photo is None:
        _ask_first(engine, t)
        return
    with st.container(key="found"):
        beside, results = st.columns([1, 3], gap="large")
    with results:
        found = _find_once(engine, photo)
        if found:
            show_found(found, engine.settings.default_threshold)
    with beside:
        if found:
            with st.container(key="photo"):
                _show_photo(found, t)
        with st.container(key="ask"):
            _ask(engine, t)


def _ask_first(engine: SearchEngine, t: Language) -> None:
    with st.container(key="welcome"):
        st.title(t.text("search.title"), anchor=False)
        st.markdown(t.text("search.lead"))
        _ask(engine, t)


def _ask(engine: SearchEngine, t: Language) -> None:
    # A widget with a new key is an empty one: how a sample takes the place of an upload.
    key = f"upload_{st.session_state.setdefault(_ROUND, 0)}"
    uploader(key=key, megabytes=engine.settings.max_upload_mb, on_change=lambda: _take_upload(key))
    offered = engine.samples()
    if offered:
        st.markdown(f"**{t.text('search.samples')}**")
        samples(
            [(s.key, f"api/samples/{s.key}", t.choose(s.caption)) for s in offered],
            label=t.text("search.samples"),
            on_pick=lambda picked: _take_sample(engine, picked),
        )


def _take_upload(key: str) -> None:
    upload = st.session_state.get(key)
    st.session_state[_PHOTO] = upload.getvalue() if upload is not None else None


def _take_sample(engine: SearchEngine, picked: str) -> None:
    st.session_state[_PHOTO] = engine.sample(picked)
    st.session_state[_ROUND] += 1


def _find_once(engine: SearchEngine, photo: bytes) -> Found | None:
    """Search when the photo is a new one; whatever else makes the page run again shows the same."""
    digest = sha256(photo).digest()
    kept: tuple[bytes, Found] | None = st.session_state.get(_FOUND)
    if kept and kept[0] == digest:
        return kept[1]
    found = find(engine, photo)
    if found:
        st.session_state[_FOUND] = (digest, found)
    return found


def _show_photo(found: Found, t: Language) -> None:
    st.image(found.search.photo.jpeg, width="stretch")
    st.caption(took(found.search, t))


guarded(main)

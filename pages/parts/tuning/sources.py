"""Whose photos are looked at: the sets, the last searches, a photo of this session or of a link."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts import access
from pages.parts.finding import last_photo
from pages.parts.tuning.address import begin_with, tell_choice
from pages.parts.tuning.notes import clear_note
from search.access.roles import Right
from search.engine import SearchEngine
from search.evaluation import Source, SourceKind
from search.language import Language

_SOURCE, _LINKED, _GONE = "threshold_source", "threshold_linked", "threshold_source_gone"


def sources_for(engine: SearchEngine) -> list[Source]:
    """Return what can be looked at; the default comes first."""
    searched = last_photo()
    mine = [searched] if searched else []
    linked = _linked(engine)
    if linked is not None and linked not in mine:
        mine.append(linked)
    photos = [Source(SourceKind.PHOTO, _key(photo), "", 1) for photo in mine]
    evaluating = engine.evaluating
    known = evaluating.sources() if may_see_searches() else evaluating.sets()
    return [*known, *photos]


def may_see_searches() -> bool:
    """Tell whether somebody may see what others searched with: those who judge it."""
    return access.may(Right.JUDGE)


def pick_source(sources: Sequence[Source], t: Language) -> Source:
    """Show the sources and return the chosen one, which the address names."""
    by_key = {source.key: source for source in sources}
    asked = st.session_state.get(_SOURCE, st.query_params.get("source"))
    if asked is None:
        st.session_state.pop(_GONE, None)  # the page was opened anew, without a wish
    elif asked not in by_key:
        st.session_state[_GONE] = True
    begin_with(_SOURCE, "source", list(by_key), sources[0].key)
    key = st.selectbox(
        t.text("threshold.whose"),
        list(by_key),
        format_func=lambda key: _name(by_key[key], t),
        key=_SOURCE,
        on_change=_chosen,
    )
    tell_choice("source", key, list(by_key), sources[0].key)
    return by_key[key]


def source_is_gone() -> bool:
    """Tell whether another source than the one that was asked for is shown."""
    return bool(st.session_state.get(_GONE))


def _chosen() -> None:
    st.session_state.pop(_GONE, None)
    clear_note()


def _name(source: Source, t: Language) -> str:
    if source.kind is SourceKind.PHOTO and source.key == st.session_state.get(_LINKED):
        return t.text("threshold.source.linked")
    # The demo's own sets have a name in the reader's language.
    known = f"threshold.set_name.{source.name}"
    called = t.text(known) if known in t else source.name
    return t.text(f"threshold.source.{source.kind}", name=called, n=source.photos)


def _linked(engine: SearchEngine) -> bytes | None:
    """Return the photo that a link leads to, also after something else was chosen."""
    asked = st.query_params.get("source", "")
    if asked.startswith("photo:") and asked != st.session_state.get(_LINKED):
        photo = _fingerprint(asked)
        if photo is not None and photo != last_photo() and _is_kept(engine, photo):
            st.session_state[_LINKED] = asked
    kept: str | None = st.session_state.get(_LINKED)
    return _fingerprint(kept) if kept else None


def _is_kept(engine: SearchEngine, photo: bytes) -> bool:
    searched = engine.settings.keep_photos and access.may(Right.SEE_PHOTOS)
    return engine.judging.picture(photo, searched=searched) is not None


def _fingerprint(key: str) -> bytes | None:
    try:
        photo = bytes.fromhex(key.removeprefix("photo:"))
    except ValueError:
        return None
    return photo if key == _key(photo) else None


def _key(photo: bytes) -> str:
    return f"{SourceKind.PHOTO}:{photo.hex()}"

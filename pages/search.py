"""A photo in, products out."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.aim.aim import choose_part
from pages.parts.errors import guarded_page, show_error
from pages.parts.found import Found, count_again, find, follow, show_found, still_holds, took
from pages.parts.running import get_engine
from pages.parts.samples import samples
from pages.parts.texts import texts
from pages.parts.uploader import uploader
from search.aim import WHOLE, Aim
from search.engine import SearchEngine
from search.errors import PhotoError, StoreError
from search.judgement import Verdict
from search.language import Language
from search.original import Original
from search.photo import Photo

_THRESHOLD_PAGE = Path(__file__).parent / "threshold.py"
_DATA, _PHOTO, _FOUND, _ROUND = "data", "photo", "found", "upload_round"
# The part of the photo that is searched with, and the whole of it while somebody chooses one.
_AIM, _ORIGINAL = "aim", "original"


def main() -> None:
    """Lay out the page: where a photo comes in, and what was found for it."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    data: bytes | None = st.session_state.get(_DATA)
    # Both layouts have the same bones: an uploader that moved to another place would be a second
    # one beside the first for as long as the search takes. frame.css makes the difference.
    notice, check = st.empty(), engine.last_check
    if check and check.differs:
        median = t.similarity(check.median or 0.0)
        notice.error(t.text("catalogue.differs", n=check.pictures, median=median))
    given = data is not None
    with st.container(key="found" if given else "welcome"):
        beside, results = st.columns([1, 3], gap="large")
    with beside:
        with st.container(key="photo" if given else "hero"):
            # Not an empty place, which a rerun clears first: a frame that somebody pulls would go.
            aiming = st.container()
            shown, told, tools = st.empty(), st.empty(), st.empty()
        with st.container(key="ask"):
            _ask(engine, t)
    if data is None:
        shown.title(t.text("search.title"), anchor=False)
        told.markdown(t.text("search.lead"))
        return
    with results:
        # What was found before goes the moment something else is waited for.
        place = st.empty()
    aim: Aim = st.session_state.setdefault(_AIM, WHOLE)
    photo = _read_once(engine, data, aim, place, t)
    if original := st.session_state.get(_ORIGINAL):
        with aiming:
            _choose_part(original, aim, t)
    elif photo or aim != WHOLE:
        with tools.container(key="aim_tools", horizontal=True):
            _offer_aim(engine, data, aim, t)
    if photo is None:
        return
    if not original:
        shown.image(photo.jpeg, width="stretch")
    found = _find_once(engine, photo, place)
    if found:
        told.caption(took(found.search, t))
        with place.container():
            wants_threshold = show_found(found, _said_of(engine, photo))
        if wants_threshold:
            # Without a word on parameters Streamlit clears them all, and refuses to clear the one
            # that is bound to the language.
            st.switch_page(_THRESHOLD_PAGE, query_params={})


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


def _offer_aim(engine: SearchEngine, data: bytes, aim: Aim, t: Language) -> None:
    """Offer to search with a part of the photo, and the way back."""
    st.button(
        t.text("aim.open"),
        key="aim_open",
        type="tertiary",
        icon=":material/crop_rotate:",
        on_click=lambda: st.session_state.update({_ORIGINAL: engine.reading.original(data)}),
    )
    if aim != WHOLE:
        st.button(
            t.text("aim.whole"),
            key="aim_whole",
            type="tertiary",
            icon=":material/undo:",
            on_click=lambda: _take_aim(WHOLE),
        )


def _choose_part(original: Original, aim: Aim, t: Language) -> None:
    choose_part(
        original,
        aim,
        language=t.code,
        texts=t.entry("aim"),
        key="aim_frame",
        on_chosen=_take_aim,
        on_left=lambda: st.session_state.pop(_ORIGINAL, None),
    )


def _take_aim(aim: Aim) -> None:
    st.session_state[_AIM] = aim
    st.session_state.pop(_ORIGINAL, None)


def _take_data(data: bytes | None) -> None:
    """Let another photo come in, all of it."""
    st.session_state[_DATA] = data
    _take_aim(WHOLE)


def _take_upload(key: str) -> None:
    # While a file takes the place of another there is none for a moment: what is shown stays, or
    # the page would be laid out anew and the uploader would lose the file on its way.
    upload = st.session_state.get(key)
    if upload is not None:
        _take_data(upload.getvalue())


def _take_sample(engine: SearchEngine, picked: str) -> None:
    _take_data(engine.sample(picked))
    st.session_state[_ROUND] += 1


def _read_once(
    engine: SearchEngine, data: bytes, aim: Aim, place: DeltaGenerator, t: Language
) -> Photo | None:
    """Decode what came in, once for each aim; what cannot be read gets its sentence."""
    kept: tuple[bytes, Aim, Photo] | None = st.session_state.get(_PHOTO)
    if kept and kept[:2] == (data, aim):
        return kept[2]
    try:
        with place, st.spinner(t.text("stage.reading")):
            photo = engine.reading.read(data, aim)
    except PhotoError as error:
        with place.container():
            show_error(error)
        return None
    st.session_state[_PHOTO] = (data, aim, photo)
    return photo


def _find_once(engine: SearchEngine, photo: Photo, place: DeltaGenerator) -> Found | None:
    """Search when the photo or the scale is a new one; a line that somebody moved is followed.

    Whatever else makes the page run again shows the same.
    """
    kept: Found | None = st.session_state.get(_FOUND)
    is_same = kept is not None and kept.search.subject.fingerprint == photo.fingerprint
    found = _followed(engine, kept) if kept and is_same else None
    found = found or find(engine, photo, place)
    if found:
        st.session_state[_FOUND] = found
    return found


def _followed(engine: SearchEngine, kept: Found) -> Found | None:
    """Return what was found at the threshold that is active now; None if its scale is another."""
    try:
        active = engine.thresholds.active()
        kept = count_again(engine, kept)
    except StoreError:
        # A database that is away for a moment takes nothing from the page.
        return kept
    return follow(kept, active) if still_holds(kept, active) else None


def _said_of(engine: SearchEngine, photo: Photo) -> Mapping[int, Verdict]:
    try:
        return engine.judging.verdicts(photo.fingerprint).all
    except StoreError:
        return {}  # the same: what this tab has said itself, the browser knows


guarded_page(main)

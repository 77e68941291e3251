"""A photo in, products out; or an address, a text, a product, a search that was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from pages.parts import access
from pages.parts.aiming import choose_part_of, drop_original, offer_aim
from pages.parts.asked import (
    Asked,
    AskedAddress,
    AskedPhoto,
    AskedProduct,
    AskedText,
    ask,
    asked,
    asked_round,
    narrow_to,
    narrowed,
    tell_nothing,
    tell_search,
    tell_text,
)
from pages.parts.asking import clear_ways_in, show_ways_in
from pages.parts.errors import guarded, guarded_page
from pages.parts.exporting import offer_exports, offer_words, search_address
from pages.parts.filters.filters import AnyFacets, pick_narrow
from pages.parts.finding import Findable, Found, drop_found, find_once, found_among
from pages.parts.found import show_found
from pages.parts.looking import look_at, show_looked_at
from pages.parts.photos import photo_address
from pages.parts.privacy import forget_button, show_forgotten, show_privacy
from pages.parts.reading import drop_photo, fetch, read_once
from pages.parts.running import get_engine
from pages.parts.sharing.sharing import offer_link
from pages.parts.subject import offer_again, picture_of, show_picture, subject_said, tell
from pages.parts.texts import texts
from pages.parts.words import show_words
from search.access.roles import Right
from search.aim import WHOLE
from search.engine import SearchEngine
from search.entries import Portrait
from search.errors import StoreError
from search.judgement import Verdict
from search.language import Language
from search.narrowing import Narrow
from search.photo import Photo
from search.subject import Kind

_THRESHOLD_PAGE = Path(__file__).parent / "threshold.py"


class _Places:
    """Where things stand: what was searched with on the left, what was found on the right."""

    def __init__(self, engine: SearchEngine, wanted: Asked | None, t: Language) -> None:
        # Both layouts have the same bones: an uploader that moved to another place would be a
        # second one beside the first for as long as the search takes. frame.css makes the
        # difference.
        with st.container(key="found" if wanted else "welcome"):
            beside, results = st.columns([1, 3], gap="large")
        with beside:
            with st.container(key="photo" if wanted else "hero"):
                # Not an empty place, which a rerun clears first: a frame that somebody pulls would
                # go.
                self.aiming = st.container()
                self.subject, self.told = st.empty(), st.empty()
                self.tools = st.container(key="tools", horizontal=True)
            with st.container(key="ask"):
                show_ways_in(engine, wanted, t)
                show_privacy(engine, t)
        with results:
            self.bar, self.waiting = st.container(), st.container(key="waiting").empty()
            # Not an empty place either: what is shown would be drawn anew in every run, and lose
            # the focus. frame.css hides it the moment something else is waited for.
            self.results = st.container(key="shown")


def main() -> None:
    """Lay out the page: where it comes in what is searched with, and what was found for it."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    wanted = asked()
    notice, check = st.empty(), engine.last_check
    if check and check.differs:
        median = t.similarity(check.median or 0.0)
        notice.error(t.text("catalogue.differs", n=check.pictures, median=median))
    show_forgotten(t)
    places = _Places(engine, wanted, t)
    if wanted is None:
        places.subject.title(t.text("search.title"), anchor=False)
        places.told.markdown(t.text("search.lead"))
        return
    with places.tools:
        st.button(
            t.text("asking.new"),
            key="new_search",
            icon=":material/add:",
            type="tertiary",
            on_click=_begin_anew,
        )
    if isinstance(wanted, AskedAddress):
        wanted = fetch(engine, wanted, places.waiting, t)
    if isinstance(wanted, AskedText):
        _show_text(engine, wanted.text, places, t)
    elif isinstance(wanted, AskedPhoto):
        _show_photo(engine, wanted, places, t)
    elif wanted is not None:
        found = _find(engine, wanted, None, places, t)
        if found:
            _show_search(engine, found, None, places, t)


def _show_photo(engine: SearchEngine, wanted: AskedPhoto, places: _Places, t: Language) -> None:
    photo = read_once(engine, wanted, places.waiting, t)
    with places.aiming:
        aims = choose_part_of(wanted, t)
    if not aims and (photo or wanted.aim != WHOLE):
        with places.tools:
            offer_aim(engine, wanted, t)
    if photo is None:
        tell_nothing()  # the address led to what was shown before
        return
    if not aims:
        places.subject.image(photo.jpeg, width="stretch")
    found = _find(engine, wanted, photo, places, t)
    if found:
        _show_search(engine, found, photo, places, t)


def _show_search(
    engine: SearchEngine, found: Found, photo: Photo | None, places: _Places, t: Language
) -> None:
    search = found.search
    tell_search(search.id)
    portrait = _portrait(engine, found)
    picture, said = picture_of(portrait, photo), subject_said(search, portrait, t)
    if photo is None:
        with places.subject:
            show_picture(picture, said, t)
    with places.told:
        tell(found, said, t)
    with places.tools:
        offer_again(engine, found, t)
        offer_link(
            search_address(search.id), language=t.code, texts=t.entry("subject"), key="copy_link"
        )
        offer_exports(engine, found, t)
        forget_button(engine, search.id, t, on_forgotten=_leave)
    with places.results:
        wants_threshold = show_found(
            found, _said_of(engine, found), picture, on_more_like=_ask_like, on_look=look_at
        )
    guarded(lambda: show_looked_at(engine, found, picture, t, on_more_like=_ask_like))
    if wants_threshold:
        # Without a word on parameters Streamlit clears them all, and refuses to clear the one
        # that is bound to the language.
        st.switch_page(_THRESHOLD_PAGE, query_params={})


def _show_text(engine: SearchEngine, text: str, places: _Places, t: Language) -> None:
    tell_text(text)
    with places.bar:
        narrow = _pick_narrow(engine.word_facets.of(text), narrowed(), t)
    with places.results:
        guarded(lambda: _show_words(engine, text, narrow, places, t))
    guarded(lambda: show_looked_at(engine, None, None, t, on_more_like=_ask_like))


def _show_words(
    engine: SearchEngine, text: str, narrow: Narrow | None, places: _Places, t: Language
) -> None:
    found, at = engine.find(text, narrow=narrow), datetime.now(UTC)
    show_words(engine, found, text, narrow, t, at=at, on_more_like=_ask_like, on_look=look_at)
    if found.matches:
        with places.tools:
            offer_words(engine, found, text, narrow, t, at=at)


def _find(
    engine: SearchEngine, wanted: Findable, photo: Photo | None, places: _Places, t: Language
) -> Found | None:
    """Find, first as things are, then among the products that are chosen in the bar."""
    narrow = narrowed(found_among(wanted))
    found = find_once(engine, wanted, photo, narrow, places.waiting)
    given = found.search.narrow if found else narrow
    if found is None and not given:
        return None
    with places.bar:
        chosen = _pick_narrow(engine.facets, given, t)
    if (chosen or None) == (given or None):
        return found
    return find_once(engine, wanted, photo, chosen, places.waiting)


def _pick_narrow(facets: AnyFacets, given: Narrow | None, t: Language) -> Narrow | None:
    """Show what the products can be narrowed to."""
    chosen = pick_narrow(facets, t, key=f"filters_{asked_round()}", given=given)
    narrow_to(chosen)
    return chosen


def _ask_like(product_id: int) -> None:
    ask(AskedProduct(product_id), narrowed())
    clear_ways_in()


def _begin_anew() -> None:
    ask(None)
    clear_ways_in()
    tell_nothing()


def _leave() -> None:
    _begin_anew()
    drop_found()
    drop_photo()
    drop_original()


def _portrait(engine: SearchEngine, found: Found) -> Portrait:
    subject = found.search.subject
    try:
        portrait = engine.history.portrait(subject)
        if portrait.picture is None or subject.kind is Kind.PRODUCT:
            return portrait
        return replace(portrait, picture=photo_address(engine, subject.fingerprint))
    except StoreError:
        return Portrait(None)  # a database that is away for a moment takes nothing from the page


def _said_of(engine: SearchEngine, found: Found) -> Mapping[int, Verdict]:
    if not access.may(Right.JUDGE):
        return {}
    try:
        return engine.judging.verdicts(found.search.subject.fingerprint).all
    except StoreError:
        return {}  # the same: what this tab has said itself, the browser knows


guarded_page(main)

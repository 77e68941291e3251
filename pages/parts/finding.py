"""From what is asked for to what is found: searched once, and followed while that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts import access
from pages.parts.asked import AskedPhoto, AskedProduct, AskedSearch
from pages.parts.coming_back import come_back_after
from pages.parts.errors import show_error
from pages.parts.texts import texts
from pages.parts.visitor import visitor
from pages.parts.waiting import work_with_status
from search.access.caller import Caller, Way
from search.engine import SearchEngine
from search.errors import LikenessError, NothingLeft, StoreError
from search.hits import Distribution, Search
from search.narrowing import Narrow
from search.photo import Photo
from search.progress import Report
from search.subject import Kind
from search.threshold import Threshold
from search.tuning.scales import Scale

_FOUND = "found"

Findable = AskedPhoto | AskedProduct | AskedSearch


@dataclass(frozen=True, slots=True)
class Found:
    """A search, how all that it was among scored in it, and what it was asked for by."""

    search: Search
    distribution: Distribution
    asked: Findable

    @property
    def is_past(self) -> bool:
        """Whether these are the results of an earlier day, as they were then."""
        return isinstance(self.asked, AskedSearch) and str(self.search.id) == self.asked.search


def find_once(
    engine: SearchEngine,
    asked: Findable,
    photo: Photo | None,
    narrow: Narrow | None,
    place: DeltaGenerator,
) -> Found | None:
    """Search when what is asked for, or the scale, is new; a line that somebody moved is followed.

    Whatever else makes the page run again shows the same. What is being waited for, or why nothing
    is found, is told in `place`. `photo` is that of an AskedPhoto, read.
    """
    kept = _kept_for(asked)
    if kept and (kept.search.narrow or None) == (narrow or None):
        found = _followed(engine, kept)
        if found:
            st.session_state[_FOUND] = found
            return found
    work = _work(engine, asked, photo, narrow, kept)
    found = _find(engine, asked, narrow, work, place)
    if found:
        st.session_state[_FOUND] = found
        if photo:
            _keep(engine, photo)
    return found


def found_among(asked: Findable) -> Narrow | None:
    """Return what the products were narrowed to when this was found; None where it was not yet."""
    kept = _kept_for(asked)
    return kept.search.narrow if kept else None


def drop_found() -> None:
    """Keep nothing of what was found in this tab: it was forgotten."""
    st.session_state.pop(_FOUND, None)


def last_photo() -> bytes | None:
    """Return the fingerprint of the photo that this tab searched with last; None for a product."""
    kept: Found | None = st.session_state.get(_FOUND)
    if kept is None or kept.search.subject.kind is Kind.PRODUCT:
        return None
    return kept.search.subject.fingerprint


def _kept_for(asked: Findable) -> Found | None:
    kept: Found | None = st.session_state.get(_FOUND)
    return kept if kept and kept.asked == asked else None


def _work(
    engine: SearchEngine,
    asked: Findable,
    photo: Photo | None,
    narrow: Narrow | None,
    kept: Found | None,
) -> Callable[[Report], Search]:
    # Here, and not in the thread that searches: nobody has come to that.
    history, caller = visitor(), access.caller()

    def work(report: Report) -> Search:
        past = kept.search if kept else None
        if isinstance(asked, AskedSearch) and past is None:
            past = engine.history.reopen(asked.search)
            if not asked.again:
                return past  # and nobody searches
        who = _counted_as(engine, caller)
        match asked:
            case AskedProduct():
                return engine.more_like(
                    asked.product_id, report, narrow=narrow, visitor=history, who=who
                )
            case AskedSearch() if past is not None:
                among = narrow if kept else past.narrow
                return engine.again(past, report, narrow=among, visitor=history, who=who)
        if photo is None:
            raise ValueError("a photo that is searched with has to be read first")
        return engine.search(photo, report, narrow=narrow, visitor=history, who=who)

    return work


def _counted_as(engine: SearchEngine, caller: Caller | None) -> str:
    """Count a search of somebody with a demo link, as those of programs are; return its name.

    "" for all others. Raises KeyFailed where the link has none left, or has ended.
    """
    if caller is None or caller.way is not Way.DEMO or caller.key is None:
        return ""
    return engine.keys.take(caller.key.get_secret_value()).name


def _find(
    engine: SearchEngine,
    asked: Findable,
    narrow: Narrow | None,
    work: Callable[[Report], Search],
    place: DeltaGenerator,
) -> Found | None:
    try:
        search = work_with_status(work, place, (asked, narrow))
        found = Found(search, engine.distribution(search), asked)
    except LikenessError as error:
        if isinstance(error, NothingLeft) and narrow:
            return None  # the filters themselves say so, with the way back
        with place.container():
            show_error(error)
            if error.retry:
                # A click runs the page again, and with it the search.
                st.button(texts().text("error.retry"), icon=":material/refresh:", type="primary")
            come_back_after(error)
        return None
    place.empty()
    return found


def _keep(engine: SearchEngine, photo: Photo) -> None:
    """Keep a small picture for whoever judges or reopens the search; without it, it stands."""
    try:
        engine.keep_photo(photo)
    except StoreError as error:
        show_error(error)


def _followed(engine: SearchEngine, kept: Found) -> Found | None:
    """Return what was found at the threshold that is active now; None if its scale is another."""
    try:
        kept = _counted(engine, kept)
        if kept.is_past:
            return kept  # as it was then, with the line of then
        active = engine.thresholds.active()
    except StoreError:
        # A database that is away for a moment takes nothing from the page.
        return kept
    if not _still_holds(kept.search.threshold, active):
        return None
    return replace(kept, search=replace(kept.search, threshold=active))


def _counted(engine: SearchEngine, found: Found) -> Found:
    """Return what was found, with the scores of all products if they were not known then."""
    if found.distribution.sampled != 0:
        return found
    return replace(found, distribution=engine.distribution(found.search))


def _still_holds(then: Threshold, active: Threshold) -> bool:
    """Tell whether what was found is measured on the active threshold's scale."""
    # Two centred scales may subtract two different means: a catalogue grows.
    same_scale = then.scale == active.scale and active.scale is not Scale.CENTRED
    return then.space == active.space and (same_scale or then.id == active.id)

"""What searching with a set takes, said before it begins; and how it is begun."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from pages.parts.account.allowing import insist
from pages.parts.batch.kept import forget_batch, forget_files
from pages.parts.errors import show_error
from pages.parts.visitor import visitor
from pages.parts.waiting import work_with_status
from search.access.roles import Right
from search.batch import Batch, Cost, Phase
from search.engine import SearchEngine
from search.errors import LikenessError
from search.language import Language
from search.subject import FEWEST_TOGETHER, MOST_TOGETHER

SEARCH_PAGE = Path(__file__).parents[2] / "search.py"
_MINUTE = 60


def offer_start(
    engine: SearchEngine, batch: Batch, t: Language, beside: Callable[[], None]
) -> None:
    """Say what searching with what is left takes, and offer to begin, or to go on with that.

    `beside` offers what else there is, before beginning anew is offered.
    """
    left, together = len(batch.waiting), _can_be_one(batch)
    is_first = batch.phase is Phase.READY
    if left and batch.error is None:  # which says what stands in the way
        _say_cost(engine.batches.cost(batch), t)
    place = st.empty()
    with st.container(key="batch_start", horizontal=True):
        begins = left > 0 and st.button(
            t.text("batch.start" if is_first else "batch.go_on", n=left),
            key="batch_begin",
            type="primary",
            icon=":material/search:",
        )
        are_one = together and st.button(
            t.text("batch.together"), key="batch_together", icon=":material/filter_center_focus:"
        )
        beside()
        st.button(
            t.text("batch.others"),
            key="batch_others",
            type="tertiary",
            icon=":material/restart_alt:",
            on_click=forget_batch,
        )
    if begins:
        _begin(engine, batch, place)
    if are_one:
        _search_together(engine, batch, place)


def _begin(engine: SearchEngine, batch: Batch, place: DeltaGenerator) -> None:
    try:
        insist(Right.SEARCH_MANY)
        engine.batches.start(batch, visitor=visitor())
    except LikenessError as error:
        with place.container():
            show_error(error)
        return
    forget_files()
    st.rerun()


def _say_cost(cost: Cost, t: Language) -> None:
    if not cost.is_counted:
        told = [t.text("batch.free", n=cost.photos)]
    elif not cost.new:
        told = [t.text("batch.all_known", n=cost.photos)]
    else:
        told = [t.text("batch.new", n=cost.new, photos=cost.photos), _limit_said(cost, t)]
    told.append(_lasting_said(cost.seconds, t))
    st.markdown(" ".join(told))
    if cost.is_too_much:
        key = "batch.too_much_goes_on"
        if cost.stops:
            key = "batch.too_much_stops" if cost.left else "batch.nothing_left"
        st.warning(t.text(key, n=cost.left or 0), icon=":material/warning:")


def _limit_said(cost: Cost, t: Language) -> str:
    if cost.left is None:
        return t.text("batch.no_limit")
    return t.text("batch.left_day" if cost.is_of_day else "batch.left_month", n=cost.left)


def _lasting_said(seconds: float, t: Language) -> str:
    if seconds < 10:  # noqa: PLR2004 - nobody plans by it
        return t.text("batch.lasts_moments")
    if seconds < 1.5 * _MINUTE:
        return t.text("batch.lasts_seconds", n=round(seconds, -1))
    return t.text("batch.lasts_minutes", n=round(seconds / _MINUTE))


def _can_be_one(batch: Batch) -> bool:
    """Tell whether the photos may show one thing: two or three of them, all of which were read."""
    rows = batch.rows
    several = {row.fingerprint for row in rows if row.fingerprint is not None}
    return FEWEST_TOGETHER <= len(rows) <= MOST_TOGETHER and len(several) == len(rows)


def _search_together(engine: SearchEngine, batch: Batch, place: DeltaGenerator) -> None:
    """Search with the photos as one, and show what was found on the page of searches."""
    who = visitor()
    try:
        insist(Right.SEARCH_MANY)
        photos = engine.batches.photos(batch)
        found = work_with_status(
            lambda report: engine.search_together(photos, report, visitor=who),
            place,
            ("together", *(photo.fingerprint for photo in photos)),
        )
        engine.keep_photo(*photos)
    except LikenessError as error:
        with place.container():
            show_error(error)
        return
    st.switch_page(SEARCH_PAGE, query_params={"search": str(found.id)})

"""The searches that somebody made: in this browser, or wherever they signed in."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from pages.parts.account.allowing import insist
from pages.parts.errors import guarded_page
from pages.parts.history.history import show_history
from pages.parts.history.listing import Listing, read
from pages.parts.history.told import Reader, groups
from pages.parts.history.wishes import Reading, Wish
from pages.parts.moments import reader_zone
from pages.parts.running import get_engine
from pages.parts.texts import texts
from pages.parts.visitor import is_person, visitor
from search.access.roles import Right
from search.engine import SearchEngine
from search.language import Language
from search.usage.span import zone_named

_SEARCH_PAGE = Path(__file__).parent / "search.py"
_READING = "history_reading"


def main() -> None:
    """Lay out the page: whose searches these are, how long they are kept, and the list."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    st.title(t.text("page.history"), anchor=False)
    who = visitor()
    if not who:
        st.info(t.text("history.no_cookie"), icon=":material/cookie:")
        _offer_search(t)
        return
    reading: Reading = st.session_state.setdefault(_READING, Reading())
    listing = read(engine.history, who, reading.shown)
    said = t.entry("history") | (t.entry("history_of_person") if is_person(who) else {})
    if not listing and not reading.said:
        st.markdown(said["empty"])
        _offer_search(t)
        return
    st.caption(f"{_kept_said(engine.settings.keep_searches_days, t)} {said['whose']}")
    show_history(
        groups(listing, _reader(engine, listing, t)),
        reading,
        has_older=listing.has_older,
        language=t.code,
        texts=said,
        key="history",
        on_asked=lambda wishes: _do(wishes, reading, engine, who, t),
    )
    if not listing:
        st.markdown(said["empty"])
        _offer_search(t)


def _do(wishes: list[Wish], reading: Reading, engine: SearchEngine, who: str, t: Language) -> None:
    insist(Right.KEEP_HISTORY)
    reading.do(wishes, engine.history, who, t)


def _kept_said(days: int, t: Language) -> str:
    """Say how long searches are kept."""
    return t.text("history.kept", n=days) if days else t.text("history.kept_for_ever")


def _reader(engine: SearchEngine, listing: Listing, t: Language) -> Reader:
    narrowed = [entry.narrow for entry in listing.entries if entry.narrow]
    categories = {category for narrow in narrowed for category in narrow.categories}
    return Reader(
        t,
        zone_named(reader_zone()),
        datetime.now(UTC),
        engine.facets.names(sorted(categories)),
        # Somebody who chose a language keeps it; a colleague's browser asks for its own.
        t.code if "language" in st.query_params else "",
    )


def _offer_search(t: Language) -> None:
    if st.button(t.text("history.to_search"), icon=":material/image_search:", type="primary"):
        # Without a word on parameters Streamlit clears them all, and refuses to clear the one that
        # is bound to the language.
        st.switch_page(_SEARCH_PAGE, query_params={})


guarded_page(main)

"""The searches that were made in this browser."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from pages.parts.errors import guarded_page
from pages.parts.history.history import show_history
from pages.parts.history.listing import Listing, read
from pages.parts.history.told import Reader, groups
from pages.parts.history.wishes import Reading
from pages.parts.moments import reader_zone
from pages.parts.running import get_engine
from pages.parts.texts import texts
from pages.parts.visitor import visitor
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
    if not listing and not reading.said:
        st.markdown(t.text("history.empty"))
        _offer_search(t)
        return
    st.caption(_kept_said(engine.settings.keep_searches_days, t))
    show_history(
        groups(listing, _reader(engine, listing, t)),
        reading,
        has_older=listing.has_older,
        language=t.code,
        texts=t.entry("history"),
        key="history",
        on_asked=lambda wishes: reading.do(wishes, engine.history, who, t),
    )
    if not listing:
        st.markdown(t.text("history.empty"))
        _offer_search(t)


def _kept_said(days: int, t: Language) -> str:
    """Say how long searches are kept, and who sees them."""
    kept = t.text("history.kept", n=days) if days else t.text("history.kept_for_ever")
    return f"{kept} {t.text('history.whose')}"


def _reader(engine: SearchEngine, listing: Listing, t: Language) -> Reader:
    narrowed = [entry.narrow for entry in (*listing.pinned, *listing.others) if entry.narrow]
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

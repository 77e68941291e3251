"""What the encoder's API does, costs and has left."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import streamlit as st

from pages.parts.account.allowing import fragment
from pages.parts.errors import guarded_page, show_error
from pages.parts.running import get_engine
from pages.parts.texts import texts
from pages.parts.usage.beside import show_beside
from pages.parts.usage.choice import REFRESH_SECONDS, Choice, choose
from pages.parts.usage.figures import Figures, kept, read
from pages.parts.usage.latency import show_latency
from pages.parts.usage.markup import paragraph
from pages.parts.usage.now import show_now, show_without_database
from pages.parts.usage.outcomes import show_outcomes
from pages.parts.usage.quota import show_quota
from pages.parts.usage.searches import show_searches
from pages.parts.usage.trial import offer_trial
from pages.parts.usage.words import Words
from search.access.roles import Right
from search.engine import SearchEngine
from search.language import Language
from search.usage.span import zone_named

_STYLE = Path(__file__).parent / "parts" / "usage" / "usage.css"


def main() -> None:
    """Lay out the page: what is looked at, and what follows by itself."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    st.html(_STYLE)
    with st.container(key="usage_top", horizontal=True, vertical_alignment="bottom"):
        st.title(t.text("page.usage"), anchor=False)
        choice = choose(t)
    run_every = REFRESH_SECONDS if choice.follows else None
    fragment(Right.SEE_USAGE, lambda: _follow(engine, choice, t), run_every=run_every)


def _follow(engine: SearchEngine, choice: Choice, t: Language) -> None:
    """Show everything as it is now; without the database, what was last seen."""
    figures = read(engine, choice)
    words = Words(t, zone_named(choice.zone), datetime.now(UTC))
    if isinstance(figures, Figures):
        st.html(paragraph(_as_of(choice, words), "as-of"))
        with st.container(key="usage_now", border=True):
            show_now(figures.now, figures.drift, words)
            offer_trial(engine, words, figures.now)
            show_beside(figures.beside, words)
        _show(engine, figures, words)
        return
    show_error(figures)
    with st.container(key="usage_now", border=True):
        show_without_database(engine, words)
        offer_trial(engine, words)
    last = kept(choice)
    if last is not None:
        st.caption(t.text("usage.kept", at=words.clock(last.at, seconds=True)))
        _show(engine, last, Words(t, words.zone, last.at))


def _as_of(choice: Choice, words: Words) -> str:
    """Say when this was read, in whose time, and that it stays so where it is not followed."""
    at = words.clock(words.now, seconds=True)
    return words.say("as_of" if choice.follows else "as_of_paused", at=at, zone=str(words.zone))


def _show(engine: SearchEngine, figures: Figures, words: Words) -> None:
    """Show the quota, which is the month's, and all that is about the range."""
    show_quota(figures, words)
    span = words.between(figures.span.since, figures.span.until)
    st.html(paragraph(words.say("shown", range=span), "shown"))
    show_latency(figures, words)
    show_outcomes(figures, words, engine.monitoring)
    show_searches(figures, words)


guarded_page(main)

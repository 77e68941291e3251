"""What is indexed, what is missing, and whether the encoder fits the catalogue."""

from __future__ import annotations

import streamlit as st

from pages.parts.catalogue.coverage import show_coverage
from pages.parts.catalogue.failures import show_failures
from pages.parts.catalogue.indexing import show_indexing
from pages.parts.errors import guarded
from pages.parts.running import get_engine
from pages.parts.texts import texts
from search.engine import SearchEngine
from search.language import Language


def main() -> None:
    """Lay out the page."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
        coverage = engine.coverage()
    st.title(t.text("page.catalogue"), anchor=False)
    show_coverage(engine, coverage, t)
    if coverage.products == 0:
        st.info(t.text("catalogue.empty"), icon=":material/inventory_2:")
        if st.button(t.text("catalogue.load_demo"), type="primary"):
            engine.load_demo()
            st.rerun()
    else:
        show_indexing(engine, coverage, t)
        show_failures(engine, t)
    if coverage.indexed:
        _offer_check(engine, t)
    _show_categories(engine, t)


def _offer_check(engine: SearchEngine, t: Language) -> None:
    if not st.button(t.text("catalogue.check"), help=t.text("catalogue.check_help")):
        return
    with st.spinner(t.text("catalogue.checking"), show_time=True):
        check = engine.check_space()
    say = st.success if check.agrees else st.error
    key = "catalogue.agrees" if check.agrees else "catalogue.differs"
    say(t.text(key, n=check.pictures, lowest=t.similarity(check.lowest or 0.0)))


def _show_categories(engine: SearchEngine, t: Language) -> None:
    categories = engine.categories()
    if not categories:
        return
    st.subheader(t.text("catalogue.categories"), anchor=False)
    table = {
        t.text("catalogue.category"): [t.choose(name) for name, _ in categories],
        t.text("catalogue.products"): [count for _, count in categories],
    }
    with st.container(key="categories"):
        st.dataframe(table, hide_index=True, width="content")


guarded(main)

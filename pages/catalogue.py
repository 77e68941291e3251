"""What is indexed, what is missing, and whether the encoder fits the catalogue."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import who_may
from pages.parts.catalogue.coverage import show_coverage
from pages.parts.catalogue.failures import show_failures
from pages.parts.catalogue.indexing import show_indexing
from pages.parts.catalogue.models import show_models
from pages.parts.catalogue.plan import show_plan
from pages.parts.catalogue.source import show_source
from pages.parts.errors import guarded_page, show_error, spoken_plainly
from pages.parts.running import get_engine
from pages.parts.texts import texts
from search.access.roles import Right
from search.engine import SearchEngine
from search.errors import ModelLost
from search.language import Language


def main() -> None:
    """Lay out the page; where the active model has no encoder, what can be done about that."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    try:
        _lay_out(engine, t)
    except ModelLost as error:  # raised before anything is shown
        st.title(t.text("page.catalogue"), anchor=False)
        show_error(error)
        show_models(engine, t)


def _lay_out(engine: SearchEngine, t: Language) -> None:
    with st.spinner(t.text("page.starting"), show_time=True):
        coverage = engine.coverage()
        source = engine.adoption.state()
    may_run = access.may(Right.RUN)
    st.title(t.text("page.catalogue"), anchor=False)
    if not may_run:
        st.caption(who_may(Right.RUN, t))
    show_coverage(engine, coverage, t)
    show_source(engine, source, t)
    if coverage.products == 0 and source.is_adopted:
        return
    if coverage.products == 0:
        st.info(t.text("catalogue.empty"), icon=":material/inventory_2:")
        if may_run and st.button(t.text("catalogue.load_demo"), type="primary"):
            engine.load_demo()
            st.rerun()
    else:
        show_indexing(engine.indexing, coverage, t)
        show_failures(engine, t)
        show_models(engine, t)
    if coverage.indexed:
        if may_run:
            _offer_check(engine, t)
        show_plan(engine, t)
    _show_categories(engine, t)


def _offer_check(engine: SearchEngine, t: Language) -> None:
    if not st.button(t.text("catalogue.check"), help=t.text("catalogue.check_help")):
        return
    with st.spinner(t.text("catalogue.checking"), show_time=True):
        check = engine.check_space()
    if check.median is None:
        if check.trouble is not None:
            st.warning(t.text("catalogue.unchecked", why=spoken_plainly(check.trouble, t).sentence))
        return
    if check.differs:
        median = t.similarity(check.median)
        st.error(t.text("catalogue.differs", n=check.pictures, median=median))
        return
    lowest = t.similarity(check.fitting[0])
    st.success(t.text("catalogue.agrees", n=len(check.fitting), lowest=lowest))
    if check.misfits:
        said = t.text("catalogue.replaced", n=check.misfits, pictures=check.pictures)
        st.warning(said, icon=":material/swap_horiz:")


def _show_categories(engine: SearchEngine, t: Language) -> None:
    categories = engine.categories()
    if not categories:
        return
    st.header(t.text("catalogue.categories"), anchor=False)
    table = {
        t.text("catalogue.category"): [t.choose(name) for name, _ in categories],
        t.text("catalogue.products"): [count for _, count in categories],
    }
    with st.container(key="categories"):
        st.dataframe(table, hide_index=True, width="content")


guarded_page(main)

"""What is indexed, what is missing, and whether the encoder fits the catalogue."""

from __future__ import annotations

import streamlit as st

from pages.parts.errors import guarded
from pages.parts.running import get_engine
from pages.parts.texts import texts
from search.engine import Coverage, SearchEngine
from search.indexing import Indexed
from search.language import Language


def main() -> None:
    """Lay out the page."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
        coverage = engine.coverage()
    st.title(t.text("page.catalogue"), anchor=False)
    _show_coverage(engine, coverage, t)
    if coverage.products == 0:
        st.info(t.text("catalogue.empty"), icon=":material/inventory_2:")
        if st.button(t.text("catalogue.load_demo"), type="primary"):
            engine.load_demo()
            st.rerun()
    elif coverage.indexed < coverage.pictures:
        _offer_indexing(engine, coverage, t)
    else:
        st.success(t.text("catalogue.complete"), icon=":material/check_circle:")
    if coverage.indexed:
        _offer_check(engine, t)
    _show_categories(engine, t)


def _show_coverage(engine: SearchEngine, coverage: Coverage, t: Language) -> None:
    products, pictures, indexed = st.columns(3)
    products.metric(t.text("catalogue.products"), t.value(coverage.products), border=True)
    pictures.metric(t.text("catalogue.pictures"), t.value(coverage.pictures), border=True)
    indexed.metric(t.text("catalogue.indexed"), t.value(coverage.indexed), border=True)
    st.caption(t.text("catalogue.encoder", name=engine.encoder.name, space=str(coverage.space)))


def _offer_indexing(engine: SearchEngine, coverage: Coverage, t: Language) -> None:
    missing = coverage.pictures - coverage.indexed
    st.warning(
        t.text("catalogue.missing", n=missing, space=str(coverage.space)),
        icon=":material/hourglass_empty:",
    )
    if not st.button(t.text("catalogue.index", n=missing), type="primary"):
        return
    bar = st.progress(0.0)

    def show(state: Indexed) -> None:
        share = (state.done + state.failed) / max(state.total, 1)
        bar.progress(
            min(share, 1.0), t.text("catalogue.indexing", done=state.done, total=state.total)
        )

    state = engine.index(show)
    if state.first_failure:
        st.warning(
            t.text("catalogue.failed", n=state.failed) + " " + t.error(state.first_failure).sentence
        )
    else:
        st.rerun()


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

"""Indexing from the page: starting it, watching whoever does it, stopping it."""

from __future__ import annotations

import streamlit as st

from pages.parts.errors import guarded, show_error
from search.engine import Coverage, SearchEngine
from search.indexing import Indexed
from search.indexing.telling import duration
from search.language import Language
from search.store.index_runs import IndexRun

REFRESH_SECONDS = 1.0


def show_indexing(engine: SearchEngine, coverage: Coverage, t: Language) -> None:
    """Show the run that goes on, or offer one; say when there is nothing to do."""
    run = engine.indexing.current()
    if run is not None or engine.indexing.is_here:
        st.fragment(lambda: guarded(lambda: _watch(engine, t)), run_every=REFRESH_SECONDS)()
        return
    _show_end(engine)
    waiting = engine.indexing.waiting()
    if waiting:
        _offer(engine, coverage, waiting, t)
    elif coverage.indexed >= coverage.pictures:
        st.success(t.text("catalogue.complete"), icon=":material/check_circle:")


def _show_end(engine: SearchEngine) -> None:
    """Say why the last run in this process ended early, if an error has ended it."""
    error = engine.indexing.last_error
    if error is not None:
        show_error(error)


def _offer(engine: SearchEngine, coverage: Coverage, waiting: int, t: Language) -> None:
    st.warning(
        t.text("catalogue.missing", n=waiting, space=str(coverage.space)),
        icon=":material/hourglass_empty:",
    )
    if st.button(t.text("catalogue.index", n=waiting), type="primary"):
        engine.indexing.start()
        st.rerun()


def _watch(engine: SearchEngine, t: Language) -> None:
    """Follow a run until it is over; then the rest of the page has changed as well."""
    run = engine.indexing.current()
    if run is None and not engine.indexing.is_here:
        st.rerun(scope="app")
    with st.container(key="indexing", border=True):
        if run is None:
            st.progress(0.0, t.text("catalogue.beginning"))
            return
        state = Indexed.of(run)
        st.progress(state.share, _progress(state, t))
        st.caption(_who(engine, run, t))
        if st.button(t.text("catalogue.stop"), icon=":material/stop_circle:"):
            engine.indexing.stop()
            st.toast(t.text("catalogue.stopping"))


def _progress(state: Indexed, t: Language) -> str:
    line = t.text("catalogue.indexing", done=state.done, total=state.total)
    if state.failed:
        line += " · " + t.text("catalogue.failed_so_far", count=state.failed)
    if state.rate is not None and state.seconds_left is not None:
        rate, left = round(state.rate, 1), duration(state.seconds_left)
        line += " · " + t.text("catalogue.pace", rate=rate, left=left)
    return line


def _who(engine: SearchEngine, run: IndexRun, t: Language) -> str:
    key = "here" if engine.indexing.is_here else "elsewhere"
    return t.text(f"catalogue.runs_{key}", process=run.process)

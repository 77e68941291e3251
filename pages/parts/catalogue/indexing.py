"""Indexing from the page: starting it, watching whoever does it, stopping it."""

from __future__ import annotations

import streamlit as st

from pages.parts.errors import guarded, show_error
from search.engine import Coverage
from search.indexing import Indexed, Indexing
from search.indexing.telling import duration
from search.language import Language
from search.store.index_runs import IndexRun

REFRESH_SECONDS = 1.0


def show_indexing(
    indexing: Indexing, coverage: Coverage, t: Language, *, beside: bool = False
) -> None:
    """Show the run that goes on, or offer one; say when there is nothing to do.

    `beside` is for the model that is not active: what it lacks is missed by no search.
    """
    if is_running(indexing):

        def watch() -> None:
            guarded(lambda: _watch(indexing, t, beside=beside))

        st.fragment(watch, run_every=REFRESH_SECONDS)()
        return
    _show_end(indexing, t)
    waiting = indexing.waiting()
    if waiting:
        _offer(indexing, coverage, waiting, t, beside=beside)
    elif coverage.indexed >= coverage.pictures and not beside:
        st.success(t.text("catalogue.complete"), icon=":material/check_circle:")


def is_running(indexing: Indexing) -> bool:
    """Whether a run goes on, in whichever process."""
    return indexing.is_here or indexing.current() is not None


def _show_end(indexing: Indexing, t: Language) -> None:
    """Say why the last run ended early, in whichever process; no more when another one begins."""
    if indexing.refused is not None:
        show_error(indexing.refused)
        return
    ended = indexing.ended()
    if ended is None:
        return
    run = ended.run
    facts = {"done": run.done, "total": run.total}
    if ended.error is None:
        said = t.text("catalogue.killed", process=run.process, **facts)
        st.warning(said, icon=":material/power_off:")
    else:
        show_error(ended.error)
        st.caption(t.text("catalogue.ended", process=run.process, **facts))


def _offer(
    indexing: Indexing, coverage: Coverage, waiting: int, t: Language, *, beside: bool
) -> None:
    label = t.text("models.index" if beside else "catalogue.index", n=waiting)
    if not beside:
        st.warning(
            t.text("catalogue.missing", n=waiting, space=str(coverage.space)),
            icon=":material/hourglass_empty:",
        )
    key = _key("index", beside=beside)
    if st.button(label, type="secondary" if beside else "primary", key=key):
        indexing.start()
        st.rerun()


def _watch(indexing: Indexing, t: Language, *, beside: bool) -> None:
    """Follow a run until it is over; then the rest of the page has changed as well."""
    run = indexing.current()
    if run is None and not indexing.is_here:
        st.rerun(scope="app")
    with st.container(key=_key("indexing", beside=beside), border=not beside):
        if run is None:
            st.progress(0.0, t.text("catalogue.beginning"))
            return
        state = Indexed.of(run)
        st.progress(state.share, _progress(state, t))
        st.caption(_who(indexing, run, t))
        stop = _key("stop", beside=beside)
        if st.button(t.text("catalogue.stop"), icon=":material/stop_circle:", key=stop):
            indexing.stop()
            st.toast(t.text("catalogue.stopping"))


def _key(name: str, *, beside: bool) -> str:
    return f"{name}_beside" if beside else name


def _progress(state: Indexed, t: Language) -> str:
    line = t.text("catalogue.indexing", done=state.done, total=state.total)
    if state.copied:
        line += " · " + t.text("catalogue.copied", count=state.copied)
    if state.failed:
        line += " · " + t.text("catalogue.failed_so_far", count=state.failed)
    if state.rate is not None and state.seconds_left is not None:
        rate, left = round(state.rate, 1), duration(state.seconds_left)
        line += " · " + t.text("catalogue.pace", rate=rate, left=left)
    return line


def _who(indexing: Indexing, run: IndexRun, t: Language) -> str:
    key = "here" if indexing.is_here else "elsewhere"
    return t.text(f"catalogue.runs_{key}", process=run.process)

"""Indexing from the page: starting it, watching whoever does it, stopping it."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import fragment
from pages.parts.errors import show_error
from pages.parts.moments import moment
from pages.parts.plain import plain
from search.access.roles import Right
from search.engine import Coverage
from search.indexing import Indexed, Indexing
from search.indexing.telling import duration
from search.language import Language
from search.store.index_runs import IndexRun

REFRESH_SECONDS = 1.0
_AGAIN_ASKED = "index_again_asked"


def show_indexing(
    indexing: Indexing, coverage: Coverage, t: Language, *, beside: bool = False
) -> None:
    """Show the run that goes on, or offer one; say when there is nothing to do.

    `beside` is for the model that is not active: what it lacks is missed by no search.
    """
    if is_running(indexing):

        def watch() -> None:
            _watch(indexing, t, beside=beside)

        fragment(Right.SEE_CATALOGUE, watch, run_every=REFRESH_SECONDS)
        return
    _show_end(indexing, t)
    waiting = indexing.waiting()
    if waiting:
        _offer(indexing, coverage, waiting, t, beside=beside)
    elif coverage.indexed >= coverage.pictures and not beside:
        st.success(t.text("catalogue.complete"), icon=":material/check_circle:")
    if coverage.indexed and not beside and access.may(Right.RUN):
        _offer_again(indexing, coverage, t)


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
    if access.may(Right.RUN) and st.button(
        label, type="secondary" if beside else "primary", key=key
    ):
        indexing.start()
        st.rerun()


def _offer_again(indexing: Indexing, coverage: Coverage, t: Language) -> None:
    """Offer to encode afresh what has vectors already, or to go on with that: it has to be asked.

    All pictures are encoded, those included that failed before.
    """
    since = indexing.again_since()
    left = indexing.waiting(since) if since else 0
    if not left:
        since, left = None, coverage.pictures
    if not st.session_state.get(_AGAIN_ASKED):
        label = t.text("catalogue.again_goes_on" if since else "catalogue.again")
        if st.button(label, type="tertiary", icon=":material/restart_alt:", key="again"):
            st.session_state[_AGAIN_ASKED] = True
            st.rerun()
        return
    with st.container(key="again_asked", border=True):
        st.markdown(_cost(indexing.host, left, since, t))
        with st.container(horizontal=True):
            begin = t.text("catalogue.again_begin", n=left)
            begun = st.button(begin, type="primary", key="again_begin")
            afresh = since is not None and st.button(
                t.text("catalogue.again_afresh", n=coverage.pictures), key="again_afresh"
            )
            cancelled = st.button(t.text("catalogue.again_cancel"), key="again_cancel")
    if begun or afresh:
        indexing.start(again=True, afresh=afresh)
    if begun or afresh or cancelled:
        del st.session_state[_AGAIN_ASKED]
        st.rerun()


def _cost(host: str, left: int, since: datetime | None, t: Language) -> str:
    """Say what encoding everything afresh does, and what it takes."""
    said = [t.text("catalogue.again_does")]
    if since:
        said.append(t.text("catalogue.again_since", n=left, when=moment(since, t)))
    key = "catalogue.again_calls" if host else "catalogue.again_here"
    said.append(t.text(key, n=left, host=plain(host)))
    return " ".join(said)


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
        if access.may(Right.RUN) and st.button(
            t.text("catalogue.stop"), icon=":material/stop_circle:", key=stop
        ):
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

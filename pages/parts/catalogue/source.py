"""Where an adopted catalogue comes from: how fresh the copy is, what is left out, refreshing it.

A catalogue that was brought in otherwise is told what else there would be.
"""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import fragment
from pages.parts.errors import show_error
from pages.parts.moments import moment
from pages.parts.plain import plain
from search.access.roles import Right
from search.adopting.report import AdoptionReport
from search.adopting.state import AdoptionState, Unfollowed
from search.adopting.telling import reason_of
from search.engine import SearchEngine
from search.language import Language

REFRESH_SECONDS = 1.0
PLACES_SHOWN = 3


def show_source(engine: SearchEngine, state: AdoptionState, t: Language) -> None:
    """Show the source of an adopted catalogue, or what could be adopted; nothing without either."""
    if not state.is_adopted and state.unfollowed is None:
        return
    st.header(t.text("source.title"), anchor=False)
    if state.is_under_way:
        fragment(Right.SEE_CATALOGUE, lambda: _watch(engine, t), run_every=REFRESH_SECONDS)
        return
    if state.is_adopted:
        _show_adopted(engine, state, t)
    elif state.unfollowed is not None:
        _show_unfollowed(engine, state.unfollowed, t)


def _show_adopted(engine: SearchEngine, state: AdoptionState, t: Language) -> None:
    _show_freshness(state, t)
    if state.error is not None:
        show_error(state.error)
    if access.may(Right.RUN) and st.button(t.text("source.refresh"), icon=":material/sync:"):
        engine.adoption.start_now()
        st.rerun()
    if state.report is not None:
        _show_report(state.report, t)


def _show_unfollowed(engine: SearchEngine, found: Unfollowed, t: Language) -> None:
    """Say which products are not here, and offer to copy them."""
    st.markdown(t.text("source.unfollowed", n=found.products, setting=found.setting))
    if not access.may(Right.RUN):
        return
    st.caption(t.text("source.copy_does", tables=plain(", ".join(found.tables))))
    if st.button(t.text("source.copy"), icon=":material/library_add:"):
        engine.adoption.start_now()
        st.rerun()


def _watch(engine: SearchEngine, t: Language) -> None:
    """Follow a copy until it is made; then the rest of the page has changed as well."""
    state = engine.adoption.state()
    if not state.is_under_way:
        st.rerun(scope="app")
    copying = state.copying
    with st.container(key="adopting", border=True):
        if copying is None:
            st.progress(0.0, t.text("source.beginning"))
            return
        share = min(copying.done / copying.total, 1.0) if copying.total else 0.0
        line = t.text("source.copying", done=copying.done, total=copying.total)
        if copying.done >= copying.total - 1:
            line = t.text("source.copying_vectors")
        st.progress(share, line)
        st.caption(t.text("source.copying_by", process=copying.process))


def _show_freshness(state: AdoptionState, t: Language) -> None:
    way = state.report.way if state.report else None
    said = [t.text(f"source.{way}" if way else "source.never")]
    if state.adopted_at is not None:
        said.append(t.text("source.copied", when=moment(state.adopted_at, t)))
    if state.looked_at is not None and state.error is None:
        said.append(t.text("source.looked", when=moment(state.looked_at, t)))
    st.caption(" ".join(said))


def _show_report(report: AdoptionReport, t: Language) -> None:
    spaces = [
        t.text("source.space", space=str(counts.space), count=counts.count)
        for counts in report.vectors.spaces
    ]
    if spaces:
        st.caption(t.text("source.spaces", spaces="; ".join(spaces)))
    if report.missing:
        st.caption(t.text("source.missing", missing=", ".join(report.missing)))
    if not report.left_out:
        return
    count = sum(left.count for left in report.left_out)
    with st.expander(t.text("source.left_out", count=count)), st.container(key="source-left-out"):
        table = {
            t.text("source.count"): [left.count for left in report.left_out],
            t.text("source.reason"): [reason_of(left.reason, t) for left in report.left_out],
            t.text("source.first"): [
                ", ".join(left.first[:PLACES_SHOWN]) for left in report.left_out
            ],
        }
        narrow = {t.text("source.count"): st.column_config.NumberColumn(width="small")}
        st.dataframe(table, hide_index=True, width="stretch", column_config=narrow)

"""How searches find the nearest pictures: the plan, what each plan reaches, and what is better."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import fragment
from pages.parts.errors import show_error
from pages.parts.moments import moment
from search.access.roles import Right
from search.engine import SearchEngine
from search.language import Language
from search.planning.telling import Line, advised, lines, megabytes, percent, sentence

REFRESH_SECONDS = 1.0


def show_plan(engine: SearchEngine, t: Language) -> None:
    """Show the plan in a sentence, the plans in a table, and to operators what could be done."""
    st.header(t.text("catalogue.plan"), anchor=False)
    standing = engine.planning.standing()
    st.markdown(sentence(standing, t))
    found = list(lines(standing, t))
    if standing.measured or standing.inventory.indexes:
        with st.container(key="plans"):
            st.dataframe(_table(found, t), hide_index=True, width="content")
    _show_when(found, t)
    if not access.may(Right.RUN):
        return
    for said, command in advised(standing, t):
        st.markdown(said)
        st.code(command, language="bash")
    _offer_measuring(engine, t)


def _table(found: list[Line], t: Language) -> dict[str, list[str]]:
    """Return the columns by their heads; the plan that is used is marked."""
    rows = [
        (
            f"{line.name} ✓" if line.is_chosen else line.name,
            "–" if line.recall is None else percent(line.recall, t),
            "–" if line.p50 is None else t.value(line.p50),
            "–" if line.p95 is None else t.value(line.p95),
            line.parameter or "–",
            "–" if line.bytes is None else megabytes(line.bytes, t),
            line.index or "–",
        )
        for line in found
    ]
    heads = ("plan", "recall", "p50", "p95", "parameter", "disk", "index")
    columns = zip(*rows, strict=True)
    return {
        t.text(f"plan.column.{head}"): list(column)
        for head, column in zip(heads, columns, strict=True)
    }


def _show_when(found: list[Line], t: Language) -> None:
    """Say when it was measured, by how many queries, and how many pictures there were."""
    for line in found:
        if line.measured_at and line.pictures and line.queries:
            when = moment(line.measured_at, t)
            key = "catalogue.plan_measured"
            st.caption(t.text(key, when=when, pictures=line.pictures, n=line.queries))
            return


def _offer_measuring(engine: SearchEngine, t: Language) -> None:
    if engine.planning.progress is not None:
        fragment(Right.SEE_CATALOGUE, lambda: _watch(engine, t), run_every=REFRESH_SECONDS)
        return
    if engine.planning.last_error is not None:
        show_error(engine.planning.last_error)
    measure, helps = t.text("catalogue.plan_measure"), t.text("catalogue.plan_measure_help")
    if st.button(measure, help=helps, icon=":material/speed:"):
        engine.planning.start_measuring()
        st.rerun()


def _watch(engine: SearchEngine, t: Language) -> None:
    """Follow the measuring until it is over; then the rest of the page has changed as well."""
    share = engine.planning.progress
    if share is None:
        st.rerun(scope="app")
    st.progress(share or 0.0, t.text("catalogue.plan_measuring"))

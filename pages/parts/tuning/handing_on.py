"""Judgements out of and into the page: as CSV, and as TREC's tools read them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import streamlit as st

from pages.parts.account.allowing import insist, while_allowed
from pages.parts.errors import show_error
from pages.parts.plain import plain
from pages.parts.tuning.choice import count_anew
from pages.parts.tuning.notes import clear_note, note, noted
from search.access.roles import Right
from search.engine import SearchEngine
from search.errors import LikenessError
from search.judgements_csv import ImportReport
from search.language import Fact, Language

_TAKEN = "judgements_taken"
_PLACE = "files"  # the place that notes are for
_SHOWN_PROBLEMS = 10


def offer_files(engine: SearchEngine, t: Language) -> None:
    """Offer all judgements as files, and take a CSV file in; imported twice it changes nothing."""
    with st.expander(t.text("threshold.files"), icon=":material/swap_vert:"):
        with st.container(horizontal=True):
            # Made when it is asked for: nobody waits for a file that nobody wants.
            st.download_button(
                t.text("threshold.export_csv"),
                _made(lambda: "".join(engine.judging.export_csv()).encode("utf-8-sig")),
                "judgements.csv",
                "text/csv",
                on_click="ignore",
                icon=":material/download:",
            )
            st.download_button(
                t.text("threshold.export_qrels"),
                _made(lambda: "".join(engine.judging.export_qrels()).encode()),
                "judgements.qrels",
                "text/plain",
                on_click="ignore",
                icon=":material/download:",
            )
        _take_in(engine, t)
        st.caption(t.text("threshold.sets_by_command"))
    # Beside it and not within: the expander may be closed when the page has run again.
    _tell_report(t)


def _made(make: Callable[[], bytes]) -> Callable[[], bytes]:
    return while_allowed(Right.JUDGE, make)


def _take_in(engine: SearchEngine, t: Language) -> None:
    # Streamlit's own words are English only: frame.css puts these in their place.
    words = {
        "--upload-choose": t.text("threshold.import_choose"),
        "--upload-limit": t.text("threshold.import_limit"),
    }
    declared = ";".join(f"{name}:{json.dumps(w, ensure_ascii=False)}" for name, w in words.items())
    st.html(f"<style>:root{{{declared}}}</style>")
    file = st.file_uploader(t.text("threshold.import"), key="judgements_file", on_change=clear_note)
    if file is None or st.session_state.get(_TAKEN) == file.file_id:
        return
    try:
        insist(Right.JUDGE)
        report = engine.judging.import_file(file.getvalue())
    except LikenessError as error:
        note(_PLACE, error)
        if error.retry:
            return  # the next run tries again
    else:
        if report.added:
            count_anew()
        note(_PLACE, report)
    st.session_state[_TAKEN] = file.file_id
    st.rerun()


def _tell_report(t: Language) -> None:
    told = noted(_PLACE)
    if isinstance(told, LikenessError):
        show_error(told)
    if isinstance(told, ImportReport):
        _tell(told, t)


def _tell(report: ImportReport, t: Language) -> None:
    st.success(t.text("threshold.imported", n=report.added, known=report.known))
    problems = [
        t.text("threshold.import_problem", line=p.line, reason=t.text(p.reason, **_typed(p.facts)))
        for p in report.problems
    ]
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [t.text("threshold.import_more", n=more)] if more > 0 else []
        st.warning("  \n".join([*problems[:_SHOWN_PROBLEMS], *rest]), icon=":material/rule:")


def _typed(facts: Mapping[str, Fact]) -> dict[str, Fact]:
    """Show what stands in the file as it stands there."""
    return {name: plain(said) if isinstance(said, str) else said for name, said in facts.items()}

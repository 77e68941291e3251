"""Judgements out of and into the page: as CSV, and as TREC's tools read them."""

from __future__ import annotations

import json

import streamlit as st

from pages.parts.tuning.choice import count_anew
from search.engine import SearchEngine
from search.judgements_csv import ImportReport
from search.language import Language

_TAKEN, _TOLD = "judgements_taken", "judgements_told"
_SHOWN_PROBLEMS = 10


def offer_files(engine: SearchEngine, t: Language) -> None:
    """Offer all judgements as files, and take a CSV file in; imported twice it changes nothing."""
    with st.expander(t.text("threshold.files"), icon=":material/swap_vert:"):
        with st.container(horizontal=True):
            # Made when it is asked for: nobody waits for a file that nobody wants.
            st.download_button(
                t.text("threshold.export_csv"),
                lambda: "".join(engine.judging.export_csv()).encode("utf-8-sig"),
                "judgements.csv",
                "text/csv",
                on_click="ignore",
                icon=":material/download:",
            )
            st.download_button(
                t.text("threshold.export_qrels"),
                lambda: "".join(engine.judging.export_qrels()).encode(),
                "judgements.qrels",
                "text/plain",
                on_click="ignore",
                icon=":material/download:",
            )
        _take_in(engine, t)
        st.caption(t.text("threshold.sets_by_command"))


def _take_in(engine: SearchEngine, t: Language) -> None:
    # Streamlit's own words are English only: frame.css puts these in their place.
    words = {
        "--upload-choose": t.text("threshold.import_choose"),
        "--upload-limit": t.text("threshold.import_limit"),
    }
    declared = ";".join(f"{name}:{json.dumps(w, ensure_ascii=False)}" for name, w in words.items())
    st.html(f"<style>:root{{{declared}}}</style>")
    file = st.file_uploader(t.text("threshold.import"), key="judgements_file")
    if file is None:
        return
    if st.session_state.get(_TAKEN) != file.file_id:
        report = engine.judging.import_csv(file.getvalue().decode("utf-8-sig", "replace"))
        st.session_state[_TAKEN], st.session_state[_TOLD] = file.file_id, report
        if report.added:
            count_anew()
            st.rerun()
    _tell(st.session_state[_TOLD], t)


def _tell(report: ImportReport, t: Language) -> None:
    st.success(t.text("threshold.imported", n=report.added, known=report.known))
    problems = [
        t.text("threshold.import_problem", line=p.line, reason=t.text(p.reason, **p.facts))
        for p in report.problems
    ]
    if problems:
        more = len(problems) - _SHOWN_PROBLEMS
        rest = [t.text("threshold.import_more", n=more)] if more > 0 else []
        st.warning("  \n".join([*problems[:_SHOWN_PROBLEMS], *rest]), icon=":material/rule:")

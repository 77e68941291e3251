"""Where "similar" ends: the evidence for every threshold, the choice, and the switch."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import who_may
from pages.parts.account.naming import known_name, reader
from pages.parts.assistant.assistant import assistant
from pages.parts.errors import guarded, guarded_page
from pages.parts.evidence.evidence import Line
from pages.parts.running import get_engine
from pages.parts.texts import texts
from pages.parts.tuning.choice import Choice, choose, count_anew
from pages.parts.tuning.handing_on import offer_files
from pages.parts.tuning.measuring import measure, show_evidence
from pages.parts.tuning.pictures import show_pictures
from pages.parts.tuning.scales import show_scales
from pages.parts.tuning.switching import show_switching
from pages.parts.tuning.wanted import Wanted
from search.access.roles import Right
from search.evaluation import Evaluation
from search.language import Language

_SEARCH_PAGE = Path(__file__).parent / "search.py"


def main() -> None:
    """Lay out the page: see, judge, compare scales, switch."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    st.title(t.text("page.threshold"), anchor=False)
    choice = choose(engine, t)
    if choice is None:
        _say_what_is_missing(t)
        return
    evaluation = measure(engine, choice, t)
    if evaluation is None:
        return
    st.header(t.text("threshold.see"), anchor=False)
    line = show_evidence(engine, choice, evaluation, t)
    guarded(lambda: show_pictures(engine, choice, evaluation, t))
    if access.may(Right.JUDGE):
        _offer_judging(choice, evaluation, line, t)
        guarded(lambda: offer_files(engine, t))
    else:
        st.caption(who_may(Right.JUDGE, t))
    st.header(t.text("threshold.scales"), anchor=False)
    guarded(lambda: show_scales(engine, choice, evaluation, t))
    st.header(t.text("threshold.switch"), anchor=False)
    show_switching(engine, Wanted(choice.scale, line.at, line.doubtful), t)


def _say_what_is_missing(t: Language) -> None:
    st.info(t.text("threshold.nothing"), icon=":material/photo_camera:")
    if st.button(t.text("threshold.to_search"), icon=":material/arrow_forward:", type="primary"):
        st.switch_page(_SEARCH_PAGE)


def _offer_judging(choice: Choice, evaluation: Evaluation, line: Line, t: Language) -> None:
    assistant(
        source=choice.source.key,
        scale=choice.scale,
        line=line.at,
        complete=evaluation.complete,
        language=t.code,
        texts=t.entry("assistant") | t.entry("judging"),
        key="assistant",
        on_refresh=count_anew,
        analyst=known_name(),
        reader=reader(),
    )


guarded_page(main)

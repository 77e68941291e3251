"""From the chosen photos to the evidence: counted, measured, and shown with its line."""

from __future__ import annotations

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import who_may
from pages.parts.evidence.evidence import Heard, Line, evidence
from pages.parts.evidence.facts import Evidence
from pages.parts.tuning.choice import Choice
from pages.parts.tuning.lines import active_line, keep_line, line_on
from pages.parts.tuning.pictures import open_cell, opened_cell
from pages.parts.tuning.translation import to_evidence
from pages.parts.tuning.work import OnProgress, outcome
from search.access.roles import Right
from search.engine import SearchEngine
from search.evaluation import Evaluation
from search.language import Language

_SHOWN, _AGREED = "threshold_shown", "threshold_agreed"


def measure(engine: SearchEngine, choice: Choice, t: Language) -> Evaluation | None:
    """Return what the judgements say; None while photos are being counted, which is shown.

    Photos that the encoder's server would have to be asked about are not sent there unasked. Raises
    what the engine raises.
    """
    if engine.encoder.host and not _may_encode(engine, choice, t):
        return None

    def work(report: OnProgress) -> Evaluation:
        evaluating = engine.evaluating  # of one model, whatever is switched meanwhile
        evaluating.count(choice.source.key, choice.scale, report)
        return evaluating.evaluate(choice.source.key, choice.scale, choice.goals)

    waiting = t.text("threshold.counting")
    return outcome(("measure", *choice.stamp), work, waiting, patience=1.0)


def _may_encode(engine: SearchEngine, choice: Choice, t: Language) -> bool:
    """Ask before photos are sent to a model's server, where each of them is a call."""
    agreed: set[str] = st.session_state.setdefault(_AGREED, set())
    photos = engine.evaluating.to_encode(choice.source.key)
    if photos and choice.source.key not in agreed:
        st.warning(t.text("threshold.to_encode", n=photos), icon=":material/cloud_upload:")
        if not access.may(Right.SEARCH_MANY):
            st.caption(who_may(Right.SEARCH_MANY, t))
            return False
        if not st.button(t.text("threshold.encode", n=photos), type="primary"):
            return False
        agreed.add(choice.source.key)
    return True


def show_evidence(
    engine: SearchEngine, choice: Choice, evaluation: Evaluation, t: Language
) -> Line:
    """Show the evidence and return where its line is; advice follows when it is there."""
    place = st.container()
    advised = _advised(engine, choice, evaluation, t)
    shown = _translated(engine, choice, advised or evaluation, t)
    active = engine.thresholds.active()
    line = line_on(choice.scale, shown, active)
    may_judge = access.may(Right.JUDGE)
    with place:
        evidence(
            shown,
            line=line,
            active=active_line(active, choice.scale),
            opened=opened_cell(choice.scale),
            language=t.code,
            # Who may not judge is not told to.
            texts=t.entry("evidence") | ({} if may_judge else t.entry("evidence_unjudging")),
            key="threshold_evidence",
            heard=Heard(on_line=keep_line, on_cell=open_cell),
        )
    return line


def _advised(
    engine: SearchEngine, choice: Choice, evaluation: Evaluation, t: Language
) -> Evaluation | None:
    if not evaluation.complete and not evaluation.judged:
        return None

    def work(report: OnProgress) -> Evaluation:
        return engine.evaluating.advise(evaluation, report)

    return outcome(("advise", *choice.stamp), work, t.text("threshold.advising"))


def _translated(
    engine: SearchEngine, choice: Choice, evaluation: Evaluation, t: Language
) -> Evidence:
    """Translate once: the same evaluation gives the same evidence, and the same bytes to send."""
    stamp = f"{choice.stamp} {evaluation.advice is not None} {t.code}"
    kept: Evidence | None = st.session_state.get(_SHOWN)
    if kept is None or kept.stamp != stamp:
        names = {id_: t.choose(name) for id_, name in engine.evaluating.category_names().items()}
        kept = st.session_state[_SHOWN] = to_evidence(evaluation, stamp, names)
    return kept

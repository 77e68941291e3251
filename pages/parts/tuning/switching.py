"""Switching: what would change for users, saving the line, and going back."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import insist, who_may
from pages.parts.account.naming import ask_name, given_name, keep_name, may_see_names
from pages.parts.errors import guarded, show_error
from pages.parts.moments import moment
from pages.parts.plain import plain
from pages.parts.tuning.changes import show_changes
from pages.parts.tuning.choice import wish_scale
from pages.parts.tuning.lines import move_line
from pages.parts.tuning.notes import clear_note, note, noted
from pages.parts.tuning.sources import may_see_searches
from pages.parts.tuning.wanted import Wanted
from search.access.roles import Right
from search.engine import SearchEngine
from search.errors import LikenessError
from search.language import Language
from search.people import ANONYMOUS, LONGEST_REASON
from search.threshold import Threshold

_DONE, _MISSING = "saved", "reason missing"  # the places that notes are for
_SHOWN_HISTORY = 8


@dataclass(frozen=True, slots=True)
class _Said:
    """A sentence about a line: it goes when the line moves."""

    about: Wanted
    sentence: str


def show_switching(engine: SearchEngine, wanted: Wanted, t: Language) -> None:
    """Show what holds now, what would change, the form that saves, and the history.

    Who may not save is told who may.
    """
    active = engine.thresholds.active()
    done = _said_of(_DONE, wanted)
    if done:
        st.success(done, icon=":material/check_circle:")
    st.markdown(_now(active, t))
    outdated = engine.thresholds.is_outdated(active)
    if outdated:
        st.warning(t.text("threshold.outdated"), icon=":material/update:")
    may_save = access.may(Right.SET_THRESHOLD)
    if not may_save:
        st.caption(who_may(Right.SET_THRESHOLD, t))
    is_new = outdated or not _is_active(wanted, active)
    if may_see_searches():
        _show_difference(engine, wanted, active, t, is_new=is_new)
    if is_new and may_save:
        _offer_saving(engine, wanted, t)
    _show_history(engine, active, t)


def _show_difference(
    engine: SearchEngine, wanted: Wanted, active: Threshold, t: Language, *, is_new: bool
) -> None:
    """Show what would change for the last searches, or say that nothing would."""
    if is_new:
        guarded(lambda: show_changes(engine, wanted, active, t))
    else:
        st.info(t.text("threshold.is_active"), icon=":material/check:")


def _is_active(wanted: Wanted, active: Threshold) -> bool:
    return active.id is not None and wanted == Wanted.of(active)


def _said_of(place: str, wanted: Wanted) -> str | None:
    said = noted(place)
    return said.sentence if isinstance(said, _Said) and said.about == wanted else None


def _now(active: Threshold, t: Language) -> str:
    if active.id is None:
        return t.text("threshold.now_default", line=_line(active, t))
    # A guest is told the line and the day, and neither names nor reasons.
    key = "threshold.now" if may_see_names() else "threshold.now_when"
    return t.text(key, line=_line(active, t), **_signed(active, t))


def _line(threshold: Threshold, t: Language) -> str:
    """Say a threshold: its value, its doubtful line if it has one, its scale."""
    name = t.text(f"threshold.scale_name.{threshold.scale}")
    said = f"**{t.similarity(threshold.value)}** · {name}"
    if threshold.doubtful is None:
        return said
    return f"{said} · {t.text('threshold.doubtful_from', line=t.similarity(threshold.doubtful))}"


def _signed(threshold: Threshold, t: Language) -> dict[str, str]:
    """Who set it, when, and why; what people typed is text and no Markdown."""
    is_nameless = threshold.who in {"", ANONYMOUS}
    return {
        "who": t.text("threshold.anonymous") if is_nameless else plain(threshold.who),
        "when": moment(threshold.set_at, t) if threshold.set_at else "",
        "why": plain(threshold.why),
    }


def _offer_saving(engine: SearchEngine, wanted: Wanted, t: Language) -> None:
    line = t.similarity(wanted.value)
    if wanted.doubtful_value is not None:
        doubtful = t.similarity(wanted.doubtful_value)
        st.caption(t.text("threshold.two_lines", line=line, doubtful=doubtful))
    with st.form("threshold_save", border=True):
        who = ask_name(t)
        why = st.text_input(
            t.text("threshold.why"),
            placeholder=t.text("threshold.why_example"),
            max_chars=LONGEST_REASON,
            key="threshold_why",
        )
        name = t.text(f"threshold.scale_name.{wanted.scale}")
        label = t.text("threshold.save", line=line, scale=name)
        pressed = st.form_submit_button(
            label, type="primary", icon=":material/check:", on_click=clear_note
        )
    if pressed:
        keep_name(who)
        if why.strip():
            _save(engine, wanted, who, why.strip(), t)
        else:
            note(_MISSING, _Said(wanted, t.text("threshold.why_missing")))
    missing = _said_of(_MISSING, wanted)
    if missing:
        st.error(missing, icon=":material/edit_note:")


def _save(engine: SearchEngine, wanted: Wanted, who: str, why: str, t: Language) -> None:
    try:
        insist(Right.SET_THRESHOLD)
        saved = engine.thresholds.save(
            wanted.value, scale=wanted.scale, doubtful=wanted.doubtful_value, who=who, why=why
        )
    except LikenessError as error:
        show_error(error)
        return
    _tell(wanted, t.text("threshold.saved", line=_line(saved, t)))


def _tell(about: Wanted, sentence: str) -> None:
    note(_DONE, _Said(about, sentence))
    st.rerun()


def _show_history(engine: SearchEngine, active: Threshold, t: Language) -> None:
    history = engine.thresholds.history(_SHOWN_HISTORY)
    if not history:
        return
    st.subheader(t.text("threshold.history"), anchor=False)
    for past in history:
        _show_past(engine, past, active, t)


def _show_past(engine: SearchEngine, past: Threshold, active: Threshold, t: Language) -> None:
    with st.container(
        key=f"threshold_past_{past.id}",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        st.markdown(_past(past, t))
        if past.id == active.id:
            st.badge(t.text("threshold.active"), color="violet")
        elif access.may(Right.SET_THRESHOLD) and st.button(
            t.text("threshold.return_to"), key=f"threshold_return_{past.id}", on_click=clear_note
        ):
            _return_to(engine, past, t)


def _past(past: Threshold, t: Language) -> str:
    line, signed = _line(past, t), _signed(past, t)
    if not may_see_names():
        return f"{line}  \n:small[{signed['when']}]"
    return f"{line}  \n{signed['why']}  \n:small[{signed['who']} · {signed['when']}]"


def _return_to(engine: SearchEngine, past: Threshold, t: Language) -> None:
    if past.id is None:
        return
    try:
        insist(Right.SET_THRESHOLD)
        back = engine.thresholds.return_to(past.id, who=given_name())
    except LikenessError as error:
        show_error(error)
        return
    line = Wanted.of(back)
    wish_scale(line.scale)
    move_line(line.scale, line.line, line.doubtful)
    _tell(line, t.text("threshold.returned", line=_line(back, t)))

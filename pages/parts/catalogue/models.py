"""The models: the active one, the next one indexed beside it, switching and taking it back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

import streamlit as st

from pages.parts import access
from pages.parts.account.allowing import insist
from pages.parts.account.naming import ask_name, given_name, keep_name
from pages.parts.catalogue.encoder_name import encoder_name
from pages.parts.catalogue.indexing import is_running, show_indexing
from pages.parts.errors import show_error
from pages.parts.moments import moment
from pages.parts.plain import plain
from search.access.roles import Right
from search.engine import Coverage, SearchEngine
from search.errors import LikenessError
from search.language import Language
from search.models.switching import Model
from search.people import ANONYMOUS, LONGEST_REASON
from search.store.model_switches import Switch

_THRESHOLD_PAGE = Path(__file__).parent.parent.parent / "threshold.py"
_ASKED, _DONE = "model_asked", "model_done"
_SHOWN_HISTORY = 5


def show_models(engine: SearchEngine, t: Language) -> None:
    """Show both models and what was switched; nothing to whoever has one and never switched."""
    history = engine.models.history(_SHOWN_HISTORY)
    if not history and engine.settings.beside is None:
        return
    st.header(t.text("models.title"), anchor=False)
    st.caption(t.text("models.lead"))
    models = sorted(engine.models.configured(), key=lambda model: not model.is_active)
    if engine.models.are_one:
        said = t.text("models.same", model=plain(str(models[0].space)))
        st.warning(said, icon=":material/content_copy:")
    beside = engine.models.beside()
    for model in models:
        with st.container(border=True):
            if model.space == beside:
                was_active = bool(history) and history[0].before == model.space
                _show_beside(engine, model, t, is_next=not was_active)
            else:
                _show_coverage(model, t)
    _show_done(engine, t)
    _show_history(engine, history, t)


def _show_coverage(model: Model, t: Language, *, bar: bool = True) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{plain(str(model.space))}**", width="content")
        if model.is_active:
            st.badge(t.text("models.active"), color="violet")
        else:
            st.badge(t.text("models.beside"), color="gray")
    where = plain(model.host) if model.host else t.text("models.in_process")
    st.caption(f"{encoder_name(model.name, t)} · {where}")
    if bar:
        share = model.indexed / model.pictures if model.pictures else 0.0
        said = t.text("models.coverage", indexed=model.indexed, pictures=model.pictures)
        st.progress(min(share, 1.0), said)


def _show_beside(engine: SearchEngine, model: Model, t: Language, *, is_next: bool) -> None:
    """Offer to index, and to switch when that is done; an encoder that is broken says why.

    To what was active until now one returns by taking the switch back, so it is `is_next` no more.
    """
    try:
        indexing = engine.beside.indexing
        runs = is_running(indexing)
        _show_coverage(model, t, bar=not runs)
        show_indexing(
            indexing, Coverage(model.space, 0, model.pictures, model.indexed), t, beside=True
        )
        failed = 0 if runs else indexing.failed()
        if failed:
            st.caption(t.text("models.left_out", n=failed))
            if access.may(Right.RUN) and st.button(
                t.text("catalogue.retry", n=failed), key="retry_beside"
            ):
                indexing.start(retry=True)
                st.rerun()
    except LikenessError as error:
        _show_coverage(model, t)
        show_error(error)
        st.caption(t.text("models.broken"))
        return
    if not runs and access.may(Right.RUN):
        _offer_switch(engine, model, t, "primary" if is_next else "secondary")


def _offer_switch(
    engine: SearchEngine, model: Model, t: Language, kind: Literal["primary", "secondary"]
) -> None:
    label = t.text("models.switch", model=plain(str(model.space)))
    if not model.is_complete:
        st.caption(t.text("models.missing", n=model.missing))
        st.button(label, disabled=True, key="model_switch")
    elif st.session_state.get(_ASKED) == model.space:
        _confirm(engine, model, t)
    elif st.button(label, type=kind, icon=":material/swap_horiz:", key="model_switch"):
        st.session_state[_ASKED] = model.space
        st.session_state.pop(_DONE, None)
        st.rerun()


def _confirm(engine: SearchEngine, model: Model, t: Language) -> None:
    """Say which line will hold, and ask who switches and why."""
    line = engine.thresholds.active(model.space)
    key = "models.line_default" if line.id is None else "models.line"
    st.info(t.text(key, line=t.similarity(line.value)), icon=":material/straighten:")
    with st.form("model_switch_form", border=False):
        who = ask_name(t)
        why = st.text_input(
            t.text("models.why"),
            placeholder=t.text("models.why_example"),
            max_chars=LONGEST_REASON,
            key="model_why",
        )
        with st.container(horizontal=True):
            label = t.text("models.confirm")
            pressed = st.form_submit_button(label, type="primary", icon=":material/swap_horiz:")
            cancelled = st.form_submit_button(t.text("models.cancel"))
    if cancelled:
        st.session_state.pop(_ASKED, None)
        st.rerun()
    if pressed and not why.strip():
        st.error(t.text("models.why_missing"), icon=":material/edit_note:")
    elif pressed:
        keep_name(who)
        _done(lambda: engine.models.switch(model.space, who=who, why=why))


def _show_history(engine: SearchEngine, history: list[Switch], t: Language) -> None:
    if not history:
        return
    st.markdown(f"**{t.text('models.history')}**")
    for number, past in enumerate(history):
        with st.container(
            key=f"model_past_{past.id}",
            horizontal=True,
            horizontal_alignment="distribute",
            vertical_alignment="center",
        ):
            st.markdown(_past(past, t))
            # What took a switch back is followed by a switch, if by anything.
            if number == 0 and not past.is_back and access.may(Right.RUN):
                label, key = t.text("models.take_back"), f"model_back_{past.id}"
                if st.button(label, icon=":material/undo:", key=key):
                    who = given_name()
                    _done(lambda: engine.models.take_back(who=who, switch=past))  # noqa: B023 - called here


def _past(past: Switch, t: Language) -> str:
    names = {"before": plain(str(past.before)), "model": plain(str(past.space))}
    why = t.text("models.taken_back") if past.is_back else plain(past.why)
    who = t.text("threshold.anonymous") if past.who == ANONYMOUS else plain(past.who)
    return f"{t.text('models.past', **names)}  \n{why}  \n:small[{who} · {moment(past.set_at, t)}]"


def _done(action: Callable[[], Switch]) -> None:
    """Switch, and run the page anew: all of it is about another model then."""
    try:
        insist(Right.RUN)
        st.session_state[_DONE] = action()
    except LikenessError as error:
        show_error(error)
        return
    st.session_state.pop(_ASKED, None)
    st.rerun()


def _show_done(engine: SearchEngine, t: Language) -> None:
    """Say what a switch came to, as long as it is the last one: its line, and what comes next."""
    made = st.session_state.get(_DONE)
    last = next(iter(engine.models.history(1)), None)
    if not isinstance(made, Switch) or made != last:
        return
    names = {"before": plain(str(made.before)), "model": plain(str(made.space))}
    line = engine.thresholds.active(made.space)
    key = "models.line_now_default" if line.id is None else "models.line_now"
    said = f"{t.text('models.switched', **names)} {t.text(key, line=t.similarity(line.value))}"
    st.success(said, icon=":material/check_circle:")
    st.page_link(
        _THRESHOLD_PAGE, label=t.text("models.to_threshold"), icon=":material/arrow_forward:"
    )
    if not made.is_back:
        st.caption(t.text("models.keep"))

"""What is looked at: whose photos, on which scale, with which goals. Kept in the address."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from pages.parts.tuning.address import asked_line, begin_with, tell_choice, tell_line
from pages.parts.tuning.goals import pick_goals
from pages.parts.tuning.lines import kept_line, move_line
from pages.parts.tuning.notes import clear_note
from pages.parts.tuning.sources import pick_source, source_is_gone, sources_for
from search.engine import SearchEngine
from search.evaluation import Source
from search.language import Language
from search.tuning.recommend import Goals
from search.tuning.scales import Scale

_SCALE, _ROUND, _WISHED = "threshold_scale", "threshold_round", "threshold_wished_scale"
_SPACE = "threshold_space"


@dataclass(frozen=True, slots=True)
class Choice:
    """What the page is about. `round` changes when the figures are to be counted anew."""

    source: Source
    scale: Scale
    goals: Goals
    round: int

    @property
    def stamp(self) -> tuple[Hashable, ...]:
        """What everything computed for this choice depends on."""
        return self.source.key, self.source.photos, self.scale, self.goals, self.round


def choose(engine: SearchEngine, t: Language) -> Choice | None:
    """Show the toolbar and return what is chosen; None when there is no photo to look at."""
    is_opened = _SCALE not in st.session_state
    space, known = engine.models.active(), st.session_state.get(_SPACE)
    if is_opened or space != known:
        count_anew()  # others may have judged meanwhile, or switched to another model
    st.session_state[_SPACE] = space
    sources = sources_for(engine)
    if not sources:
        return None
    with st.container(key="threshold_toolbar", horizontal=True, vertical_alignment="bottom"):
        source = pick_source(sources, t)
        scale = _pick_scale(engine, t)
        goals = pick_goals(t)
        st.button(
            t.text("threshold.refresh"), icon=":material/refresh:", on_click=count_anew, width=120
        )
    if source_is_gone():
        st.caption(t.text("threshold.source_gone"))
    st.caption(t.text(f"threshold.scale_help.{scale}"))
    asked = asked_line()
    if is_opened and asked is not None:
        move_line(scale, *asked)
    tell_line(kept_line(scale))
    return Choice(source, scale, goals, counted_round())


def count_anew() -> None:
    """Let everything be computed again: judgements have changed."""
    st.session_state[_ROUND] = counted_round() + 1
    clear_note()


def counted_round() -> int:
    """Return a number that changes when everything is to be computed again."""
    counted: int = st.session_state.get(_ROUND, 0)
    return counted


def wish_scale(scale: Scale) -> None:
    """Show this scale at the next run; a widget's value cannot be set once it has been shown."""
    st.session_state[_WISHED] = scale


def _pick_scale(engine: SearchEngine, t: Language) -> Scale:
    wished = st.session_state.pop(_WISHED, None)
    if wished:
        st.session_state[_SCALE] = wished
    otherwise = engine.thresholds.active().scale
    begin_with(_SCALE, "scale", list(Scale), otherwise)
    chosen = st.segmented_control(
        t.text("threshold.scale"),
        list(Scale),
        format_func=lambda scale: t.text(f"threshold.scale_name.{scale}"),
        key=_SCALE,
        required=True,
        on_change=clear_note,
    )
    scale = Scale(chosen or Scale.COSINE)
    tell_choice("scale", scale, list(Scale), otherwise)
    return scale

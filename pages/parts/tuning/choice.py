"""What is looked at: whose photos, on which scale, with which goals. Kept in the address."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import streamlit as st

from pages.parts.found import Found
from search.engine import SearchEngine
from search.evaluation import Source, SourceKind
from search.language import Language
from search.tuning.recommend import Goals
from search.tuning.scales import Scale

_GOALS, _ROUND, _WISHED = "threshold_goals", "threshold_round", "threshold_wished_scale"
_SOURCE, _SCALE = "threshold_source", "threshold_scale"


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
    if _SCALE not in st.session_state:
        count_anew()  # the page was just opened: others may have judged meanwhile
    sources = _sources(engine)
    if not sources:
        return None
    with st.container(key="threshold_toolbar", horizontal=True, vertical_alignment="bottom"):
        source = _pick_source(sources, t)
        scale = _pick_scale(engine, t)
        goals = _pick_goals(t)
        st.button(
            t.text("threshold.refresh"), icon=":material/refresh:", on_click=count_anew, width=120
        )
    st.caption(t.text(f"threshold.scale_help.{scale}"))
    return Choice(source, scale, goals, st.session_state[_ROUND])


def count_anew() -> None:
    """Let everything be computed again: judgements have changed."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def wish_scale(scale: Scale) -> None:
    """Show this scale at the next run; a widget's value cannot be set once it has been shown."""
    st.session_state[_WISHED] = scale


def _sources(engine: SearchEngine) -> list[Source]:
    found: Found | None = st.session_state.get("found")
    mine = []
    if found:
        fingerprint = found.search.photo.fingerprint.hex()
        mine = [Source(SourceKind.PHOTO, f"photo:{fingerprint}", "", 1)]
    return [*engine.evaluating.sources(), *mine]


def _pick_source(sources: Sequence[Source], t: Language) -> Source:
    by_key = {source.key: source for source in sources}
    _begin_with(_SOURCE, "source", list(by_key), sources[0].key)

    def name(key: str) -> str:
        source = by_key[key]
        # The demo's own sets have a name in the reader's language.
        known = f"threshold.set_name.{source.name}"
        called = t.text(known) if known in t else source.name
        return t.text(f"threshold.source.{source.kind}", name=called, n=source.photos)

    key = st.selectbox(t.text("threshold.whose"), list(by_key), format_func=name, key=_SOURCE)
    st.query_params["source"] = key
    return by_key[key]


def _pick_scale(engine: SearchEngine, t: Language) -> Scale:
    wished = st.session_state.pop(_WISHED, None)
    if wished:
        st.session_state[_SCALE] = wished
    _begin_with(_SCALE, "scale", list(Scale), engine.thresholds.active().scale)
    chosen = st.segmented_control(
        t.text("threshold.scale"),
        list(Scale),
        format_func=lambda scale: t.text(f"threshold.scale_name.{scale}"),
        key=_SCALE,
        required=True,
    )
    scale = Scale(chosen or Scale.COSINE)
    st.query_params["scale"] = scale
    return scale


def _begin_with(key: str, name: str, options: Sequence[str], otherwise: str) -> None:
    """Take what the address says, once; what is no longer on offer gives way to the default."""
    if st.session_state.get(key) not in options:
        asked = st.query_params.get(name)
        st.session_state[key] = asked if asked in options else otherwise


def _pick_goals(t: Language) -> Goals:
    goals: Goals = st.session_state.setdefault(_GOALS, Goals())

    def number(field: str, least: float, most: float, step: float) -> float:
        return st.number_input(
            t.text(f"threshold.goal.{field}"),
            min_value=least,
            max_value=most,
            value=float(getattr(goals, field)),
            step=step,
            key=f"threshold_goal_{field}",
            help=t.text(f"threshold.goal_help.{field}"),
        )

    with st.popover(t.text("threshold.goals"), icon=":material/tune:"):
        chosen = replace(
            goals,
            precision=number("precision", 0.5, 0.99, 0.01),
            recall=number("recall", 0.5, 0.99, 0.01),
            confidence=number("confidence", 0.5, 0.99, 0.01),
            cost=number("cost", 0.1, 1000.0, 1.0),
            beta=number("beta", 0.1, 10.0, 0.5),
        )
    st.session_state[_GOALS] = chosen
    return chosen

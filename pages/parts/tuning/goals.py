"""What the analyst wants of a line; what differs from the default stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import streamlit as st

from pages.parts.tuning.address import asked_number, tell
from pages.parts.tuning.notes import clear_note
from search.language import Language
from search.tuning.recommend import Goals

_GOALS = "threshold_goals"


@dataclass(frozen=True, slots=True)
class Field:
    """Between which numbers a goal is chosen, and in which steps."""

    least: float
    most: float
    step: float


FIELDS: Final[Mapping[str, Field]] = {
    "precision": Field(0.5, 0.99, 0.01),
    "recall": Field(0.5, 0.99, 0.01),
    # A coin has 0.50, and no line takes a coin's word.
    "confidence": Field(0.51, 0.99, 0.01),
    "cost": Field(0.1, 1000.0, 1.0),
    "beta": Field(0.1, 10.0, 0.5),
}


def pick_goals(t: Language) -> Goals:
    """Show the goals and return them as they are chosen."""
    if _GOALS not in st.session_state:
        st.session_state[_GOALS] = _asked()
    goals: Goals = st.session_state[_GOALS]
    with st.popover(t.text("threshold.goals"), icon=":material/tune:"):
        numbers = {name: _number(name, getattr(goals, name), t) for name in FIELDS}
    chosen = st.session_state[_GOALS] = replace(goals, **numbers)
    for name, number in numbers.items():
        tell(name, f"{number:g}" if number != getattr(Goals(), name) else None)
    return chosen


def _asked() -> Goals:
    """Return the goals in the address; a number that no field takes gives way to the default."""
    asked = {name: asked_number(name) for name in FIELDS}
    return Goals(
        **{
            name: number
            for name, number in asked.items()
            if number is not None and FIELDS[name].least <= number <= FIELDS[name].most
        }
    )


def _number(name: str, value: float, t: Language) -> float:
    field = FIELDS[name]
    return st.number_input(
        t.text(f"threshold.goal.{name}"),
        min_value=field.least,
        max_value=field.most,
        value=value,
        step=field.step,
        key=f"threshold_goal_{name}",
        help=t.text(f"threshold.goal_help.{name}"),
        on_change=clear_note,
    )

"""A chart, drawn by the Plotly that the app serves itself.

Streamlit's own Plotly element is made anew whenever its data change, which would flicker at every
refresh. This one redraws in place, and its colours follow the theme: a string such as "--violet" or
"--violet/0.2" in a trace stands for the colour of that name in chart.css.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import streamlit as st

from pages.parts.judging.judging import read_parts, read_scripts
from pages.parts.scripts import plotly_path
from search.language import Language

Trace = dict[str, Any]

HEIGHT: Final = 220

_component = st.components.v2.component(
    "likeness_chart",
    html=read_parts("usage/chart/chart.html"),
    css=read_parts("judging/ground.css", "usage/chart/chart.css"),
    js=read_scripts("evidence/plotly.js", "usage/chart/chart.js"),
)


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of the legend: the series' name, its colour's name and its pattern."""

    name: str
    colour: str
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn: Plotly's traces, its two axes, and what else stands in the picture."""

    traces: Sequence[Trace]
    x: Mapping[str, Any]
    y: Mapping[str, Any]
    legend: Sequence[Key] = ()
    annotations: Sequence[Mapping[str, Any]] = ()
    shapes: Sequence[Mapping[str, Any]] = ()
    layout: Mapping[str, Any] = field(default_factory=dict)
    height: int = HEIGHT


def chart(drawing: Drawing, *, says: str, key: str, t: Language) -> None:
    """Show a drawing; `says` is the sentence that tells those who do not see it what it shows."""
    _component(
        key=key,
        data={
            "drawing": asdict(drawing),
            "says": says,
            "plotly": plotly_path(),
            "failed": t.text("evidence.no_charts"),
            "language": t.code,
        },
    )


def line(x: Sequence[float], y: Sequence[float | None], colour: str, **more: object) -> Trace:
    """Return a line; where a value is missing it is broken."""
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": list(y),
        "line": {"color": colour, "width": 2},
        "hoverinfo": "skip",
        "showlegend": False,
        **more,
    }


def label(text: str, colour: str = "--quiet", **place: object) -> dict[str, Any]:
    """Return a text in the picture."""
    return {
        "text": text,
        "font": {"color": colour, "size": 12},
        "showarrow": False,
        **place,
    }


def fill(colour: str, pattern: str = "") -> dict[str, Any]:
    """Return how bars are filled: with a colour, and a pattern where colours alone are too few."""
    if not pattern:
        return {"color": colour}
    look = {"shape": pattern, "fgcolor": "--ground", "fillmode": "overlay"}
    return {"color": colour, "pattern": {**look, "size": 5, "solidity": 0.35}}

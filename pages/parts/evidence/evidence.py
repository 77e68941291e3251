"""The component that shows what every threshold would do.

Everything that follows the line happens in the browser. Python says once what was measured; moving
the line asks neither the server nor the database. Where the line comes to rest is told to Python.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import streamlit as st

from pages.parts.evidence.facts import Evidence
from pages.parts.evidence.payload import payload
from pages.parts.evidence.words import TEXTS
from pages.parts.judging.judging import Text, choose_texts, read_parts, read_scripts
from pages.parts.scripts import plotly_path

# The head, the slider and its sticky bar look and work as those of the results do.
_STYLES = (
    "judging/ground.css",
    "results/results.css",
    "results/chart.css",
    "evidence/evidence.css",
    "evidence/charts.css",
    "evidence/tables.css",
)
_SCRIPTS = (
    "results/words.js",
    "results/distribution.js",
    "results/copying.js",
    "evidence/numbers.js",
    "evidence/model.js",
    "evidence/sentences.js",
    "evidence/plotly.js",
    "evidence/traces.js",
    "evidence/charts.js",
    "evidence/tables.js",
    "evidence/advice.js",
    "evidence/showing.js",
    "evidence/evidence.js",
)

_component = st.components.v2.component(
    "likeness_evidence",
    html=read_parts("evidence/evidence.html"),
    css=read_parts(*_STYLES),
    js=read_scripts(*_SCRIPTS),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Where the line is, in whole hundredths; another `moves` tells that Python moved it there.

    `wished` is where doubtful products are to begin. It waits while the line is not above it.
    """

    at: int
    wished: int | None = None
    moves: str = ""

    @property
    def doubtful(self) -> int | None:
        """Where doubtful products begin; None if none are shown."""
        return self.wished if self.wished is not None and self.wished < self.at else None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the component tells: where the line came to rest, and which cell was opened.

    `on_line` hears the scale, the line and where doubtful products are wished to begin, `on_cell`
    the cell, the scale and the line.
    """

    on_line: Callable[[str, int, int | None], None] = field(default=lambda *_: None)
    on_cell: Callable[[str, str, int], None] = field(default=lambda *_: None)


def evidence(
    shown: Evidence,
    *,
    line: Line,
    active: Line | None,
    opened: tuple[str, int] | None,
    language: str,
    texts: Mapping[str, Text],
    key: str,
    heard: Heard,
) -> None:
    """Show the evidence on both sides of a line that moves without the server.

    `line` is where the line stands when the component appears or `line.moves` changes. `active` is
    the threshold in use if it is one on this scale, `opened` the cell whose pictures are shown and
    the line at which it was opened. Raises ValueError for a missing text.
    """

    def rested() -> None:
        at = st.session_state[key].at
        if at:
            heard.on_line(str(at["scale"]), int(at["line"]), _whole(at["wished"]))

    def clicked() -> None:
        cell = st.session_state[key].cell
        if cell:
            heard.on_cell(str(cell["cell"]), str(cell["scale"]), int(cell["line"]))

    _component(
        key=key,
        data={
            "language": language,
            "texts": choose_texts(TEXTS, texts, language),
            "plotly": plotly_path(),
            "line": line.at,
            "wished": line.wished,
            "moves": line.moves,
            "active": active and active.at,
            "active_doubtful": active and active.doubtful,
            "opened": opened and {"cell": opened[0], "line": opened[1]},
            **payload(shown),
            "stamp": f"{shown.stamp} {language}",
        },
        on_at_change=rested,
        on_cell_change=clicked,
    )


def _whole(value: object) -> int | None:
    return int(value) if isinstance(value, int | float) else None

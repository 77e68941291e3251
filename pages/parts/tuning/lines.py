"""Where the line is on each scale, as long as this session lasts."""

from __future__ import annotations

import streamlit as st

from pages.parts.evidence.evidence import Evidence, Line
from search.threshold import Threshold
from search.tuning.scales import Scale

_LINES, _MOVES = "threshold_lines", "threshold_moves"
# With nothing saved and nothing judged: where half the photos are left with so many products.
_A_PAGEFUL = 10


def active_line(active: Threshold, scale: Scale) -> int | None:
    """Return the active threshold in whole hundredths if it is one on this scale."""
    return round(active.value * 100) if active.scale == scale else None


def line_on(scale: Scale, shown: Evidence, active: Threshold) -> Line:
    """Return where the line was left on a scale, or a place to begin with."""
    kept: Line | None = st.session_state.setdefault(_LINES, {}).get(scale)
    if kept is None:
        doubtful = None if active.doubtful is None else round(active.doubtful * 100)
        here = active_line(active, scale)
        if here is None:
            keep_line(scale, _beginning(shown), None)
        else:
            keep_line(scale, here, doubtful)
        kept = st.session_state[_LINES][scale]
    return kept


def keep_line(scale: str, at: int, doubtful: int | None) -> None:
    """Keep where a person brought the line to rest."""
    st.session_state.setdefault(_LINES, {})[Scale(scale)] = Line(at, doubtful, _moves(scale))


def move_line(scale: Scale, at: int, doubtful: int | None) -> None:
    """Bring the line to a place that no hand has brought it to."""
    st.session_state[_MOVES] = st.session_state.get(_MOVES, 0) + 1
    keep_line(scale, at, doubtful)


def _moves(scale: str) -> str:
    return f"{scale} {st.session_state.get(_MOVES, 0)}"


def _beginning(shown: Evidence) -> int:
    advised = shown.judged and shown.judged.advised
    best = advised.advice[0].threshold if advised and advised.advice else None
    if best is not None:
        return best
    _, median, _ = shown.results
    return next((i - 100 for i, count in enumerate(median) if count <= _A_PAGEFUL), 0)

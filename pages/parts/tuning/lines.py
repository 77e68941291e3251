"""Where the line is on each scale, as long as this session lasts."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from pages.parts.evidence.evidence import Line
from pages.parts.evidence.facts import Evidence
from search.threshold import Threshold
from search.tuning.scales import Scale

_LINES, _MOVES, _BEGUN = "threshold_lines", "threshold_moves", "threshold_begun"
# With nothing saved and nothing judged: where half the photos are left with so many products.
_A_PAGEFUL = 10


def active_line(active: Threshold, scale: Scale) -> Line | None:
    """Return the active threshold, with its doubtful line, if it is one on this scale."""
    if active.scale != scale:
        return None
    doubtful = None if active.doubtful is None else round(active.doubtful * 100)
    return Line(round(active.value * 100), doubtful)


def kept_line(scale: Scale) -> Line | None:
    """Return where the line was left on a scale; None where nobody has moved it."""
    kept: Line | None = st.session_state.setdefault(_LINES, {}).get(scale)
    return kept


def line_on(scale: Scale, shown: Evidence, active: Threshold) -> Line:
    """Return where the line was left on a scale, or a place to begin with."""
    kept = kept_line(scale)
    if kept is not None:
        return kept
    here = active_line(active, scale) or Line(_beginning(shown))
    # Named by the place itself: once there is advice, a better beginning moves the line.
    moves = f"{_moves(scale)} {here.at} {here.wished}"
    st.session_state.setdefault(_BEGUN, {})[scale] = moves
    return replace(here, moves=moves)


def keep_line(scale: str, at: int, doubtful: int | None) -> None:
    """Keep where a person brought the line to rest."""
    on = Scale(scale)
    # Under the name it was shown with: the browser need not be told of what it has done itself.
    moves = st.session_state.setdefault(_BEGUN, {}).get(on, _moves(on))
    st.session_state.setdefault(_LINES, {})[on] = Line(at, doubtful, moves)


def move_line(scale: Scale, at: int, doubtful: int | None) -> None:
    """Bring the line to a place that no hand has brought it to."""
    st.session_state[_MOVES] = st.session_state.get(_MOVES, 0) + 1
    st.session_state.setdefault(_BEGUN, {}).pop(scale, None)
    keep_line(scale, at, doubtful)


def _moves(scale: Scale) -> str:
    return f"{scale} {st.session_state.get(_MOVES, 0)}"


def _beginning(shown: Evidence) -> int:
    advised = shown.judged and shown.judged.advised
    best = advised.advice[0].threshold if advised and advised.advice else None
    if best is not None:
        return best
    _, median, _ = shown.results
    return next((i - 100 for i, count in enumerate(median) if count <= _A_PAGEFUL), 0)

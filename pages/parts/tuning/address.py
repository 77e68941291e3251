"""The page's address: a link, or a reload, shows the same."""

from __future__ import annotations

import math
from collections.abc import Sequence

import streamlit as st

from pages.parts.evidence.evidence import Line
from search.thresholds import whole_hundredth


def begin_with(key: str, name: str, options: Sequence[str], otherwise: str) -> None:
    """Take what the address says, once; what is no longer on offer gives way to the default."""
    if st.session_state.get(key) not in options:
        st.session_state[key] = _led_to(name, options, otherwise)


def tell_choice(name: str, chosen: str, options: Sequence[str], otherwise: str) -> None:
    """Put a choice into the address, unless that leads to it as it is.

    What a page writes there is a step for the browser's Back. One that is written as the page opens
    would lead back to the page on which somebody is.
    """
    if _led_to(name, options, otherwise) != chosen:
        st.query_params[name] = chosen


def _led_to(name: str, options: Sequence[str], otherwise: str) -> str:
    asked = st.query_params.get(name)
    return otherwise if asked is None or asked not in options else asked


def asked_number(name: str) -> float | None:
    """Return the number of this name in the address; None where there is none."""
    try:
        asked = float(st.query_params.get(name, ""))
    except ValueError:
        return None
    return asked if math.isfinite(asked) else None


def tell(name: str, text: str | None) -> None:
    """Put a value into the address, or take it out."""
    if text is not None:
        st.query_params[name] = text
    elif name in st.query_params:
        del st.query_params[name]


def asked_line() -> tuple[int, int | None] | None:
    """Return the line in the address and where doubtful products begin, in whole hundredths."""
    line, doubtful = _asked_hundredth("line"), _asked_hundredth("doubtful")
    return None if line is None else (line, doubtful)


def tell_line(line: Line | None) -> None:
    """Put a line into the address; None where nobody has moved it."""
    doubtful = line.doubtful if line else None
    tell("line", f"{line.at / 100:.2f}" if line else None)
    tell("doubtful", None if doubtful is None else f"{doubtful / 100:.2f}")


def _asked_hundredth(name: str) -> int | None:
    asked = asked_number(name)
    whole = None if asked is None else whole_hundredth(asked)
    return None if whole is None else round(whole * 100)

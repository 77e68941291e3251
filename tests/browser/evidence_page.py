"""The page behind evidence_app.py: made-up evidence, varied by the query string.

`case` is judged, sampled (pairs were judged), unmeasured, pending, unjudged, one or estimated (from
a sample of the catalogue); `language` is en or ru; `doubtful` is where doubtful products begin at
the active threshold. What the component tells is written out under it.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import streamlit as st

from pages.parts.evidence.evidence import Heard, Line, evidence
from tests.browser.evidence_data import ACTIVE, LINE, case

TEXTS = Path(__file__).resolve().parents[2] / "pages" / "texts"

st.set_page_config(page_title="Evidence", layout="wide")
language = st.query_params.get("language", "en")
st.title("Evidence")
st.header("What each line does")
told: list[str] = st.session_state.setdefault("told", [])
if st.button("Move to 0.60"):
    st.session_state["moves"] = "again"
doubtful = st.query_params.get("doubtful")


def open_cell(cell: str, scale: str, line: int) -> None:
    """Note which cell was opened, and show it as open."""
    told.append(f"cell {cell} {scale} {line}")
    st.session_state["opened"] = (cell, line)


moved = "moves" in st.session_state
evidence(
    case(st.query_params.get("case", "judged")),
    line=Line(60 if moved else LINE, moves=st.session_state.get("moves", "")),
    active=Line(ACTIVE, int(doubtful) if doubtful else None),
    opened=st.session_state.get("opened"),
    language=language,
    texts=tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))["evidence"],
    key="evidence",
    heard=Heard(
        on_line=lambda scale, line, doubtful: told.append(f"line {scale} {line} {doubtful}"),
        on_cell=open_cell,
    ),
)
with st.container(key="told"):
    st.text("\n".join(told))

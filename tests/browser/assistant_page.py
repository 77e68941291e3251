"""The page behind assistant_app.py: the assistant alone, in the query string's language."""

from __future__ import annotations

import tomllib
from pathlib import Path

import streamlit as st

from pages.parts.assistant.assistant import assistant

TEXTS = Path(__file__).resolve().parents[2] / "pages" / "texts"

st.set_page_config(page_title="Assistant", layout="wide")
language = st.query_params.get("language", "en")
state = st.session_state
st.title("Assistant")
if st.button("Move the line"):
    state.line = 80


def count() -> None:
    """Note that the figures were asked for."""
    state.counted = state.get("counted", 0) + 1


texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
assistant(
    source="searches:20",
    scale=st.query_params.get("scale", "cosine"),
    line=state.get("line", 74),
    complete="complete" in st.query_params,
    language=language,
    texts=texts["assistant"] | texts["judging"],
    key="assistant",
    on_refresh=count,
    reader=st.query_params.get("reader", ""),
)
st.write(f"Counted {state.get('counted', 0)} times")

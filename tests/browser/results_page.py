"""The page behind results_app.py: the made-up search, varied by the query string.

`case` is plain, hostile, broken, empty, one or no-suggestion; `language` is en or ru.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import streamlit as st

from pages.parts.results.results import results
from tests.browser.results_data import SHOWN, SUGGESTION, card, distribution, similarities

TEXTS = Path(__file__).resolve().parents[2] / "pages" / "texts"

st.set_page_config(page_title="Results", layout="wide")
case = st.query_params.get("case", "plain")
language = st.query_params.get("language", "en")
st.title("Results")
search = st.session_state.setdefault("search", 0)
if st.button("Search again"):
    search = st.session_state.search = search + 1

values = similarities(search)
if case == "empty":
    values = []
if case == "one":
    values = values[:1]
results(
    cards=[card(index, value, case) for index, value in enumerate(values[:SHOWN])],
    distribution=distribution(values),
    threshold=0.3,
    suggestion=None if case in ("empty", "one", "no-suggestion") else SUGGESTION,
    language=language,
    texts=tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))["results"],
    key="results",
)

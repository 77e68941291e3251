"""The page behind results_app.py: the made-up search, varied by the query string.

`case` is plain, hostile, same, broken, empty, one, sampled (the catalogue was), uncounted,
no-suggestion, currencies (several) or priceless; `language` is en or ru; `threshold` is default,
anna (0.74), ben (0.60, saved later), doubtful (0.74, doubtful from 0.70) or relative; `kind` is
photo, photos or product, and with `narrowed` filters were set.
With `known` the first two products come with verdicts, with `unjudged` it was a product that was
searched with, with `photoless` there is no picture of what was searched with, with `replaced` each
search has a component of its own. `reader` is who reads, and with `unsigned` it is not said who set
the threshold. `show` is products for a list of products in place of the
results.
"""

from __future__ import annotations

import tomllib
from pathlib import Path

import streamlit as st

from pages.parts.products.products import Heading, products
from pages.parts.results.results import results
from pages.parts.results.said import texts_of
from search.judgement import Verdict
from search.language import Language
from search.subject import Kind
from tests.browser.results_data import (
    MADE_AT,
    SAMPLED,
    SHOWN,
    SUGGESTION,
    card,
    distribution,
    product_card,
    similarities,
    threshold,
)

TEXTS = Path(__file__).resolve().parents[2] / "pages" / "texts"

st.set_page_config(page_title="Results", layout="wide")
case = st.query_params.get("case", "plain")
language = st.query_params.get("language", "en")
st.title("Results")
search = st.session_state.setdefault("search", 0)
active = st.session_state.setdefault("active", st.query_params.get("threshold", "default"))
if st.button("Search again"):
    search = st.session_state.search = search + 1
if st.button("Leave"):
    st.stop()
if st.button("Ben saves 0.60"):
    active = st.session_state.active = "ben"

texts = tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))
heard: list[str] = st.session_state.setdefault("heard", [])
acts = {
    "on_more_like": lambda product: heard.append(f"more like {product}"),
    "on_look": lambda product: heard.append(f"look at {product}"),
}
if heard:
    st.write(f"Heard: {', '.join(heard)}.")
if st.query_params.get("show") == "products":
    products(
        [product_card(index, case) for index in range(12)],
        Heading("12 products for “mug”", ("Among: Drinkware",), MADE_AT),
        language=language,
        texts=texts["products"] | texts["cards"],
        key="products",
        **acts,
    )
    st.stop()
values = similarities(search)
if case == "empty":
    values = []
if case == "one":
    values = values[:1]
if case == "uncounted":
    values = values[:SHOWN]
said = texts_of(
    Kind(st.query_params.get("kind", "photo")),
    Language(language, TEXTS),
    narrowed="narrowed" in st.query_params,
)
opened = results(
    photo=None if "unjudged" in st.query_params else f"{search:064x}",
    picture=None if "photoless" in st.query_params else f"/pictures/{900 + search}",
    cards=[card(index, value, case) for index, value in enumerate(values[:SHOWN])],
    distribution=distribution(values, {"sampled": SAMPLED, "uncounted": 0}.get(case)),
    threshold=threshold(active),
    suggestion=None if case in ("empty", "one", "uncounted", "no-suggestion") else SUGGESTION,
    verdicts={"0": Verdict.MATCH, "1": Verdict.DIFFERENT} if "known" in st.query_params else {},
    language=language,
    texts=said | texts["cards"] | texts["judging"],
    key=f"results{search if 'replaced' in st.query_params else ''}",
    analyst=None,
    reader=st.query_params.get("reader", ""),
    is_signed="unsigned" not in st.query_params,
    made_at=MADE_AT,
    among="Among: Drinkware · up to $5.00" if "narrowed" in st.query_params else "",
    **acts,
)
if opened:
    st.write("The threshold page was asked for.")

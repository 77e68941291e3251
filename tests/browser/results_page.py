"""The page behind results_app.py: a search with known numbers, chosen by the query string.

`case` names what is special about it, `language` is en or ru. Twelve thousand similarities lie as
CLIP's do (mean .52, sd .098); the fifty best are shown.
"""

from __future__ import annotations

import tomllib
from pathlib import Path
from statistics import NormalDist

import streamlit as st

from pages.parts.results.results import Card, Distribution, hundredths, results

TOTAL = 12_907
SHOWN = 50
TEXTS = Path(__file__).resolve().parents[2] / "pages" / "texts"
GOODS = (
    "Mug “Morning”, 330 ml",
    "Backpack “Transit” with a padded pocket for a 15-inch laptop and a hidden zip",
    "Cotton tote bag",
    "Notebook A5, dotted",
    "Power bank 10,000 mAh",
)


def similarities(seed: int) -> list[float]:
    """Make a whole catalogue's similarities, best first, the same each time for one seed."""
    shape = NormalDist(mu=0.52 - 0.01 * seed, sigma=0.075)
    bulk = [shape.inv_cdf((i + 0.5) / TOTAL) for i in range(TOTAL - 11)]
    best = [0.8349 - 0.0085 * i - 0.01 * seed for i in range(11)]
    return best + [min(value, 0.7399) for value in reversed(bulk)]


def distribution(values: list[float]) -> Distribution:
    """Count similarities by hundredths, from -1 to 1."""
    counts = [0] * 201
    for value in values:
        counts[hundredths(value) + 100] += 1
    return Distribution(start=-1.0, step=0.01, counts=counts)


def card(index: int, similarity: float, case: str) -> Card:
    """One made-up product."""
    name = GOODS[index % len(GOODS)]
    picture, link = f"/pictures/{index}", f"https://shop.example/{index}"
    if case == "hostile":
        name = f'<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> {index}'
        link = ("javascript:window.hacked=1", " JaVaScRiPt:alert(1)", "data:text/html,x")[index % 3]
    if case == "broken":
        picture = "/pictures/none"
    return Card(
        rank=index + 1,
        product_id=str(index),
        name=name,
        article=f"LK-{1000 + index}",
        price=None if index % 7 == 6 else f"${4 + index % 9}.50",
        category=None if index % 5 == 4 else "Office",
        similarity=similarity,
        picture=picture,
        link=None if index % 10 == 9 else link,
    )


st.set_page_config(page_title="Results", layout="wide")
case = st.query_params.get("case", "plain")
language = st.query_params.get("language", "en")
st.title("Results")
seed = st.session_state.setdefault("seed", 0)
if st.button("Search again"):
    seed = st.session_state.seed = seed + 1

values = similarities(seed)
if case == "empty":
    values = []
if case == "one":
    values = values[:1]
results(
    cards=[card(index, value, case) for index, value in enumerate(values[:SHOWN])],
    distribution=distribution(values),
    threshold=0.3,
    suggestion=None if case in ("empty", "one", "no-suggestion") else 0.74,
    language=language,
    texts=tomllib.loads((TEXTS / f"{language}.toml").read_text("utf-8"))["results"],
    key="results",
)

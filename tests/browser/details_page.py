"""The page behind details_app.py: a made-up catalogue, varied by the query string.

`product` is the number of the product that the button opens; `case` is found (in a search),
estimated, uncounted, relative, or plain (found by no search); `language` is en or ru; with `photo`
there is one to compare with, and with `cards` the product has a card, as in a list, that is drawn
anew whenever the page runs. What the dialog tells is written out under the button.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import streamlit as st

from pages.parts.details.details import show_details
from pages.parts.texts import FOLDER
from search.engine import SearchEngine
from search.language import language
from search.tuning.scales import Scale
from tests.browser.details_data import distribution, found, look, threshold

_cards = st.components.v2.component(
    "played_cards",
    html="""
    <ul><li class="card" tabindex="0" data-id="1">1</li></ul>
    """,
    js="""
    export default function ({ parentElement, setTriggerValue }) {
      const card = parentElement.querySelector(".card");
      card.onkeydown = ({ key }) => { if (key === "Enter") setTriggerValue("look", 1); };
    }
    """,
)

st.set_page_config(page_title="Details", layout="wide")
asked = st.query_params
case = asked.get("case", "plain")
t = language(asked.get("language", "en"), FOLDER)
first = int(asked.get("product", 1))
told: list[str] = st.session_state.setdefault("told", [])
engine = cast("SearchEngine", SimpleNamespace(looking=SimpleNamespace(look=look)))


def look_at(number: int) -> None:
    """Let another product be shown."""
    told.append(f"look {number}")
    st.session_state["looked"] = number


def close() -> None:
    """Show none any more."""
    told.append("close")
    del st.session_state["looked"]


st.title("Details")
st.button("Look closer", on_click=look_at, args=(first,))
st.button("Run again")
if "cards" in asked:
    runs = st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    _cards(key=f"cards{runs}", on_look_change=lambda: look_at(first))
with st.container(key="told"):
    st.text("\n".join(told))
if "looked" in st.session_state:
    looked: int = st.session_state["looked"]
    scale = Scale.RELATIVE if case == "relative" else Scale.COSINE
    is_found = case != "plain" and looked == first
    show_details(
        engine,
        looked,
        hit=found(looked, scale) if is_found else None,
        distribution=distribution(case) if is_found else None,
        threshold=threshold(scale) if is_found else None,
        photo="api/pictures/7" if "photo" in asked else None,
        t=t,
        on_more_like=lambda number: told.append(f"more like {number}"),
        on_look=look_at,
        on_close=close,
    )

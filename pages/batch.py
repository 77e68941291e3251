"""Several photos in, a row of products for each out."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.batch.asking import ask_photos
from pages.parts.batch.kept import is_lost, kept_batch
from pages.parts.batch.watching import show_batch
from pages.parts.errors import guarded_page
from pages.parts.running import get_engine
from pages.parts.texts import texts
from search.batch import MOST_PHOTOS, Phase
from search.language import Language

_HERE = Path(__file__).parent
_STYLE = _HERE / "parts" / "batch" / "page.css"


def main() -> None:
    """Lay out the page: where photos come in until they are searched with, and how far they are."""
    t = texts()
    with st.spinner(t.text("page.starting"), show_time=True):
        engine = get_engine()
    st.html(_STYLE)
    st.title(t.text("batch.title"), anchor=False)
    batch = kept_batch(engine)
    if is_lost(batch):
        _say_lost(t)
    if batch is None:
        st.markdown(t.text("batch.lead", n=MOST_PHOTOS))
    if batch is None or batch.phase in (Phase.READING, Phase.READY):
        with st.container(key="batch_ask"):
            ask_photos(engine, t)
    if batch is not None:
        show_batch(engine, batch, t)


def _say_lost(t: Language) -> None:
    """Say what became of the set that the address names, and where its searches are."""
    with st.container(key="batch_lost"):
        st.info(t.text("batch.lost"), icon=":material/history:")
        history = _HERE / "history.py"
        st.page_link(history, label=t.text("batch.to_history"), icon=":material/arrow_forward:")


guarded_page(main)

"""The frame around every page: title, menu, language."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from pages.parts.document import listen
from pages.parts.pages_seen import note_page
from pages.parts.texts import choose_language, texts

HERE = Path(__file__).parent

st.set_page_config(page_title="Likeness", page_icon=str(HERE / "parts" / "icon.svg"), layout="wide")
t = texts()
page = st.navigation(
    [
        st.Page(HERE / "search.py", title=t.text("page.search"), url_path="search", default=True),
        st.Page(HERE / "batch.py", title=t.text("page.batch"), url_path="batch"),
        st.Page(HERE / "history.py", title=t.text("page.history"), url_path="history"),
        st.Page(HERE / "threshold.py", title=t.text("page.threshold"), url_path="threshold"),
        st.Page(HERE / "usage.py", title=t.text("page.usage"), url_path="usage"),
        st.Page(HERE / "catalogue.py", title=t.text("page.catalogue"), url_path="catalogue"),
    ],
    position="top",
)
st.logo(str(HERE / "parts" / "logo.svg"), size="large")
st.html(HERE / "parts" / "frame.css")
with st.container(key="frame_head", horizontal=True, vertical_alignment="center"):
    st.html(f"<p class='motto'>{t.text('page.motto')}</p>")
    choose_language()
listen(t)
note_page(page.url_path)
page.run()

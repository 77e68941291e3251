"""Shows whose browser this is, and the button that forgets a search."""

from __future__ import annotations

import streamlit as st

from pages.parts.history.forget import show_forget
from pages.parts.texts import texts
from pages.parts.visitor import visitor

st.text(f"visitor {visitor()}")
show_forget(
    language=texts().code,
    texts=texts().entry("forgetting"),
    key="forget",
    on_forget=lambda: st.session_state.update({"forgotten": True}),
)
if st.session_state.get("forgotten"):
    st.text("forgotten")

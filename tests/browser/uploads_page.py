"""Takes what comes in by an uploader that stays, lets go of it, and says what came."""

from __future__ import annotations

import streamlit as st

from pages.parts.uploads import release, uploads_in


def take() -> None:
    """Take what is there, as the page of searches does."""
    for upload in uploads_in(st.session_state["photo"]):
        st.session_state["taken"] = upload.getvalue().decode()
        st.session_state["times"] = st.session_state.get("times", 0) + 1
        release(upload)


st.file_uploader("Photo", key="photo", on_change=take)
st.button("Again")
st.text(f"taken {st.session_state.get('taken', 'nothing')} {st.session_state.get('times', 0)}")
st.session_state["runs"] = st.session_state.get("runs", 0) + 1
st.text(f"run {st.session_state['runs']}")

"""Where a photo comes in: Streamlit's uploader in the reader's language, and pasting anywhere."""

from __future__ import annotations

import json
from collections.abc import Callable

import streamlit as st

from pages.parts.judging.judging import read_parts
from pages.parts.texts import texts

_page = st.components.v2.component(
    "likeness_page",
    html="<span hidden></span>\n",
    js=read_parts("camera/handing.js", "page.js"),
)


def uploader(*, key: str, megabytes: float, on_change: Callable[[], None]) -> None:
    """Show the uploader. Any file may come: its content decides, and a sentence says no."""
    t = texts()
    # Streamlit's own words are English only: frame.css puts these in their place.
    words = {
        "--upload-choose": t.text("upload.choose"),
        "--upload-limit": t.text("upload.limit", megabytes=megabytes),
    }
    declared = ";".join(
        f"{name}:{json.dumps(said, ensure_ascii=False)}" for name, said in words.items()
    )
    st.html(f"<style>:root{{{declared}}}</style>")
    st.file_uploader(t.text("search.photo"), key=key, on_change=on_change)
    _page(key="page", data={"language": t.code})

"""What concerns the whole document, on every page: its language, and pictures pasted anywhere."""

from __future__ import annotations

import streamlit as st

from pages.parts.judging.judging import read_parts
from search.language import Language

_document = st.components.v2.component(
    "likeness_document",
    html="<span hidden></span>\n",
    js=read_parts("camera/handing.js", "interpreting.js", "document.js"),
)


def listen(t: Language) -> None:
    """Let the document and Streamlit's own words be in a language; let it take what is pasted."""
    _document(key="document", data={"language": t.code, "words": t.entry("streamlit")})

"""What concerns the whole document: its language, its menu, the way to the results, pasting."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from pages.parts.judging.judging import read_parts, read_scripts
from pages.parts.uploader import labels
from search.language import Language

_document = st.components.v2.component(
    "likeness_document",
    # Where there are no products it would lead to the page's content, as Streamlit's own one does.
    html='<a class="skip" href="#stMain"></a>\n',
    css=read_parts("skipping.css"),
    js=read_scripts(
        "camera/handing.js",
        "interpreting.js",
        "labels.js",
        "marking.js",
        "menu.js",
        "skipping.js",
        "steps.js",
        "document.js",
    ),
)


def listen(t: Language, page: str, pages: Sequence[str]) -> None:
    """Let the document and Streamlit's own words be in a language; let it take what is pasted.

    `page` is the one that runs now, one of `pages`, by its part of the address: "" is the first.
    """
    data = {
        "page": page,
        "pages": list(pages),
        "language": t.code,
        "words": t.entry("streamlit"),
        "labels": labels(t),
        "picture": t.text("subject.photo"),
        "toResults": t.text("page.to_results"),
    }
    _document(key="document", data=data)

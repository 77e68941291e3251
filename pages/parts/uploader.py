"""Where photos come in: Streamlit's uploader in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

import streamlit as st


def uploader(
    label: str,
    *,
    choose: str,
    limit: str,
    key: str,
    on_change: Callable[[], None],
    several: Literal[False, True, "directory"] = False,
) -> None:
    """Show the uploader. Any file may come: its content decides, and a sentence says no.

    `choose` is what its button says, `limit` what stands beside that.
    """
    # Streamlit's own words are English only: frame.css puts these in their place.
    words = {"--upload-choose": choose, "--upload-limit": limit}
    declared = ";".join(
        f"{name}:{json.dumps(said, ensure_ascii=False)}" for name, said in words.items()
    )
    st.html(f"<style>:root{{{declared}}}</style>")
    st.file_uploader(label, key=key, on_change=on_change, accept_multiple_files=several)

"""Where photos come in: Streamlit's uploader in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Literal

import streamlit as st

from search.batch import MOST_PHOTOS
from search.language import Language


def labels(t: Language) -> dict[str, str]:
    """Return what uploaders are called, and what is said instead where there is no keyboard.

    Python does not know: labels.js says what holds for the device.
    """
    return {
        t.text(name, n=MOST_PHOTOS): t.text(f"{name}_by_touch", n=MOST_PHOTOS)
        for name in ("search.photo", "batch.photos_in_files")
    }


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

"""Where several photos come in: as files, as a folder, or in a ZIP file."""

from __future__ import annotations

import json
from typing import Literal

import streamlit as st

from pages.parts.batch.kept import add_files, upload_round
from pages.parts.judging.judging import read_parts
from search.batch import MOST_PHOTOS, GivenFile
from search.engine import SearchEngine
from search.language import Language

_page = st.components.v2.component(
    "likeness_batch_page",
    html="<span hidden></span>\n",
    js=read_parts("camera/handing.js", "page.js"),
)

FILES, FOLDER = "files", "folder"
_WAY = "batch_way"


def ask_photos(engine: SearchEngine, t: Language) -> None:
    """Show the uploader, for files or for a folder: browsers have a dialogue for either."""
    way = st.segmented_control(
        t.text("batch.way"),
        (FILES, FOLDER),
        default=FILES,
        format_func=lambda one: t.text(f"batch.{one}"),
        key=_WAY,
        label_visibility="collapsed",
        required=True,
    )
    several: Literal[True, "directory"] = "directory" if way == FOLDER else True
    number = upload_round()
    # A widget with a new key is an empty one: what was taken is gone from it.
    key = f"batch_upload_{way}_{number}"
    _put_words(way, engine.settings.max_upload_mb, t)
    st.file_uploader(
        t.text(f"batch.photos_in_{way}", n=MOST_PHOTOS),
        accept_multiple_files=several,
        key=key,
        on_change=lambda: _take(engine, key, number),
    )


def listen(t: Language) -> None:
    """Let a picture that is pasted anywhere go to the uploader, and the page say its language."""
    _page(key="page", data={"language": t.code})


def _put_words(way: str, megabytes: float, t: Language) -> None:
    """Put the reader's words in the place of Streamlit's, see `pages.parts.uploader`."""
    words = {
        "--upload-choose": t.text(f"batch.choose_{way}"),
        "--upload-limit": t.text("batch.limit", n=MOST_PHOTOS, megabytes=megabytes),
    }
    declared = ";".join(
        f"{name}:{json.dumps(said, ensure_ascii=False)}" for name, said in words.items()
    )
    st.html(f"<style>:root{{{declared}}}</style>")


def _take(engine: SearchEngine, key: str, number: int) -> None:
    uploads = st.session_state.get(key)
    # A browser that is slow to take the uploader away tells of the same files once more.
    if uploads and number == upload_round():
        add_files(engine, [GivenFile(upload.name, upload.getvalue()) for upload in uploads])

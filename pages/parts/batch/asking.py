"""Where several photos come in: as files, as a folder, or in a ZIP file."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from pages.parts.batch.kept import add_files, upload_round
from pages.parts.uploader import uploader
from pages.parts.uploads import release, uploads_in
from search.batch import MOST_PHOTOS, GivenFile
from search.engine import SearchEngine
from search.language import Language

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
    uploader(
        t.text(f"batch.photos_in_{way}", n=MOST_PHOTOS),
        choose=t.text(f"batch.choose_{way}"),
        limit=t.text("batch.limit", n=MOST_PHOTOS, megabytes=engine.settings.max_upload_mb),
        key=key,
        several=several,
        on_change=lambda: _take(engine, key, number),
    )


def _take(engine: SearchEngine, key: str, number: int) -> None:
    uploads = uploads_in(st.session_state.get(key))
    files = [GivenFile(upload.name, upload.getvalue()) for upload in uploads]
    for upload in uploads:
        release(upload)
    # A browser that is slow to take the uploader away tells of the same files once more.
    if files and number == upload_round():
        add_files(engine, files)

"""Uploaded files, let go of once they were taken."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime import scriptrunner
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFileRec
from streamlit.testing.v1 import AppTest
from streamlit.typing import UploadedFile

from pages.parts import uploads


def a_page() -> None:
    """Take what comes in, as a page does, and note what is held of it."""
    import streamlit as st  # noqa: PLC0415 - AppTest runs these lines alone
    from streamlit.runtime.scriptrunner import get_script_run_ctx  # noqa: PLC0415

    from pages.parts.uploads import release, uploads_in  # noqa: PLC0415

    run: Any = get_script_run_ctx()
    state = st.session_state

    def take() -> None:
        state.calls = state.get("calls", 0) + 1
        for upload in uploads_in(state["photo"]):
            state.taken = [*state.get("taken", []), upload.getvalue()]
            release(upload)

    state.returned = st.file_uploader("x", key="photo", on_change=take)
    state.held = len(run.uploaded_file_mgr.file_storage.get(run.session_id, {}))


def test_a_file_that_was_taken_is_not_held_and_the_page_goes_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The browser still shows it, and tells of it at every rerun."""
    page = AppTest.from_function(a_page).run()
    page.file_uploader[0].set_value(("1.jpg", b"first", "image/jpeg")).run()
    assert (page.session_state.taken, page.session_state.held) == ([b"first"], 0)
    # AppTest would upload it anew; a browser does so once.
    monkeypatch.setattr(AppTest, "_register_uploaded_files", lambda *_: None)
    page.run()
    page.run()
    assert not page.exception
    assert page.session_state.returned is None
    assert page.session_state.calls > 1
    assert page.session_state.taken == [b"first"]
    monkeypatch.undo()
    page.file_uploader[0].set_value(("2.jpg", b"second", "image/jpeg")).run()
    assert (page.session_state.taken, page.session_state.held) == ([b"first", b"second"], 0)


def an_upload(name: str) -> UploadedFile:
    """Make up a file as an uploader has it."""
    return UploadedFile(UploadedFileRec(name, name, "image/jpeg", b"x"), FileURLs())


def test_only_files_that_are_there_are_taken() -> None:
    """Whatever an uploader's key has in the session's state."""
    first, second = an_upload("1"), an_upload("2")
    assert uploads.uploads_in(None) == []
    assert uploads.uploads_in(first) == [first]
    assert uploads.uploads_in(DeletedFile("1")) == []
    assert uploads.uploads_in([first, DeletedFile("3"), second]) == [first, second]


@pytest.mark.parametrize(
    "run",
    [
        None,
        SimpleNamespace(session_id="1"),
        SimpleNamespace(session_id="1", uploaded_file_mgr=object()),
        SimpleNamespace(
            session_id="1", uploaded_file_mgr=SimpleNamespace(remove_file=lambda file: file)
        ),
    ],
)
def test_where_streamlit_has_no_way_nothing_breaks(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, run: object
) -> None:
    """As in a version to come: a file is held until its tab is closed, and the log says so."""
    monkeypatch.setattr(scriptrunner, "get_script_run_ctx", lambda: run)
    with caplog.at_level(logging.WARNING, "pages.parts.uploads"):
        uploads.release(an_upload("1"))
    assert ("until its tab is closed" in caplog.text) is (run is not None)


def test_nor_where_it_does_not_say_whose_run_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The same for what is imported."""
    monkeypatch.delattr(scriptrunner, "get_script_run_ctx")
    with caplog.at_level(logging.WARNING, "pages.parts.uploads"):
        uploads.release(an_upload("1"))
    assert "until its tab is closed" in caplog.text

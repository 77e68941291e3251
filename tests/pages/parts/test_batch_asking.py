"""Files that come in for a set of photos."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.proto.Common_pb2 import FileURLs
from streamlit.runtime.uploaded_file_manager import DeletedFile, UploadedFileRec
from streamlit.typing import UploadedFile

from pages.parts.batch import asking
from search.batch import GivenFile


@pytest.mark.parametrize(("number", "taken"), [(1, ["1.jpg"]), (0, [])])
def test_files_are_taken_once(
    monkeypatch: pytest.MonkeyPatch, number: int, taken: list[str]
) -> None:
    """Also where a slow browser tells of them again, after the uploader has become another one."""
    given: list[str] = []
    released: list[UploadedFile] = []
    upload = UploadedFile(UploadedFileRec("1", "1.jpg", "image/jpeg", b"x"), FileURLs())
    played = SimpleNamespace(session_state={"key": [upload, DeletedFile("2")]})

    def add(_: object, files: list[GivenFile]) -> None:
        given.extend(file.name for file in files)

    monkeypatch.setattr(asking, "st", played)
    monkeypatch.setattr(asking, "upload_round", lambda: 1)
    monkeypatch.setattr(asking, "add_files", add)
    monkeypatch.setattr(asking, "release", released.append)
    engine: Any = None
    asking._take(engine, "key", number)
    assert given == taken
    assert released == [upload]

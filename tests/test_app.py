"""What the app says when it starts."""

from __future__ import annotations

import logging
import os
import re
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import requests

import app
from search.engine import Coverage
from search.errors import DatabaseUnavailable, LikenessError, QuotaSpent
from search.space_check import SpaceCheck
from search.vectors import CLIP
from tests.embedded_apps import ROOT

Records = pytest.LogCaptureFixture


def start(monkeypatch: pytest.MonkeyPatch, check: SpaceCheck | LikenessError) -> None:
    """Warm up an engine whose check comes to this."""

    def checked(_: object) -> SpaceCheck:
        if isinstance(check, LikenessError):
            raise check
        return check

    engine: Any = SimpleNamespace(
        encoder=SimpleNamespace(name="Hugging Face"),
        coverage=lambda: Coverage(CLIP, products=3, pictures=4, indexed=2),
        check_space=checked,
    )
    monkeypatch.setattr(app, "get_engine", lambda: engine)
    monkeypatch.setattr("pages.parts.scripts.pack_plotly", lambda: None)
    monkeypatch.setattr("gc.freeze", lambda: None)
    app._warm_up()


def test_being_ready_is_told_in_fields(monkeypatch: pytest.MonkeyPatch, caplog: Records) -> None:
    """A program that reads the log finds every figure under its name."""
    with caplog.at_level(logging.INFO):
        start(monkeypatch, SpaceCheck((0.5, 0.4, 0.6)))
    ready, differs = caplog.records
    assert (ready.getMessage(), ready.levelname) == ("ready", "INFO")
    told = {name: vars(ready)[name] for name in ("encoder", "space", "products", "indexed")}
    assert told == {"encoder": "Hugging Face", "space": str(CLIP), "products": 3, "indexed": 2}
    assert (differs.levelname, vars(differs)["similarity"]) == ("ERROR", 0.5)


@pytest.mark.parametrize(
    ("error", "level"), [(QuotaSpent(), "WARNING"), (DatabaseUnavailable(reason="…"), "ERROR")]
)
def test_a_start_is_no_worse_than_a_search(
    monkeypatch: pytest.MonkeyPatch, caplog: Records, error: LikenessError, level: str
) -> None:
    """What a search would warn of is a warning; without a database nothing can be searched."""
    start(monkeypatch, error)
    [record] = caplog.records
    assert (record.levelname, vars(record)["code"]) == (level, error.code)


def test_what_the_server_logs_names_no_search_no_photo_and_no_link() -> None:
    """Under uvicorn, which writes the address of every request: with it a search can be opened."""
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", "0"]
    nowhere = {"VECTOR_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command,
        cwd=ROOT,
        env=os.environ | nowhere,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout
        running = (re.search(r"running on (http://\S+)", line) for line in server.stdout)
        address = next(found[1] for found in running if found)
        link = f"lk_{'5f0e' * 10}xyz"
        for path in ("?search=5f0e7b5e-0000", f"api/photos/{'5f0e' * 16}", f"usage?demo={link}"):
            requests.get(f"{address}/{path}", timeout=20)
        server.terminate()
        told = server.stdout.read()
    assert "GET /?... HTTP" in told
    assert "GET /api/photos/... HTTP" in told
    assert 'GET /usage?... HTTP/1.1" 503' in told  # nobody can tell whether it is a link
    assert "5f0e" not in told

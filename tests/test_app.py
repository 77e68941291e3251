"""What the app says when it starts."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

import app
from search.engine import Coverage
from search.errors import DatabaseUnavailable, LikenessError, QuotaSpent
from search.space_check import SpaceCheck
from search.vectors import CLIP

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

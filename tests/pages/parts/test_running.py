"""The engine of the process, through trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.parts.running import _Running
from search.errors import SettingError
from search.settings import Settings
from tests.embedded_apps import at_work, data_folder, until


@pytest.fixture
def folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Lend a data folder that the environment names, with nothing else set."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    with data_folder() as folder:
        monkeypatch.setenv("LIKENESS_DATA_DIR", str(folder))
        yield folder


def test_a_database_that_died_is_started_again(folder: Path) -> None:
    """After a kill -9 of our own PostgreSQL whoever asks next gets an engine and all data."""
    running = _Running()
    try:
        engine = running.get()
        products = engine.store.products.count()
        keeper = next(p for p in at_work(folder) if "keeper.py" in " ".join(p.cmdline()))
        keeper.kill()
        until(lambda: not engine.store.is_alive)
        assert running.get().store.products.count() == products
    finally:
        running.stop()


def test_a_wrong_setting_is_told_every_time(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A start that failed is tried again, so that a mended environment works."""
    del folder
    monkeypatch.setenv("ENCODER", "magic")
    running = _Running()
    with pytest.raises(SettingError):
        running.get()
    monkeypatch.setenv("ENCODER", "builtin")
    try:
        assert running.get().store.products.count()[0] > 0
    finally:
        running.stop()

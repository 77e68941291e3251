"""The engine of the process, through trouble."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from pages.parts.running import _Running
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, SettingError
from search.journal import Journal
from search.settings import Settings
from tests.embedded_apps import at_work, data_folder, until
from tests.recorded import a_call


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


def test_what_was_kept_for_an_engine_that_never_came_is_said(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The server died and cannot be started again: the last word is how many records are lost."""

    def refuse(*_: object) -> SearchEngine:
        raise DatabaseUnavailable(reason="it cannot be started again")

    journal = Journal(lambda _: refuse())  # type: ignore[arg-type]  # only raises
    engine = SimpleNamespace(
        store=SimpleNamespace(is_alive=False), journal=journal, close=journal.close
    )
    running = _Running()
    running._engine = engine  # type: ignore[assignment]  # as much of one as is asked for
    monkeypatch.setattr(SearchEngine, "open", refuse)
    for _ in range(7):
        journal.call(a_call())
    for _ in range(2):
        with pytest.raises(DatabaseUnavailable):
            running.get()
    metrics = running.metrics()
    running.stop()
    running.stop()
    assert caplog.text.count("7 records of calls and searches could not be written at the end") == 1
    assert metrics.scraped().get_sample_value("likeness_journal_lost_records_total") == 7


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

"""Pages run by Streamlit's own AppTest on an engine of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import running
from search.encoders import Encoder
from search.encoders.builtin import BuiltinEncoder
from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.pages.played_monitoring import PlayedMonitoring
from tests.pages.usage_page import OpenUsage

ROOT = Path(__file__).parent.parent.parent
Open = Callable[..., AppTest]


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return the settings of a bare environment."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    return Settings.read()


@pytest.fixture
def open_page(store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Open]:
    """Return an opener of pages: the engine stands on the test's database and a given encoder."""
    opened: list[SearchEngine] = []

    def open_(page: str, encoder: Encoder | None = None, language: str = "en") -> AppTest:
        engine = SearchEngine(settings, store, encoder)
        opened.append(engine)
        monkeypatch.setattr(running._running, "_engine", engine)
        test = AppTest.from_file(ROOT / "pages" / f"{page}.py", default_timeout=60)
        test.session_state["language"] = language
        return test

    yield open_
    monkeypatch.undo()
    # They share a database, which the first one closes: no journal must still wait for it then.
    for engine in opened:
        engine.journal.flush(5)
    for engine in opened:
        engine.close()


@pytest.fixture
def usage(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> OpenUsage:
    """Return an opener of the page on a played service."""

    def open_(played: PlayedMonitoring, language: str = "en", **query: str) -> AppTest:
        page = open_page("usage", BuiltinEncoder(), language)
        monkeypatch.setattr(running.get_engine(), "monitoring", played)
        for name, value in query.items():
            page.query_params[name] = value
        page.run()
        assert not page.exception
        return page

    return open_

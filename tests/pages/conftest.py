"""Pages run by Streamlit's own AppTest on an engine of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import found, running
from search.encoders import Encoder
from search.encoders.builtin import BuiltinEncoder
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.fake_huggingface import FakeHuggingFace, pixels_vector
from tests.pages.callers import Door
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
def door(monkeypatch: pytest.MonkeyPatch) -> Door:
    """Have people sign in; nobody is let in until the test says who comes."""
    door = Door()
    door.stand_before(monkeypatch)
    return door


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


@pytest.fixture
def fake() -> FakeHuggingFace:
    """Build a Hugging Face whose vectors come from the pixels; the test enters it."""
    return FakeHuggingFace(embed=pixels_vector)


@pytest.fixture
def encoder(fake: FakeHuggingFace) -> Encoder:
    """Return the HTTP encoder on the fake, impatient."""
    return HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20, sleep=lambda _: None)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Note what the results component is told, each time the page runs."""
    told: list[dict[str, Any]] = []

    def listen(**data: Any) -> bool:  # noqa: ANN401 - whatever the page tells
        told.append(data)
        return False

    monkeypatch.setattr(found, "results", listen)
    return told

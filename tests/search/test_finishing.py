"""Searches that are under way when the engine is to be closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import EncoderError
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import until
from tests.fake_huggingface import FakeHuggingFace, hold

Paint = Callable[..., bytes]


@pytest.fixture
def waiting(store: Store, settings: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine on three products, whose encoder says nothing until it is told to."""
    store.products.add("test", products(unit_vectors(3)))
    fake.otherwise(hold())
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url))
    yield engine
    engine.close()


def test_a_search_that_is_under_way_comes_to_its_end(
    waiting: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """Its encoder goes on answering, and what it found is stored, before anything is closed."""
    photo = waiting.reading.read(picture())
    with ThreadPoolExecutor(2) as pool:
        searching = pool.submit(waiting.search, photo, origin="page")
        until(lambda: fake.count == 1)
        finishing = pool.submit(waiting.finish, 30.0)
        fake.release()
        finishing.result()
        assert searching.done()
    assert waiting.history.reopen(str(searching.result().id)).hits


def test_a_search_without_end_is_given_up(
    waiting: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """However long a model sleeps, whoever closes waits no longer than they said."""
    photo = waiting.reading.read(picture())
    with ThreadPoolExecutor(1) as pool:
        searching = pool.submit(waiting.search, photo, origin="page")
        until(lambda: fake.count == 1)
        waiting.finish(0.05)
        assert not searching.done()
        waiting.close()
        with pytest.raises(EncoderError):
            searching.result()

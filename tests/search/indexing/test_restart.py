"""PostgreSQL stopped and started in the middle: indexing and searching go on by themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing

import pytest

from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.language import language
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace
from tests.fake_huggingface.behaviours import slow
from tests.restarts import OwnServer, Stop, own_server
from tests.search.indexing.conftest import Stock, paint
from tests.search.indexing.test_going_on import IN_FLIGHT, index_command, served
from tests.search.indexing.watching import until


@pytest.fixture(scope="module")
def own() -> Iterator[OwnServer]:
    """Lend a PostgreSQL that may be stopped."""
    with own_server() as server:
        yield server


@pytest.fixture
def store(own: OwnServer) -> Iterator[Store]:
    """Return the tables on it, empty."""
    with closing(Store.on(Database(own.conninfo))) as store:
        with store.database.connection() as connection:
            connection.execute("TRUNCATE likeness.products, likeness.index_runs CASCADE")
        yield store


def test_the_command_outlives_a_restart_and_a_crash(
    own: OwnServer, store: Store, stock: Stock, fake: FakeHuggingFace
) -> None:
    """Stopped orderly once and once as by a crash: it goes on by itself, and each call counts.

    Every picture is stored, and none was encoded twice: what came back while there was no database
    was kept until there was one.
    """
    stock(200)
    fake.otherwise(slow(0.15))
    with index_command(own.conninfo, fake) as process:
        for calls, how in ((3 * IN_FLIGHT, Stop.FAST), (8 * IN_FLIGHT, Stop.IMMEDIATE)):
            until(lambda calls=calls: fake.count >= calls)  # type: ignore[misc]  # no inference there
            own.restart(how)
        assert process.wait(30) == 0
    assert store.embeddings.count(CLIP) == 200
    assert set(served(fake).values()) == {1}
    run = store.index_runs.last(CLIP)
    assert run is not None
    assert (run.done, run.failed, run.stopped_by) == (200, 0, None)


def test_a_search_meets_one_sentence_and_the_next_one_works(
    own: OwnServer,
    stock: Stock,
    fake: FakeHuggingFace,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """While the same engine indexes: in the outage it says so, after it all goes on as before."""
    monkeypatch.setattr("search.store.database.WAIT_SECONDS", 0.5)
    monkeypatch.setattr("search.store.database.LOOK_SECONDS", 0.5)
    stock(120)
    fake.otherwise(slow(0.1))
    store = Store.on(Database(own.conninfo))
    encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=10)
    with closing(SearchEngine(settings, store, encoder)) as engine:
        photo, other = engine.reading.read(paint(60_000)), engine.reading.read(paint(60_001))
        searched = {hashlib.sha256(one.jpeg).hexdigest() for one in (photo, other)}
        engine.indexing.start()
        until(lambda: store.embeddings.count(CLIP) >= 2 * IN_FLIGHT)
        before = engine.search(photo)
        own.stop(Stop.FAST)
        with pytest.raises(DatabaseUnavailable) as refused:
            engine.search(other)
        spoken = language("en").error(refused.value).sentence
        assert spoken.startswith("The database does not answer: ")
        assert "Likeness tries again by itself" in spoken
        assert not store.database.answers()
        own.start()
        until(store.database.answers)
        after = engine.search(photo)
        assert after.remembered
        assert len(after.hits) >= len(before.hits) > 0
        assert engine.indexing.join(20)
        run = store.index_runs.last(CLIP)
        assert run is not None
        assert (run.done, run.failed, run.stopped_by) == (120, 0, None)
        assert store.embeddings.count(CLIP) == 120
    pictures = {body: calls for body, calls in served(fake).items() if body not in searched}
    assert (len(pictures), set(pictures.values())) == (120, {1})


def test_a_pool_looks_for_its_server_every_few_seconds(conninfo: str) -> None:
    """However long the server was away: left to itself, a pool would look ever more seldom."""
    with closing(Database(conninfo)) as database:
        pools = (database._pool, database._patient, database._log)
        assert all(pool.reconnect_timeout <= 10 for pool in pools)

"""Kills, other processes, and a database that goes away: nothing is lost, nothing done twice."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest

from search.engine import SearchEngine
from search.errors import IndexingElsewhere
from search.indexing import Indexed
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace
from tests.fake_huggingface.behaviours import slow
from tests.search.indexing.conftest import OpenEngine, Stock
from tests.search.indexing.test_indexing import quiet
from tests.search.indexing.watching import until

IN_FLIGHT = 16


@contextmanager
def index_command(
    conninfo: str, fake: FakeHuggingFace, **settings: str
) -> Iterator[subprocess.Popen[str]]:
    """Run `python -m search index` in a process of its own."""
    environment = {
        **os.environ,
        "VECTOR_DATABASE_URL": conninfo,
        "ENCODER": "http",
        "ENCODER_URL": fake.model_url,
        "INDEX_CONCURRENCY": str(IN_FLIGHT),
        "LANG": "C.UTF-8",
        **settings,
    }
    process = subprocess.Popen(  # our own program
        [sys.executable, "-m", "search", "index"],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def served(fake: FakeHuggingFace) -> Counter[str]:
    """Count the calls of each picture."""
    return Counter(hashlib.sha256(received.body).hexdigest() for received in fake.received)


def test_a_kill_costs_no_more_than_what_was_in_flight(
    conninfo: str, indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace, store: Store
) -> None:
    """After kill -9 in the middle, the next run goes on at once and asks for nothing it has."""
    stock(140)
    fake.otherwise(slow(0.25))
    with index_command(conninfo, fake) as process:
        until(lambda: fake.count >= 5 * IN_FLIGHT)
        process.send_signal(signal.SIGKILL)
        process.wait()
    kept = store.embeddings.count(CLIP)
    assert kept >= 2 * IN_FLIGHT
    fake.otherwise(slow(0.01))
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (140 - kept, 0)
    assert store.embeddings.count(CLIP) == 140
    calls = served(fake)
    assert len(calls) == 140
    # In flight, and what came back within a quarter of a second: a round of calls, or two where the
    # machine is slow to write.
    assert sum(calls.values()) - 140 <= 3 * IN_FLIGHT
    run = store.index_runs.last(CLIP)
    assert run is not None
    assert run.stopped_by is None


def test_ctrl_c_keeps_everything_that_came_back(
    conninfo: str, stock: Stock, fake: FakeHuggingFace, store: Store
) -> None:
    """The command ends soon, with 130, and every answer of the server is stored."""
    stock(140)
    fake.otherwise(slow(0.25))
    with index_command(conninfo, fake) as process:
        until(lambda: fake.count >= 3 * IN_FLIGHT)
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130
    assert store.embeddings.count(CLIP) == fake.count < 140
    run = store.index_runs.last(CLIP)
    assert run is not None
    assert (run.stopped_by, run.done) == ("person", fake.count)


def test_of_two_one_runs_and_the_other_tells_how_far_it_is(
    open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """The second is refused with who runs; it can stop the first from where it is."""
    stock(400)
    fake.otherwise(slow(0.1))
    first, second = open_engine(), open_engine()
    first.indexing.start()
    until(lambda: second.indexing.current() is not None)
    with pytest.raises(IndexingElsewhere) as refused:
        second.index(quiet)
    assert refused.value.facts["total"] == 400
    assert str(os.getpid()) in str(refused.value.facts["process"])
    second.indexing.stop()
    assert first.indexing.join(10)
    run = second.indexing.last()
    assert run is not None
    assert run.stopped_by == "person"
    assert 0 < run.done < 400
    assert second.coverage().indexed == run.done
    assert second.indexing.current() is None


def test_the_progress_is_told_to_every_process(
    open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """Done, rate and time left are there for others within a beat or two."""
    stock(400)
    fake.otherwise(slow(0.1))
    first, second = open_engine(), open_engine()
    first.indexing.start()

    def going() -> bool:
        run = second.indexing.current()
        return run is not None and run.done > 0

    until(going)
    run = second.indexing.current()
    assert run is not None
    state = Indexed.of(run)
    assert state.rate is not None
    assert state.rate > 10
    assert state.seconds_left is not None
    first.indexing.stop()
    assert first.indexing.join(10)


def test_a_database_that_is_restarted_costs_nothing(
    indexer: SearchEngine,
    stock: Stock,
    fake: FakeHuggingFace,
    store: Store,
    break_connections: Callable[[], int],
) -> None:
    """Every connection is broken in the middle, twice, that of the lock among them."""
    stock(160)
    fake.otherwise(slow(0.1))
    indexer.indexing.start()
    for calls in (40, 90):
        until(lambda calls=calls: fake.count >= calls)  # type: ignore[misc]  # no inference there
        assert break_connections() >= 1
    assert indexer.indexing.join(20)
    assert indexer.indexing.ended() is None
    assert store.embeddings.count(CLIP) == 160
    assert set(served(fake).values()) == {1}


@pytest.fixture
def break_connections(conninfo: str) -> Callable[[], int]:
    """Return what ends every connection to the test's database, as a restart does."""

    def end() -> int:
        with psycopg.connect(conninfo, autocommit=True) as connection:
            rows = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            ).fetchall()
        return len(rows)

    return end

"""What is counted is what was served: with many processes, after a kill, and when told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import ROOT, until
from tests.fake_huggingface import (
    FAULTS,
    Behaviour,
    Exchange,
    FakeHuggingFace,
    hang_up,
    hold,
    page,
    reset,
    reset_midway,
    vector,
)

PROCESSES, SEARCHES = 8, 12
# Records of the last second may be gone after a kill.
MAY_BE_LOST = 1.0
LEAST_OLD = 20

# Becomes so many processes, once all is imported, each with an engine of its own. They search with
# photos of their own and with some that the others search with as well, and say of each search that
# was answered its id, whether its photo was known, and when that was.
PROGRAM = """
import os, sys, time
from concurrent.futures import ThreadPoolExecutor
from PIL import Image
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import EncoderError
from search.photo import Photo
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store

conninfo, url, processes, searches = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
children = []
for own in range(1, processes):
    if (child := os.fork()) == 0:
        break
    children.append(child)
else:
    own = 0
encoder = HttpEncoder(url, sleep=lambda _: time.sleep(0.001))
engine = SearchEngine(Settings(), Store.on(Database(conninfo)), encoder)

def search(number):
    whose = own if number % 4 else 255
    photo = Photo(Image.new("RGB", (64, 64), (whose, number % 256, number // 256)))
    try:
        found = engine.search(photo, origin="command")
    except EncoderError as error:
        return
    os.write(1, f"{found.id} {found.remembered} {time.time()}\\n".encode())

with ThreadPoolExecutor(2) as people:
    list(people.map(search, range(searches)))
engine.close()
if own == 0:
    sys.exit(sum(os.waitpid(child, 0)[1] for child in children))
"""


@contextmanager
def running(*command: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    """Run a program of our own; it is gone afterwards, whatever the test found."""
    with subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, *command],
        cwd=ROOT,
        env=os.environ | environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def answers(process: subprocess.Popen[str]) -> Iterator[tuple[UUID, bool, float]]:
    """Yield what was answered: the search's id, whether its photo was known, and when."""
    assert process.stdout
    for line in process.stdout:
        number, known, at = line.split()
        yield UUID(number), known == "True", float(at)


class Served:
    """Answers in every way in turn, and counts which."""

    def __init__(self) -> None:
        good = {"200": vector()}
        broken: dict[str, Behaviour] = {
            "reset": reset,
            "midway": reset_midway,
            "hang up": hang_up,
            "200 page": page(200, "Sign in"),
        }
        names = ("internal", "retry_after", "loading", "credentials", "schema", "bad_gateway")
        kinds = broken | {name: FAULTS[name] for name in names}
        # A success between any two faults keeps every breaker closed.
        self._turns = cycle([one for kind in kinds.items() for one in (*good.items(), kind)])
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        """Answer."""
        with self._lock:
            name, behave = next(self._turns)
            self.counts[name] += 1
        behave(exchange)

    def statuses(self) -> dict[int | None, int]:
        """Return how often each status was sent; None is an answer that broke off."""
        known = {
            "200": 200,
            "200 page": 200,
            "internal": 500,
            "retry_after": 429,
            "loading": 503,
            "credentials": 401,
            "schema": 422,
            "bad_gateway": 502,
        }
        sent: Counter[int | None] = Counter()
        for name, count in self.counts.items():
            sent[known.get(name)] += count
        return dict(sent)


def rows(store: Store, query: str) -> list[tuple[Any, ...]]:
    """Return what the database says."""
    with store.database.connection() as connection:
        return list(connection.execute(query.encode()).fetchall())


def backends(store: Store) -> int:
    """Return how many connections there are to the test's database."""
    query = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
    [(count,)] = rows(store, query)
    return int(count)


@pytest.fixture
def stocked(store: Store) -> Store:
    """Return a store whose few products can be searched."""
    store.products.add("test", products(unit_vectors(5)))
    return store


def test_eight_processes_count_exactly_what_was_served(
    stocked: Store, conninfo: str, fake: FakeHuggingFace
) -> None:
    """Whatever was answered, broken off or refused: each request is one row, with its status."""
    served = Served()
    fake.otherwise(served)
    with running("-c", PROGRAM, conninfo, fake.model_url, str(PROCESSES), str(SEARCHES)) as apps:
        answered = list(answers(apps))
        assert apps.wait(60) == 0
    counted = rows(
        stocked, "SELECT status, count(*) FROM likeness.calls WHERE reached GROUP BY status"
    )
    assert dict(counted) == served.statuses()
    assert sum(served.counts.values()) == fake.count > PROCESSES * SEARCHES / 2
    ((remembered,),) = rows(
        stocked, "SELECT count(*) FROM likeness.calls WHERE outcome = 'remembered'"
    )
    assert remembered == sum(known for _, known, _ in answered) > 0
    logged = dict(
        rows(stocked, "SELECT outcome = 'ok', count(*) FROM likeness.search_log GROUP BY 1")
    )
    assert logged[True] == len(answered)
    assert sum(logged.values()) == PROCESSES * SEARCHES
    ids = {number for number, _, _ in answered}
    assert ids == {row[0] for row in rows(stocked, "SELECT id FROM likeness.searches")}


def test_a_kill_costs_no_search_and_at_most_a_second_of_records(
    stocked: Store, conninfo: str, fake: FakeHuggingFace
) -> None:
    """What was answered is stored for good; what is older than a second is on record."""
    answered: list[tuple[UUID, bool, float]] = []
    before = backends(stocked)
    with running("-c", PROGRAM, conninfo, fake.model_url, "1", "100000") as app:
        for line in answers(app):
            answered.append(line)
            # So that a good number of them must not be lost.
            if line[2] - answered[: LEAST_OLD + 1][-1][2] > MAY_BE_LOST:
                break
        app.kill()
        killed = time.time()
        answered += answers(app)
    # What the app had sent by then is written all the same, and may still be under way.
    until(lambda: backends(stocked) <= before)
    stored = {row[0] for row in rows(stocked, "SELECT id FROM likeness.searches")}
    assert {number for number, _, _ in answered} <= stored
    old = {number for number, _, at in answered if at < killed - MAY_BE_LOST}
    assert len(old) >= LEAST_OLD
    logged = {row[0] for row in rows(stocked, "SELECT id FROM likeness.search_log")}
    assert old <= logged
    called = {row[0] for row in rows(stocked, "SELECT search_id FROM likeness.calls")}
    assert old <= called


def test_an_app_that_is_told_to_stop_writes_everything_first(
    store: Store, conninfo: str, fake: FakeHuggingFace, picture: Callable[..., bytes]
) -> None:
    """SIGTERM in the middle of the start's three calls: each that the server saw is a row."""
    store.products.add(
        "test", [replace(made, picture=picture()) for made in products(unit_vectors(3))]
    )
    settings = {"VECTOR_DATABASE_URL": conninfo, "ENCODER_URL": fake.model_url}
    with running("-m", "uvicorn", "app:app", "--port", "0", **settings) as app:
        until(lambda: fake.count >= 2)
        app.send_signal(signal.SIGTERM)
        app.wait(30)
    found = rows(store, "SELECT count(*) FROM likeness.calls WHERE reached AND purpose = 'check'")
    assert found == [(fake.count,)]


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_command_that_is_stopped_records_the_call_that_it_was_in(
    told: signal.Signals,
    code: int,
    *,
    stocked: Store,
    conninfo: str,
    fake: FakeHuggingFace,
    picture: Callable[..., bytes],
    tmp_path: Path,
) -> None:
    """The server has the request: it is a row, though the command ends at once."""
    fake.otherwise(hold())
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    settings = {"VECTOR_DATABASE_URL": conninfo, "ENCODER_URL": fake.model_url}
    with running("-m", "search", "search", str(photo), **settings) as command:
        until(lambda: fake.count == 1)
        command.send_signal(told)
        assert command.wait(30) == code
    found = rows(stocked, "SELECT outcome, reached, detail FROM likeness.calls")
    assert found == [("encoder_unreachable", True, "@reasons.network_closed")]

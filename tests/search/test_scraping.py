"""What Prometheus gets from /metrics, whatever else works."""

from __future__ import annotations

import re
import struct
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import requests
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text
from prometheus_client.registry import Collector

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, EncoderError
from search.metrics import Metrics
from search.scraping import Scraping
from search.settings import Settings
from search.store.store import Store
from search.web import SCRAPES_AT_ONCE
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import until
from tests.fake_huggingface import FAULTS, FakeHuggingFace, VirtualClock
from tests.serving import serving

ROOT = Path(__file__).parents[2]
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
NO_VERSION = "application/openmetrics-text; version=abc"
Paint = Callable[..., bytes]
Samples = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def metrics() -> Metrics:
    """Return metrics that have counted nothing."""
    return Metrics()


@pytest.fixture
def http_engine(
    store: Store, settings: Settings, fake: FakeHuggingFace, metrics: Metrics
) -> Iterator[SearchEngine]:
    """Return an engine with five products that asks the fake server, and is counted."""
    store.products.add("test", products(unit_vectors(5)))
    clock = VirtualClock()
    encoder = HttpEncoder(fake.model_url, clock=clock, sleep=clock.sleep)
    engine = SearchEngine(settings, store, encoder, observers=[metrics])
    yield engine
    engine.close()


def samples(text: str) -> Samples:
    """Read an answer in Prometheus's own format."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in parse_text(text)
        for sample in family.samples
    }


def value(found: Samples, name: str, **labels: str) -> float | None:
    """Return a sample; None where there is none."""
    return found.get((f"likeness_{name}", frozenset(labels.items())))


@contextmanager
def scraped(scraping: Scraping, engine: SearchEngine) -> Iterator[Callable[..., requests.Response]]:
    """Serve /metrics and yield what asks for it."""
    with serving(lambda: engine, scraping) as address, requests.Session() as session:
        yield lambda **headers: session.get(f"{address}/metrics", headers=headers, timeout=20)


def test_what_is_served_is_what_was_recorded(
    http_engine: SearchEngine, fake: FakeHuggingFace, metrics: Metrics, picture: Paint
) -> None:
    """Every figure agrees with the server that was asked and with the rows in the database."""
    fake.script(FAULTS["internal"], FAULTS["loading"])
    photo = http_engine.reading.read(picture("blue"))
    http_engine.search(photo)
    http_engine.search(photo)
    fake.script(FAULTS["credentials"])
    with suppress(EncoderError):
        http_engine.search(http_engine.reading.read(picture("green")), origin="api")
    assert http_engine.journal.flush(20)
    with scraped(Scraping(metrics, lambda: http_engine), http_engine) as get:
        found = samples(get().text)
    calls = {
        ("encoder_failed", "5xx"): 1,
        ("model_waking", "5xx"): 1,
        ("ok", "2xx"): 1,
        ("token_refused", "4xx"): 1,
    }
    assert sum(calls.values()) == fake.count
    for (outcome, status), count in calls.items():
        labels = {"purpose": "search", "outcome": outcome, "status": status}
        assert value(found, "encoder_calls_total", **labels) == count
    assert value(found, "encoder_retries_total") == 2
    assert value(found, "cache_hits_total", purpose="search") == 1
    assert value(found, "searches_total", origin="page", outcome="ok") == 2
    assert value(found, "searches_total", origin="api", outcome="token_refused") == 1
    assert value(found, "encoder_cold_start_seconds_count") == 1
    assert value(found, "quota_used_calls", period="month") == fake.count
    assert value(found, "quota_left_calls", period="day") == 1000 - fake.count
    assert value(found, "quota_limit_calls", period="month") == 30_000
    assert value(found, "encoder_state", state="refusing") == 1
    assert value(found, "database_up") == value(found, "engine_up") == 1
    quota = http_engine.monitoring.quota()
    assert quota.forecast is not None
    assert value(found, "quota_forecast_calls") == pytest.approx(quota.forecast.total, rel=0.01)
    resets = value(found, "quota_reset_timestamp_seconds", period="day")
    assert resets == quota.day.resets_at.timestamp()


def test_a_period_without_a_limit_has_none_left(
    store: Store, monkeypatch: pytest.MonkeyPatch, fake: FakeHuggingFace, metrics: Metrics
) -> None:
    """No gauge stands at a made-up number."""
    monkeypatch.setenv("MONTHLY_CALLS", "0")
    engine = SearchEngine(Settings.read(), store, HttpEncoder(fake.model_url))
    found = samples(Scraping(metrics, lambda: engine).answer("")[0].decode())
    assert value(found, "quota_used_calls", period="month") == 0
    assert value(found, "quota_left_calls", period="month") is None
    assert value(found, "quota_limit_calls", period="month") is None
    assert value(found, "quota_left_calls", period="day") == 1000
    engine.close()


def test_an_encoder_in_this_process_has_no_quota(engine: SearchEngine, metrics: Metrics) -> None:
    """Nothing is counted against anybody's limit."""
    text = Scraping(metrics, lambda: engine).answer("")[0].decode()
    assert "likeness_quota" not in text
    assert 'likeness_encoder_info{host="",name="pixels",' in text


@pytest.mark.parametrize(
    "accept", ["", "text/plain;version=0.0.4", OPENMETRICS, "image/png", NO_VERSION]
)
def test_the_format_is_what_was_asked_for(
    accept: str, engine: SearchEngine, metrics: Metrics
) -> None:
    """OpenMetrics or the older text; both are read by the library's own parsers."""
    with scraped(Scraping(metrics, lambda: engine), engine) as get:
        answer = get(Accept=accept)
    assert answer.status_code == 200
    is_open = accept == OPENMETRICS
    assert answer.headers["content-type"].startswith(
        "application/openmetrics-text" if is_open else "text/plain; version=0.0.4"
    )
    parse = parse_openmetrics if is_open else parse_text
    names = {family.name for family in parse(answer.text)}
    assert "likeness_search_seconds" in names
    assert answer.headers["cache-control"] == "no-store"


def test_an_engine_that_cannot_be_opened_is_said(engine: SearchEngine, metrics: Metrics) -> None:
    """Monitoring is needed most when nothing else works."""

    def away() -> SearchEngine:
        raise DatabaseUnavailable(reason="gone")

    with scraped(Scraping(metrics, away), engine) as get:
        answer = get()
    found = samples(answer.text)
    assert answer.status_code == 200
    assert value(found, "engine_up") == value(found, "database_up") == 0
    assert value(found, "encoder_retries_total") == 0


def test_a_database_that_is_away_is_said(
    http_engine: SearchEngine, metrics: Metrics, picture: Paint
) -> None:
    """What was counted is told, what would have to be read is left out."""
    http_engine.search(http_engine.reading.read(picture()))
    assert http_engine.journal.flush(20)
    http_engine.store.database.close()
    found = samples(Scraping(metrics, lambda: http_engine).answer("")[0].decode())
    assert (value(found, "engine_up"), value(found, "database_up")) == (1, 0)
    assert value(found, "searches_total", origin="page", outcome="ok") == 1
    assert value(found, "quota_used_calls", period="month") is None


def test_a_database_that_hangs_is_not_waited_for(engine: SearchEngine, metrics: Metrics) -> None:
    """One thread waits for it, however often Prometheus comes; what it brings is told then."""
    asked: list[None] = []
    go_on = threading.Event()

    def slow() -> SearchEngine:
        asked.append(None)
        assert go_on.wait(20)
        return engine

    scraping = Scraping(metrics, slow, patience=0.01)
    for _ in range(3):
        found = samples(scraping.answer("")[0].decode())
        assert value(found, "engine_up") == 0
    assert len(asked) == 1
    go_on.set()

    def is_told() -> bool:
        return value(samples(scraping.answer("")[0].decode()), "engine_up") == 1

    until(is_told)
    assert len(asked) == 1


def test_a_log_that_hangs_leaves_the_last_figures_and_their_age(
    http_engine: SearchEngine, metrics: Metrics, picture: Paint, conninfo: str
) -> None:
    """Engine and database are up all the same, and whoever comes next does not wait again."""
    http_engine.search(http_engine.reading.read(picture()))
    assert http_engine.journal.flush(20)
    clock = VirtualClock()
    scraping = Scraping(metrics, lambda: http_engine, kept=5.0, patience=20, clock=clock)
    assert value(samples(scraping.answer("")[0].decode()), "figures_age_seconds") == 0
    with psycopg.connect(conninfo) as locking:
        locking.execute("LOCK TABLE likeness.calls, likeness.call_counts")
        clock.sleep(15.0)
        reading = threading.Thread(target=scraping.answer, args=("",))
        reading.start()
        until(lambda: is_waiting(http_engine.store))
        clock.sleep(20.0)
        found = samples(scraping.answer("")[0].decode())
        locking.rollback()
    reading.join(20)
    assert value(found, "engine_up") == value(found, "database_up") == 1
    assert value(found, "quota_used_calls", period="month") == 1
    assert value(found, "figures_age_seconds") == 35
    assert value(samples(scraping.answer("")[0].decode()), "figures_age_seconds") == 0


def test_records_that_cannot_be_written_keep_no_scrape_waiting(
    http_engine: SearchEngine, metrics: Metrics, picture: Paint, conninfo: str
) -> None:
    """What is read is what is written by then; nobody has it written first."""
    with psycopg.connect(conninfo) as locking:
        locking.execute("LOCK TABLE likeness.calls IN EXCLUSIVE MODE")
        http_engine.search(http_engine.reading.read(picture()))
        until(lambda: is_waiting(http_engine.store))
        found = samples(Scraping(metrics, lambda: http_engine).answer("")[0].decode())
        locking.rollback()
    assert value(found, "engine_up") == value(found, "database_up") == 1
    assert value(found, "quota_used_calls", period="month") == 0


def is_waiting(store: Store) -> bool:
    """Tell whether anybody waits for a lock."""
    with store.database.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        ).fetchone()
    return row != (0,)


def test_the_database_is_asked_once_in_a_while(engine: SearchEngine, metrics: Metrics) -> None:
    """Scraping as fast as one can is no way to keep it busy."""
    asked: list[None] = []
    clock = VirtualClock()

    def counted() -> SearchEngine:
        asked.append(None)
        return engine

    scraping = Scraping(metrics, counted, kept=5.0, patience=20, clock=clock)
    for _ in range(10):
        scraping.answer("")
    assert len(asked) == 1
    clock.sleep(5.0)
    scraping.answer("")
    assert len(asked) == 2


class Hanging(Scraping):
    """Answers when it is told to, and knows how many wait for it."""

    def __init__(self, metrics: Metrics, engine: SearchEngine) -> None:
        super().__init__(metrics, lambda: engine)
        self.go_on = threading.Event()
        self.begun = threading.Semaphore(0)
        self.waiting: list[None] = []
        self.most = 0

    def answer(self, accept: str) -> tuple[bytes, str]:
        """Hang, then answer."""
        self.waiting.append(None)
        self.most = max(self.most, len(self.waiting))
        self.begun.release()
        assert self.go_on.wait(20)
        self.waiting.pop()
        return super().answer(accept)


def test_scrapes_that_hang_leave_threads_to_the_other_routes(
    engine: SearchEngine, metrics: Metrics
) -> None:
    """A monitoring that asks like mad takes no picture off a page."""
    scraping, asking = Hanging(metrics, engine), 3 * SCRAPES_AT_ONCE
    with scraped(scraping, engine) as get, ThreadPoolExecutor(asking) as scrapes:
        asked = [scrapes.submit(get) for _ in range(asking)]
        assert all(scraping.begun.acquire(timeout=20) for _ in range(SCRAPES_AT_ONCE))
        assert not scraping.begun.acquire(timeout=0.2)
        scraping.go_on.set()
        assert {one.result().status_code for one in asked} == {200}
    assert scraping.most == SCRAPES_AT_ONCE


class Cut(Metrics):
    """The files of other processes were cut short by a kill."""

    def scraped(
        self, others: Iterable[Collector] = (), *, alone: bool = False
    ) -> CollectorRegistry:
        """Fail, unless they are left out."""
        if not alone:
            raise struct.error
        return super().scraped(others, alone=alone)


def test_files_of_others_that_cannot_be_read_cost_only_what_they_hold(engine: SearchEngine) -> None:
    """This process tells what it counted, and whether it works."""
    metrics = Cut()
    metrics.on_lost(3)
    found = samples(Scraping(metrics, lambda: engine).answer("")[0].decode())
    assert value(found, "journal_lost_records_total") == 3
    assert value(found, "engine_up") == 1


def test_the_documentation_lists_every_metric(
    http_engine: SearchEngine, metrics: Metrics, picture: Paint
) -> None:
    """Whoever writes an alert finds its name, and none that is gone."""
    http_engine.search(http_engine.reading.read(picture()))
    assert http_engine.journal.flush(20)
    text = Scraping(metrics, lambda: http_engine).answer("")[0].decode()
    served = set(re.findall(r"^# TYPE (likeness_\w+) ", text, re.MULTILINE))
    served = {name for name in served if not name.endswith("_created")}
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    assert set(re.findall(r"^\| `(likeness_\w+)", page, re.MULTILINE)) == served


def test_the_program_knows_its_version(engine: SearchEngine, metrics: Metrics) -> None:
    """It is the package's own."""
    version = re.search(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    text = Scraping(metrics, lambda: engine).answer("")[0].decode()
    assert f'version="{version[1]}"' in text

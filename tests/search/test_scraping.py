"""What Prometheus gets from /metrics, whatever else works."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as parse_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as parse_text

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, EncoderError
from search.metrics import Metrics
from search.scraping import Scraping
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import until
from tests.fake_huggingface import FAULTS, FakeHuggingFace, VirtualClock
from tests.serving import serving

ROOT = Path(__file__).parents[2]
OPENMETRICS = "application/openmetrics-text;version=1.0.0"
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
    photo = http_engine.read(picture("blue"))
    http_engine.search(photo)
    http_engine.search(photo)
    fake.script(FAULTS["credentials"])
    with suppress(EncoderError):
        http_engine.search(http_engine.read(picture("green")), origin="api")
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


@pytest.mark.parametrize("accept", ["", "text/plain;version=0.0.4", OPENMETRICS, "image/png"])
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
    http_engine.search(http_engine.read(picture()))
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


def test_the_documentation_lists_every_metric(
    http_engine: SearchEngine, metrics: Metrics, picture: Paint
) -> None:
    """Whoever writes an alert finds its name, and none that is gone."""
    http_engine.search(http_engine.read(picture()))
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

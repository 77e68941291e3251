"""The token and the database's password are in no log line, metric, row, or error."""

from __future__ import annotations

import io
import logging
import traceback
from collections.abc import Callable, Iterator
from http import HTTPStatus
from typing import Self

import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from search.encoders.http import http_encoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, EncoderError, LikenessError
from search.logs import formatter
from search.metrics import Metrics
from search.scraping import Scraping
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import (
    FAULTS,
    TOKEN,
    Behaviour,
    Exchange,
    FakeHuggingFace,
    VirtualClock,
    page,
    pixels_vector,
    redirect,
    reset,
    text,
)

Paint = Callable[..., bytes]
# Longer than the breaker's pause.
A_MINUTE = 60.0


def echo(code: int) -> Behaviour:
    """Answer with the Authorization header wherever an answer has room for a text."""

    def behave(exchange: Exchange) -> None:
        header = exchange.received.headers["Authorization"]
        body = f'{{"error": "not {header}", "headers": ["{header}", "{TOKEN}"]}}'.encode()
        names = {"Content-Type": "application/json", "x-request-id": f"req {header}"}
        head = exchange.head(code, names, len(body))
        phrase = HTTPStatus(code).phrase.encode()
        exchange.send(head.replace(phrase, b"Because of " + header.encode(), 1) + body)

    return behave


LEAKS: dict[str, Behaviour] = {
    **FAULTS,
    **{f"echo {code}": echo(code) for code in (200, 400, 401, 403, 404, 422, 429, 500, 503)},
    "page": page(401, f"Token {TOKEN} is wrong"),
    "redirect": redirect(302, f"https://elsewhere.test/?api_key={TOKEN}"),
    "reset": reset,
    "not gzip": text(TOKEN, {"Content-Encoding": "gzip"}),
}


class Logged:
    """What all loggers say at DEBUG, in both formats."""

    def __init__(self, settings: Settings) -> None:
        self.streams = {form: io.StringIO() for form in ("readable", "json")}
        self._handlers: list[logging.Handler] = []
        for form in ("readable", "json"):
            handler = logging.StreamHandler(self.streams[form])
            handler.setFormatter(
                formatter("json" if form == "json" else "readable", settings.secrets)
            )
            self._handlers.append(handler)

    def __enter__(self) -> Self:
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        for handler in self._handlers:
            root.addHandler(handler)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.setLevel(self._level)
        for handler in self._handlers:
            root.removeHandler(handler)


@pytest.fixture
def fake(clock: VirtualClock) -> Iterator[FakeHuggingFace]:
    """Run a server that wants the token, on the virtual clock."""
    with FakeHuggingFace(token=TOKEN, embed=pixels_vector, clock=clock) as server:
        yield server


@pytest.fixture
def clock() -> VirtualClock:
    """Time that passes only when the encoder sleeps."""
    return VirtualClock()


@pytest.fixture
def secret_settings(
    monkeypatch: pytest.MonkeyPatch, settings: Settings, conninfo: str, fake: FakeHuggingFace
) -> Settings:
    """Return settings with a token and a database that has a password."""
    assert not settings.secrets
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", TOKEN)
    monkeypatch.setenv("ENCODER_URL", fake.model_url)
    monkeypatch.setenv("VECTOR_DATABASE_URL", conninfo)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return Settings.read()


def test_no_fault_shows_a_secret(
    secret_settings: Settings,
    store: Store,
    fake: FakeHuggingFace,
    clock: VirtualClock,
    picture: Paint,
) -> None:
    """Not in any fault, though all is logged, measured, recorded, and the server says it all."""
    assert secret_settings.database
    password = str(conninfo_to_dict(secret_settings.database)["password"])
    assert len(password) > 8
    store.products.add("test", products(unit_vectors(5)))
    encoder = http_encoder(secret_settings)
    encoder._clock = encoder._breaker._clock = clock
    encoder._sleep = clock.sleep
    metrics = Metrics()
    engine = SearchEngine(secret_settings, store, encoder, observers=[metrics])
    told: dict[str, str] = {}
    with Logged(secret_settings) as logged:
        for number, (name, behave) in enumerate(LEAKS.items()):
            fake.otherwise(behave)
            told[f"error of {name}"] = failed(engine, picture((number, 99, 0)), EncoderError)
            clock.sleep(A_MINUTE)
        assert engine.journal.flush(10)
        told["rows"] = "\n".join(dumped(store))
        scraping = Scraping(metrics, lambda: engine, patience=20)
        told["metrics"] = scraping.answer("")[0].decode()
        told["openmetrics"] = scraping.answer("application/openmetrics-text")[0].decode()
        store.database.close()
        told["error without a database"] = failed(engine, picture("blue"), DatabaseUnavailable)
        engine.journal.close(0.5)  # there is no database to wait for
        engine.close()
    told |= {form: stream.getvalue() for form, stream in logged.streams.items()}
    sent = {received.headers["Authorization"] for received in fake.received}
    assert sent == {f"Bearer {TOKEN}"}
    assert_it_would_be_seen(told)
    for where, what in told.items():
        assert TOKEN.lower() not in what.lower(), where
        assert password not in what, where


def assert_it_would_be_seen(told: dict[str, str]) -> None:
    """Check that what was looked through is there: attempts, searches, details, kinds of error."""
    assert "[hidden]" in told["rows"]
    assert "token_refused" in told["rows"]
    assert 'kind="token_refused"} 0.0' not in told["metrics"]
    for form in ("readable", "json"):
        lines = told[form].splitlines()
        assert sum("search_id" in line and "token_refused" in line for line in lines) >= 3
        assert any("urllib3" in line for line in lines)


def failed(engine: SearchEngine, photo: bytes, kind: type[LikenessError]) -> str:
    """Search, and return the error as it could be printed, with the variables on its way."""
    with pytest.raises(kind) as caught:
        engine.search(engine.reading.read(photo))
    error = caught.value
    frames = error.__traceback__.tb_next if error.__traceback__ else None  # the first is ours
    report = traceback.TracebackException(type(error), error, frames, capture_locals=True)
    return f"{error} {error!r} {error.facts} {''.join(report.format())}"


def dumped(store: Store) -> Iterator[str]:
    """Yield every row of every table, as text."""
    with store.database.connection() as connection:
        tables = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'likeness'"
        ).fetchall()
        for (table,) in tables:
            every = sql.SQL("SELECT row_::text FROM {} AS row_").format(
                sql.Identifier("likeness", table)
            )
            yield from (str(row[0]) for row in connection.execute(every).fetchall())

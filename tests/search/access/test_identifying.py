"""Who somebody is while the database is slow or away, and what that costs others."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from starlette.middleware import Middleware

from search.access.demo_link import DEMO_COOKIE
from search.access.gate import Gate
from search.access.identifying import LOOKS_AT_ONCE, REMEMBERED_SECONDS, Identifying
from search.access.roles import Role
from search.api_keys import Keys
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.metrics import Metrics
from search.scraping import Scraping
from tests.fake_huggingface import VirtualClock
from tests.search.access.gates import COOKIE, ON, claims_of, gate
from tests.search.api.conftest import is_failure
from tests.serving import serving

KEY = f"lk_{'x' * 43}"


class Away:
    """Keys whose database can be sent away, and brought back."""

    def __init__(self, keys: Keys) -> None:
        self.keys = keys
        self.is_away = False

    def __call__(self) -> Keys:
        """Return the keys; raise while the database is away."""
        if self.is_away:
            raise DatabaseUnavailable(reason="gone")
        return self.keys


@pytest.fixture
def away(engine: SearchEngine) -> Away:
    """Return the engine's keys, with their database at hand."""
    return Away(engine.keys)


@pytest.fixture
def clock() -> VirtualClock:
    """Return a clock that stands still unless it is moved."""
    return VirtualClock()


@pytest.fixture
def address(engine: SearchEngine, away: Away, clock: VirtualClock) -> Iterator[str]:
    """Serve the routes behind a gate."""
    identifying = Identifying(lambda: ON, claims_of, away, clock=clock)
    before = Middleware(Gate, access=lambda: ON, identifying=identifying)
    scraping = Scraping(Metrics(), lambda: engine, kept=0, patience=10)
    with serving(lambda: engine, scraping, [before]) as address:
        yield address


def ask(address: str, path: str, key: str = "", **cookies: str) -> requests.Response:
    """Send a request with a key, or with cookies."""
    headers = {"X-API-Key": key} if key else {}
    return requests.get(f"{address}/{path}", headers=headers, cookies=cookies, timeout=20)


def test_a_database_that_is_away_is_said_and_breaks_nothing_else(address: str, away: Away) -> None:
    """Whoever needs it is told to come again; people who signed in, and nobody, do not need it."""
    away.is_away = True
    for answer in (
        ask(address, "api/threshold", KEY),
        ask(address, "api/threshold", likeness_demo=KEY),
    ):
        assert is_failure(answer, 503, "database_unavailable")
        assert answer.json()["retry"] is True
        assert answer.headers["retry-after"] == "5"
    refused = ask(address, "metrics", KEY)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "5")
    assert "gone" in refused.text
    assert ask(address, "api/threshold", **{COOKIE: "vera"}).status_code == 200
    assert ask(address, "api/threshold", **{COOKIE: "vera", DEMO_COOKIE: KEY}).status_code == 200
    assert ask(address, "api/threshold").status_code == 401
    assert ask(address, "api/openapi.json", KEY).status_code == 200
    assert ask(address, "healthz", KEY).status_code == 200
    assert ask(address, "readyz", KEY).json() == {"ready": True}


def test_what_watches_the_database_is_known_while_it_is_away(
    address: str, away: Away, engine: SearchEngine, clock: VirtualClock
) -> None:
    """A key that was good a moment ago reads metrics of the outage; one refused since does not."""
    operator = engine.keys.add("prometheus", role=Role.OPERATOR)[0].get_secret_value()
    revoked = engine.keys.add("old", role=Role.OPERATOR)[0].get_secret_value()
    for key in (operator, revoked):
        assert ask(address, "metrics", key).status_code == 200
    engine.keys.revoke("old")
    assert ask(address, "metrics", revoked).status_code == 401
    away.is_away = True
    assert ask(address, "metrics", operator).status_code == 200
    assert set(ask(address, "readyz", operator).json()) == {"ready", "database", "encoder"}
    assert ask(address, "metrics", revoked).status_code == 503
    clock.sleep(REMEMBERED_SECONDS + 1)
    assert ask(address, "metrics", operator).status_code == 503


def test_keys_that_hang_at_the_database_keep_nobody_else_waiting(engine: SearchEngine) -> None:
    """However many wait there: people, health and the page itself are answered meanwhile."""
    released, waiting = threading.Event(), threading.Semaphore(0)

    class Hanging:
        def look(self, key: str) -> Any:  # noqa: ANN401 - a key's
            waiting.release()
            assert released.wait(20)
            return engine.keys.look(key)

    keys: Any = Hanging()
    key = engine.keys.add("shop")[0].get_secret_value()
    with (
        serving(lambda: engine, None, [gate(ON, lambda: keys)]) as address,
        ThreadPoolExecutor(2 * LOOKS_AT_ONCE) as pool,
    ):
        asked = [pool.submit(ask, address, "api/threshold", key) for _ in range(2 * LOOKS_AT_ONCE)]
        for _ in range(LOOKS_AT_ONCE):
            assert waiting.acquire(timeout=20)
        try:
            assert ask(address, "api/threshold", **{COOKIE: "vera"}).status_code == 200
            assert ask(address, "api/openapi.json").status_code == 200
            assert not waiting.acquire(blocking=False)
        finally:
            released.set()
        assert {answer.result().status_code for answer in asked} == {200}


def test_whether_somebody_signed_out_is_asked_beside_everything_else(engine: SearchEngine) -> None:
    """A process that starts asks the database once, and answers strangers and keys meanwhile."""
    released, asked, known = threading.Event(), threading.Event(), threading.Event()

    def claims(cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        if cookies.get(COOKIE) == "vera" and not known.is_set():
            asked.set()
            assert released.wait(20)
            known.set()
        return claims_of(cookies)

    def must_ask(cookies: Mapping[str, str]) -> bool:
        return COOKIE in cookies and not known.is_set()

    key = engine.keys.add("shop")[0].get_secret_value()
    identifying = Identifying(lambda: ON, claims, lambda: engine.keys, must_ask=must_ask)
    before = Middleware(Gate, access=lambda: ON, identifying=identifying)
    with serving(lambda: engine, None, [before]) as address, ThreadPoolExecutor(1) as pool:
        first = pool.submit(ask, address, "api/threshold", **{COOKIE: "vera"})
        try:
            assert asked.wait(20)
            assert ask(address, "api/threshold").status_code == 401
            assert ask(address, "api/threshold", key).status_code == 200
        finally:
            released.set()
        assert first.result().status_code == 200
        assert ask(address, "api/threshold", **{COOKIE: "vera"}).status_code == 200


@pytest.mark.parametrize("hangs", [False, True])
def test_a_process_that_cannot_ask_who_signed_out_says_so(
    engine: SearchEngine, *, hangs: bool
) -> None:
    """Nobody is told to sign in who has done so, nor let in who may have left, nor waits long."""
    released = threading.Event()

    def claims(cookies: Mapping[str, str]) -> Mapping[str, object] | None:
        if COOKIE not in cookies:
            return None
        assert not hangs or released.wait(20)
        raise DatabaseUnavailable(reason="gone")

    identifying = Identifying(
        lambda: ON,
        claims,
        lambda: engine.keys,
        must_ask=lambda cookies: COOKIE in cookies,
        patience=0.05 if hangs else 20,
    )
    before = Middleware(Gate, access=lambda: ON, identifying=identifying)
    with serving(lambda: engine, None, [before]) as address:
        try:
            told = ask(address, "api/threshold", **{COOKIE: "vera"})
            assert ask(address, "api/threshold").status_code == 401
        finally:
            released.set()
        assert is_failure(told, 503, "database_unavailable")
        assert ("within two seconds" if hangs else "gone") in told.text


def test_what_watches_does_not_wait_for_a_database_that_hangs(engine: SearchEngine) -> None:
    """Prometheus gives up after ten seconds, and a lookup may take as long."""
    hangs, released = threading.Event(), threading.Event()

    class Hanging:
        def look(self, key: str) -> Any:  # noqa: ANN401 - a key's
            if hangs.is_set():
                assert released.wait(20)
            return engine.keys.look(key)

    keys: Any = Hanging()
    key = engine.keys.add("prometheus", role=Role.OPERATOR)[0].get_secret_value()
    identifying = Identifying(lambda: ON, claims_of, lambda: keys, patience=0.05)
    before = Middleware(Gate, access=lambda: ON, identifying=identifying)
    scraping = Scraping(Metrics(), lambda: engine, kept=0, patience=10)
    with serving(lambda: engine, scraping, [before]) as address:
        assert ask(address, "metrics", key).status_code == 200
        hangs.set()
        try:
            assert ask(address, "metrics", key).status_code == 200
            assert "database" in ask(address, "readyz", key).json()
        finally:
            released.set()

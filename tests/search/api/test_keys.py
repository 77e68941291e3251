"""Keys of programs: which requests need one, what is answered without, and how often each may."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

import pytest
import requests

from search.api.keys import HEADER
from search.api_keys import BELIEVED_SECONDS
from search.engine import SearchEngine
from search.metrics import Metrics
from search.scraping import Scraping
from search.settings import Settings
from search.store.store import Store
from tests.keys import UNKNOWN, Played
from tests.search.api.conftest import Api, is_failure
from tests.search.conftest import PixelEncoder
from tests.search.test_no_secret import Logged, dumped
from tests.serving import serving

Paint = Callable[..., bytes]
Ask = Callable[..., requests.Response]


@pytest.fixture
def engine(
    store: Store, settings: Settings, time_of_day: Played, stocked: dict[str, int]
) -> Iterator[SearchEngine]:
    """Return an engine on a played clock, where keys are optional."""
    del stocked
    engine = SearchEngine(settings, store, PixelEncoder(), now=time_of_day, clock=time_of_day.clock)
    yield engine
    engine.close()


@pytest.fixture
def required(engine: SearchEngine) -> SearchEngine:
    """Return the same engine where keys are required."""
    engine.settings = engine.settings.model_copy(update={"api_keys": "required"})
    return engine


@pytest.fixture
def key(engine: SearchEngine) -> str:
    """Return the key of a shop that may search six times a minute."""
    return engine.keys.add("shop", 6)[0].get_secret_value()


@pytest.fixture
def asks(api: Api, engine: SearchEngine, stocked: dict[str, int], picture: Paint) -> list[Ask]:
    """Return the three requests of programs, each of which takes headers."""
    search, product = engine.more_like(stocked["ART-5"]).id, stocked["ART-3"]

    def by_image(headers: Mapping[str, str]) -> requests.Response:
        return api.photo(picture(), headers=headers)

    def by_product(headers: Mapping[str, str]) -> requests.Response:
        return api.send(f"search?product={product}", **headers)

    def show(headers: Mapping[str, str]) -> requests.Response:
        return api.send(f"searches/{search}", "GET", **headers)

    return [by_image, by_product, show]


def bearer(key: str) -> dict[str, str]:
    """Return the header that a key is sent in."""
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.usefixtures("required")
def test_without_a_key_a_program_is_told_to_send_one(asks: list[Ask]) -> None:
    """Passwords of a proxy before the app are no key, nor is a header with nothing in it."""
    for ask in asks:
        for headers in ({}, {"Authorization": "Basic cGFzcw=="}, bearer(""), {HEADER: ""}):
            answer = ask(headers)
            assert is_failure(answer, 401, "key_missing")
            assert answer.headers["www-authenticate"] == 'Bearer realm="Likeness"'
        russian = ask({"Accept-Language": "ru"}).json()
        assert "нужен ключ" in russian["error"]
        assert russian["retry"] is False


@pytest.mark.usefixtures("required")
def test_a_key_opens_whichever_header_it_is_sent_in(asks: list[Ask], key: str) -> None:
    """The scheme in any case; X-API-Key comes first, as a proxy may have the other for itself."""
    proxied = {HEADER: key, "Authorization": "Bearer of.somebody.else"}
    for ask in asks:
        for headers in (bearer(key), {"Authorization": f"bearer  {key} "}, proxied):
            assert ask(headers).status_code == 200


@pytest.mark.parametrize("sent", [UNKNOWN, "wrong", "lk_", "é" * 46, "x" * 5_000])
def test_a_wrong_key_is_refused_even_where_none_is_needed(asks: list[Ask], sent: str) -> None:
    """Who sends one means it; what the key is not told again, in any language."""
    for ask in asks:
        assert ask({}).status_code == 200
        for headers in (bearer(sent), {HEADER: sent}):
            answer = ask({name: text.encode("latin-1") for name, text in headers.items()})
            assert is_failure(answer, 401, "key_unknown")
            assert answer.headers["www-authenticate"].endswith('error="invalid_token"')
            assert len(sent) < 5 or sent not in answer.text
            assert "отозван" in ask(headers | {"Accept-Language": "ru"}).json()["error"]


def test_a_key_searches_so_many_times_a_minute(
    asks: list[Ask], key: str, engine: SearchEngine, time_of_day: Played
) -> None:
    """Photos and products together, optional or not; then 429 until the next one comes back."""
    by_image, by_product, show = asks
    other = engine.keys.add("stall")[0].get_secret_value()
    for _ in range(3):
        assert by_image(bearer(key)).status_code == 200
        assert by_product(bearer(key)).status_code == 200
    for ask in (by_image, by_product):
        answer = ask(bearer(key))
        assert is_failure(answer, 429, "key_rate_limited")
        assert answer.headers["retry-after"] == "10"
        assert answer.json()["retry"] is True
        assert "6 times a minute" in answer.json()["error"]
    # What was found is shown, and others go on searching.
    assert show(bearer(key)).status_code == 200
    assert by_image(bearer(other)).status_code == 200
    assert by_image({}).status_code == 200
    time_of_day.clock.sleep(10)
    assert by_product(bearer(key)).status_code == 200
    assert is_failure(by_product(bearer(key)), 429, "key_rate_limited")


def test_a_request_that_is_refused_for_its_content_counts(api: Api, key: str) -> None:
    """It was read, and cost what reading costs."""
    for _ in range(6):
        assert is_failure(api.photo(b"no picture", headers=bearer(key)), 415, "photo_unsupported")
    assert is_failure(api.photo(b"no picture", headers=bearer(key)), 429, "key_rate_limited")


def test_a_revoked_key_searches_no_more_and_reads_for_seconds_at_most(
    asks: list[Ask], key: str, engine: SearchEngine, store: Store, time_of_day: Played
) -> None:
    """Another process revokes it: this one has looked the key up a moment ago."""
    by_image, by_product, show = asks
    assert show(bearer(key)).status_code == 200
    SearchEngine(engine.settings, store, PixelEncoder()).keys.revoke("shop")
    assert is_failure(by_image(bearer(key)), 401, "key_unknown")
    assert is_failure(by_product(bearer(key)), 401, "key_unknown")
    time_of_day.clock.sleep(BELIEVED_SECONDS - 0.5)
    assert show(bearer(key)).status_code == 200
    time_of_day.clock.sleep(0.5)
    assert is_failure(show(bearer(key)), 401, "key_unknown")


def test_a_process_that_revokes_a_key_believes_it_no_longer(
    asks: list[Ask], key: str, engine: SearchEngine
) -> None:
    """Nor what else it knew."""
    assert asks[2](bearer(key)).status_code == 200
    engine.keys.revoke(key)
    assert is_failure(asks[2](bearer(key)), 401, "key_unknown")


def test_reading_again_and_again_asks_the_database_once(
    asks: list[Ask], key: str, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked up holds for some seconds; what is no key by its form is never looked up."""
    looked, look = list[bytes](), type(store.api_keys).look

    def watched(api_keys: object, key_hash: bytes, now: datetime) -> object:
        looked.append(key_hash)
        return look(api_keys, key_hash, now)  # type: ignore[arg-type]

    monkeypatch.setattr(type(store.api_keys), "look", watched)
    for _ in range(3):
        assert asks[2](bearer(key)).status_code == 200
        assert asks[2](bearer(f"{key}x")).status_code == 401
    assert len(looked) == 1


@pytest.mark.usefixtures("required")
def test_what_pages_and_whoever_watches_ask_for_needs_no_key(
    engine: SearchEngine, stocked: dict[str, int]
) -> None:
    """Pictures, the threshold, cards to judge, the description, health and metrics."""
    [picture, *_] = engine.more_like(stocked["ART-5"]).hits
    scraping = Scraping(Metrics(), lambda: engine)
    assert picture.picture is not None
    with serving(lambda: engine, scraping) as address:
        for path, expected in {
            f"api/pictures/{picture.picture}": 200,
            "api/threshold": 200,
            "api/openapi.json": 200,
            "api/samples/none": 404,
            "api/photos/none": 404,
            "api/deal?source=none&scale=cosine&line=30": 404,
            "healthz": 200,
            "readyz": 200,
            "metrics": 200,
        }.items():
            answer = requests.get(f"{address}/{path}", timeout=20)
            assert answer.status_code == expected, (path, answer.text)
        judged = requests.post(f"{address}/api/judgements", json={}, timeout=20)
        assert judged.status_code == 422


@pytest.mark.usefixtures("required")
def test_another_sites_page_may_not_search_with_a_key_either(api: Api, key: str) -> None:
    """And spends nothing of what the key has left."""
    foreign = bearer(key) | {"Sec-Fetch-Site": "cross-site"}
    for _ in range(10):
        assert is_failure(api.send("search?product=1", **foreign), 403, "request_foreign")
    assert is_failure(api.send("search?product=999999", **bearer(key)), 404, "product_unknown")


def test_searches_are_counted_under_the_keys_name_and_the_key_is_nowhere(
    asks: list[Ask], engine: SearchEngine, store: Store, key: str
) -> None:
    """Not in what is logged, measured or stored, whether it opened or not; only its hash is."""
    metrics = Metrics()
    with Logged(engine.settings) as logged:
        for ask in asks:
            for sent in (key, UNKNOWN, f"{key}x"):
                answer = ask(bearer(sent))
                assert sent not in f"{answer.text} {answer.headers}"
        assert engine.journal.flush(10)
    told = {form: stream.getvalue() for form, stream in logged.streams.items()}
    told["rows"] = "\n".join(dumped(store))
    told["metrics"] = Scraping(metrics, lambda: engine, patience=20).answer("")[0].decode()
    for where, what in told.items():
        assert what, where
        assert key[7:] not in what, where
        assert UNKNOWN not in what, where
    with store.database.connection() as connection:
        rows = connection.execute(
            "SELECT origin, who FROM likeness.search_log WHERE origin = 'api'"
        ).fetchall()
    assert rows == [("api", "shop")] * 2

"""The routes beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest
import requests

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, LikenessError, RateLimited, SettingError
from tests.catalogues import products, unit_vectors
from tests.serving import serving

Paint = Callable[..., bytes]


Get = Callable[..., requests.Response]


@contextmanager
def served(engine: Callable[[], SearchEngine]) -> Iterator[Get]:
    """Serve the routes and yield a getter of paths."""
    with serving(engine) as address, requests.Session() as session:
        yield lambda path, **headers: session.get(address + path, headers=headers, timeout=20)


@pytest.fixture
def get(engine: SearchEngine) -> Iterator[Get]:
    """Return a getter of paths on an engine of the test's own."""
    with served(lambda: engine) as get:
        yield get


def test_a_picture_may_be_kept_for_ever(get: Get, engine: SearchEngine, picture: Paint) -> None:
    """Its address is its content, so browsers never ask twice."""
    content = picture()
    engine.store.products.add("test", [replace(products(unit_vectors(1))[0], picture=content)])
    digest = sha256(content).hexdigest()
    answer = get(f"/api/pictures/{digest}")
    assert (answer.status_code, answer.content) == (200, content)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = get(f"/api/pictures/{digest}", **{"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("digest", ["0" * 64, "nonsense", "..%2f..%2fetc", "0" * 63 + "G"])
def test_what_is_not_there_is_not_found(get: Get, digest: str) -> None:
    """A wrong address is a short 404."""
    assert get(f"/api/pictures/{digest}").status_code == 404
    assert get(f"/api/samples/{digest}").status_code == 404


def test_a_sample_photo_is_served(get: Get, engine: SearchEngine) -> None:
    """The row of samples on the page has pictures."""
    engine.load_demo()
    answer = get(f"/api/samples/{engine.samples()[0].key}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xff\xd8")


@pytest.mark.parametrize(
    ("error", "status", "waits"),
    [
        (DatabaseUnavailable(reason="gone"), 503, "5"),
        (RateLimited(host="huggingface.co", seconds=7), 429, "7"),
        (SettingError(name="ENCODER", expected="another one"), 503, None),
    ],
    ids=["database", "rate", "setting"],
)
def test_a_picture_that_fails_says_why_as_all_routes_do(
    error: LikenessError, status: int, waits: str | None
) -> None:
    """A program reads the code, a person the sentence, and nobody keeps either."""

    def away() -> SearchEngine:
        raise error

    with served(away) as get:
        for path in (f"pictures/{'0' * 64}", "samples/mug", f"photos/{'0' * 64}"):
            answer = get(f"/api/{path}", **{"Accept-Language": "en"})
            told = answer.json()
            assert (answer.status_code, told["code"]) == (status, error.code)
            assert (told["error"], told["retry"]) == (str(error), error.retry)
            assert answer.headers["cache-control"] == "no-store"
            assert answer.headers.get("retry-after") == waits

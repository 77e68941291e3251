"""The routes beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from hashlib import sha256

import pytest
import requests

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
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


def test_a_database_that_is_away_is_a_503_that_is_not_kept() -> None:
    """A picture that fails now is asked for again later."""

    def away() -> SearchEngine:
        raise DatabaseUnavailable(reason="gone")

    with served(away) as get:
        for path in (f"/api/pictures/{'0' * 64}", "/api/samples/mug"):
            answer = get(path)
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert "The database does not answer" in answer.text

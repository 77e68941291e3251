"""The routes beside the pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.web import routes
from tests.catalogues import products, unit_vectors

Paint = Callable[..., bytes]


@pytest.fixture
def client(engine: SearchEngine) -> Iterator[TestClient]:
    """Return a client of the routes as the app mounts them."""
    with TestClient(Starlette(routes=[Mount("/api", routes(lambda: engine))])) as client:
        yield client


def test_a_picture_may_be_kept_for_ever(
    client: TestClient, engine: SearchEngine, picture: Paint
) -> None:
    """Its address is its content, so browsers never ask twice."""
    content = picture()
    engine.store.products.add("test", [replace(products(unit_vectors(1))[0], picture=content)])
    digest = sha256(content).hexdigest()
    answer = client.get(f"/api/pictures/{digest}")
    assert (answer.status_code, answer.content) == (200, content)
    assert "immutable" in answer.headers["cache-control"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    again = client.get(f"/api/pictures/{digest}", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("digest", ["0" * 64, "nonsense", "..%2f..%2fetc", "0" * 63 + "G"])
def test_what_is_not_there_is_not_found(client: TestClient, digest: str) -> None:
    """A wrong address is a short 404."""
    assert client.get(f"/api/pictures/{digest}").status_code == 404
    assert client.get(f"/api/samples/{digest}").status_code == 404


def test_a_sample_photo_is_served(client: TestClient, engine: SearchEngine) -> None:
    """The row of samples on the page has pictures."""
    engine.load_demo()
    answer = client.get(f"/api/samples/{engine.samples()[0].key}")
    assert answer.status_code == 200
    assert answer.content.startswith(b"\xff\xd8")


def test_a_database_that_is_away_is_a_503_that_is_not_kept() -> None:
    """A picture that fails now is asked for again later."""

    def away() -> SearchEngine:
        raise DatabaseUnavailable(reason="gone")

    with TestClient(Starlette(routes=[Mount("/api", routes(away))])) as client:
        for path in (f"/api/pictures/{'0' * 64}", "/api/samples/mug"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert answer.headers["cache-control"] == "no-store"
            assert "The database does not answer" in answer.text

"""A catalogue with vectors whose pictures still lie on the shop's site."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, send_away, unit_vectors
from tests.search.conftest import PixelEncoder
from tests.search.fetching.played_site import Site, answer
from tests.search.indexing.conftest import paint
from tests.serving import Client, client_of

PRODUCTS = 12

OpenEngine = Callable[..., SearchEngine]


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve the shop's pictures on loopback."""
    with Site() as site:
        for number in range(PRODUCTS):
            site.answers[f"/{number}.png"] = answer(200, paint(number))
        yield site


@pytest.fixture
def pictures(store: Store, site: Site) -> list[int]:
    """Return the numbers of the catalogue's pictures, none of which is here."""
    store.products.add("shop", products(unit_vectors(PRODUCTS)))
    return send_away(store, site.url)


@pytest.fixture
def open_engine(store: Store, settings: Settings) -> OpenEngine:
    """Return an opener of engines that may fetch from loopback; closing them is up to `engine`."""

    def open_(**changed: object) -> SearchEngine:
        given = settings.model_copy(update={"fetch_private": True, **changed})
        return SearchEngine(given, store, PixelEncoder())

    return open_


@pytest.fixture
def engine(open_engine: OpenEngine) -> Iterator[SearchEngine]:
    """Return an engine that may fetch from loopback."""
    engine = open_engine()
    yield engine
    engine.close()


@pytest.fixture
def client(engine: SearchEngine) -> Iterator[Client]:
    """Serve the routes."""
    with client_of(lambda: engine) as client:
        yield client

"""Catalogues that wait to be indexed, and engines that do it over the played Hugging Face."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from PIL import Image

from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace
from tests.search.fetching.played_site import Site, answer

Stock = Callable[[int], None]
StockFromWeb = Callable[..., None]
OpenEngine = Callable[..., SearchEngine]


def paint(number: int) -> bytes:
    """Paint a picture that differs, as a JPEG too, from that of any other number below 65,536."""
    buffer = io.BytesIO()
    image = Image.new("RGB", (32, 32), "navy")
    for bit in range(16):
        if number >> bit & 1:
            left, top = bit % 4 * 8, bit // 4 * 8
            image.paste("white", (left, top, left + 8, top + 8))
    image.save(buffer, "PNG")
    return buffer.getvalue()


def stock_web(store: Store, site: Site, count: int, broken: frozenset[int]) -> None:
    """Fill the catalogue with addresses at a site; those of `broken` numbers lead nowhere."""
    for number in range(count):
        good = answer(200, paint(number), {"Content-Type": "image/png"})
        site.answers[f"/{number}.png"] = answer(404, b"") if number in broken else good
    with store.database.connection() as connection:
        connection.execute(
            "WITH made AS (INSERT INTO likeness.products (source, key, article_number, name)"
            " SELECT 'web', 'WEB-' || n, 'WEB-' || n, '{}' FROM generate_series(0, %s) AS n"
            " RETURNING id, substr(article_number, 5) AS n)"
            " INSERT INTO likeness.pictures (product_id, address)"
            " SELECT id, %s || '/' || n || '.png' FROM made ORDER BY id",
            (count - 1, site.url),
        )


@pytest.fixture
def stock(store: Store) -> Stock:
    """Return what fills the catalogue with pictures that have no vector yet."""

    def fill(count: int) -> None:
        store.products.add(
            "test",
            [
                replace(made, picture=paint(number), media_type="image/png", embedding=None)
                for number, made in enumerate(products(unit_vectors(count)))
            ],
        )

    return fill


@pytest.fixture
def site() -> Iterator[Site]:
    """Serve pictures on loopback."""
    with Site() as site:
        yield site


@pytest.fixture
def stock_from_web(store: Store, site: Site) -> StockFromWeb:
    """Return what fills the catalogue with addresses; those of `broken` numbers lead nowhere."""

    def fill(count: int, broken: frozenset[int] = frozenset()) -> None:
        stock_web(store, site, count, broken)

    return fill


@pytest.fixture
def open_engine(store: Store, settings: Settings, fake: FakeHuggingFace) -> Iterator[OpenEngine]:
    """Return an opener of engines on the HTTP encoder; pictures may come from loopback."""
    opened: list[SearchEngine] = []

    def open_(deadline: float = 10, **changed: object) -> SearchEngine:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=deadline)
        given = settings.model_copy(update={"fetch_private": True, **changed})
        opened.append(SearchEngine(given, store, encoder))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


@pytest.fixture
def indexer(open_engine: OpenEngine) -> SearchEngine:
    """Return an engine with the usual settings."""
    return open_engine()

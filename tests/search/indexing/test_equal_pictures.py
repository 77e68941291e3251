"""Equal pictures of different products are encoded once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from search.commands.index_lines import progress_line
from search.engine import SearchEngine
from search.language import language
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace, status
from tests.search.fetching.played_site import Site, answer
from tests.search.indexing.conftest import OpenEngine, Stock, StockFromWeb, paint
from tests.search.indexing.test_indexing import quiet

StockAlike = Callable[[int, int], None]


@pytest.fixture
def stock_alike(store: Store) -> StockAlike:
    """Return what fills the catalogue with products that share so many different pictures."""

    def fill(count: int, different: int) -> None:
        store.products.add(
            "test",
            [
                replace(made, picture=paint(number % different), embedding=None)
                for number, made in enumerate(products(unit_vectors(count)))
            ],
        )

    return fill


def test_equal_pictures_cost_one_call(
    indexer: SearchEngine, stock_alike: StockAlike, fake: FakeHuggingFace, store: Store
) -> None:
    """Forty products with five pictures are five calls, though all are in the window at once."""
    stock_alike(40, 5)
    state = indexer.index(quiet)
    assert (state.done, state.failed, state.total, state.copied) == (40, 0, 40, 35)
    assert fake.count == 5
    assert store.embeddings.count(CLIP) == 40
    run = indexer.indexing.last()
    assert run is not None
    assert run.copied == 35
    assert "35 of them copied" in progress_line(state, language("en"))
    found = indexer.search(indexer.reading.read(paint(2)))
    alike = [hit for hit in found.hits if hit.similarity > 0.9999]
    assert sum(1 + len(hit.same) for hit in alike) == 8


def test_what_comes_from_the_web_is_compared_when_it_is_there(
    indexer: SearchEngine,
    stock: Stock,
    stock_from_web: StockFromWeb,
    site: Site,
    fake: FakeHuggingFace,
) -> None:
    """What an earlier run has encoded is copied, and so is what lies at many addresses."""
    stock(3)
    indexer.index(quiet)
    stock_from_web(12)
    for number in range(3, 12):
        site.answers[f"/{number}.png"] = answer(200, paint(3), {"Content-Type": "image/png"})
    state = indexer.index(quiet)
    assert (state.done, state.failed, state.copied) == (12, 0, 11)
    assert fake.count == 4


def test_an_equal_picture_is_tried_when_the_first_one_fails(
    indexer: SearchEngine, stock_alike: StockAlike, fake: FakeHuggingFace
) -> None:
    """A refusal costs the picture that met it; the others have the next one's vector."""
    stock_alike(30, 1)
    fake.script(status(422, "no"))
    state = indexer.index(quiet)
    assert (state.done, state.failed, state.copied) == (29, 1, 28)
    assert fake.count == 2


def test_made_anew_means_asked_anew(
    open_engine: OpenEngine, stock_alike: StockAlike, fake: FakeHuggingFace, store: Store
) -> None:
    """With `again` no vector from before is copied: each content is encoded once more."""
    stock_alike(10, 2)
    engine = open_engine()
    engine.index(quiet)
    with store.database.connection() as connection:
        before = connection.execute("SELECT now()").fetchone()
    state = engine.index(quiet, again=True)
    assert (state.done, state.copied, fake.count) == (10, 8, 4)
    with store.database.connection() as connection:
        old = connection.execute(
            "SELECT count(*) FROM likeness.image_embeddings WHERE created_at < %s", before
        ).fetchone()
    assert old == (0,)

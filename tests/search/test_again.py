"""Searching once more with what an earlier search was made with."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from search.addresses import photo_path, picture_path
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import NothingLeft, SearchOfAnotherModel
from search.hits import Search
from search.narrowing import Narrow, PriceRange
from search.settings import Settings
from search.store.store import Store
from search.tuning.scales import Scale
from search.vectors import VectorSpace
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace

Paint = Callable[..., bytes]


@pytest.fixture
def engine(store: Store, settings: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine with nine products, which asks a server for each new photo."""
    store.products.add("shop", products(unit_vectors(9).astype(np.float32)))
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, token=TOKEN))
    yield engine
    engine.close()


@pytest.fixture
def first(engine: SearchEngine, picture: Paint) -> Search:
    """Search with a photo for the first time."""
    return engine.search(engine.reading.read(picture("red", "yellow")), visitor="ann")


def ids(search: Search) -> list[int]:
    """Return the numbers of the products that were found."""
    return [hit.product.id for hit in search.hits]


def test_the_encoder_is_not_asked_again(
    engine: SearchEngine, first: Search, fake: FakeHuggingFace
) -> None:
    """The photo itself need not be there any more; the search is a new one, with its own id."""
    asked = fake.count
    again = engine.again(engine.history.reopen(first.id), visitor="ann")
    assert fake.count == asked
    assert ids(again) == ids(first)
    assert again.subject == first.subject
    assert again.id != first.id
    assert [entry.id for entry in engine.history.list("ann")] == [again.id, first.id]


def test_it_finds_what_is_there_today(engine: SearchEngine, first: Search) -> None:
    """A product that came meanwhile, and the scale of today."""
    new = replace(products(first.query.vector[np.newaxis])[0], article="new")
    engine.store.products.add("more", [new])
    engine.thresholds.save(0.9, scale=Scale.RELATIVE, who="Ann", why="test")
    again = engine.again(first)
    assert again.hits[0].product.article == "new"
    assert again.threshold.scale is Scale.RELATIVE


def test_it_is_narrowed_to_something_else(engine: SearchEngine, first: Search) -> None:
    """Filters need no photo: what nothing fulfils is said."""
    dear = engine.again(first, narrow=Narrow(price=PriceRange(lowest=first.hits[0].product.price)))
    assert 0 < len(dear.hits) < len(first.hits)
    with pytest.raises(NothingLeft):
        engine.again(first, narrow=Narrow(categories=("none",)))


def test_a_product_is_not_found_by_itself(engine: SearchEngine, first: Search) -> None:
    """Neither at first nor again."""
    like = engine.more_like(first.hits[0].product.id)
    assert ids(engine.again(like)) == ids(like)


def test_a_vector_of_another_model_is_told(engine: SearchEngine, first: Search) -> None:
    """It would find anything, and nobody would see that it is wrong."""
    space = VectorSpace("another/model")
    other = replace(first, query=replace(first.query, space=space))
    with pytest.raises(SearchOfAnotherModel) as refused:
        engine.again(other)
    assert "another/model" in str(refused.value.facts["then"])


def test_what_was_searched_with_has_a_portrait(
    engine: SearchEngine, first: Search, picture: Paint
) -> None:
    """A photo's is there once it was kept, a product's has its name of today."""
    assert engine.history.portrait(first.subject).picture is None
    engine.keep_photo(engine.reading.read(picture("red", "yellow")))
    assert engine.history.portrait(first.subject).picture == photo_path(first.subject.fingerprint)
    like = engine.more_like(first.hits[0].product.id)
    portrait = engine.history.portrait(like.subject)
    assert portrait.product is not None
    assert portrait.product.id == first.hits[0].product.id
    assert portrait.picture == picture_path(like.subject.picture or "")

"""How all products score in a search, and in one that was narrowed to some of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from search.engine import SearchEngine
from search.hits import Search
from search.narrowing import Narrow, PriceRange
from search.percentile import percentile_of
from search.settings import Settings
from search.store.database import Database
from search.store.samples import Sampling
from search.store.store import Store
from search.tuning.scales import BINS, Scale, bins
from search.vectors import CLIP, VectorSpace
from tests.catalogues import products, unit_vectors
from tests.search.conftest import PixelEncoder

Paint = Callable[..., bytes]
PRODUCTS = 40
# Every other one; a page has room for all of them.
MUGS = Narrow(categories=("mugs",))
# The prices of the products are 100, 101 and so on.
DEAR = Narrow(price=PriceRange(lowest=Decimal(120)))


def stock(store: Store, count: int = PRODUCTS) -> None:
    """Fill the catalogue: every other product is a mug."""
    store.products.add(
        "shop",
        [
            replace(one, category_id="mugs") if number % 2 else one
            for number, one in enumerate(products(unit_vectors(count)))
        ],
    )


@pytest.fixture
def stocked(engine: SearchEngine) -> SearchEngine:
    """Return an engine with forty products."""
    stock(engine.store)
    return engine


def found_bins(search: Search) -> tuple[int, ...]:
    """Count the cards of a search as a distribution counts products."""
    found = [hit.score for hit in search.hits for _ in (hit.product, *hit.same)]
    return tuple(np.bincount(bins(found), minlength=BINS).tolist())


@pytest.mark.parametrize("scale", Scale)
def test_a_narrowed_search_counts_what_it_was_narrowed_to(
    stocked: SearchEngine, picture: Paint, scale: Scale
) -> None:
    """Twenty of forty, each counted at the very hundredth that its card shows."""
    stocked.thresholds.save(0.5, scale=scale, who="Ann", why="test")
    photo = stocked.reading.read(picture())
    assert stocked.distribution(stocked.search(photo)).total == PRODUCTS
    search = stocked.search(photo, narrow=MUGS)
    counted = stocked.distribution(search)
    assert (counted.total, counted.narrowed) == (PRODUCTS // 2, True)
    assert counted.counts == found_bins(search)
    last = percentile_of(search.hits[-1].score, counted)
    assert last is not None
    assert (last.reached, last.total) == (PRODUCTS // 2, PRODUCTS // 2)


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("number", [30, 3], ids=["among them", "not among them"])
def test_a_product_that_is_searched_with_is_its_own_best(
    stocked: SearchEngine, scale: Scale, number: int
) -> None:
    """On the relative scale 1 is the product itself, whether the filters leave it or not."""
    stocked.thresholds.save(0.5, scale=scale, who="Ann", why="test")
    article = f"ART-{number}"
    product = stocked.store.products.numbers([article])[article]
    search = stocked.more_like(product, narrow=DEAR)
    itself = [0] * BINS
    itself[-1] = int(number >= 20)
    counted = stocked.distribution(search)
    assert counted.total == 20
    assert counted.counts == tuple(np.add(found_bins(search), itself))


@pytest.mark.parametrize("scale", [Scale.COSINE, Scale.RELATIVE])
def test_a_reopened_search_is_counted_as_it_was_narrowed(
    stocked: SearchEngine, picture: Paint, scale: Scale
) -> None:
    """Its cards have their scores of then, though something better has come since."""
    stocked.thresholds.save(0.5, scale=scale, who="Ann", why="test")
    then = stocked.search(stocked.reading.read(picture()), narrow=MUGS)
    better = replace(products(then.query.vector[np.newaxis])[0], article="new", category_id="mugs")
    stocked.store.products.add("more", [better])
    counted = stocked.distribution(stocked.history.reopen(then.id))
    best = [0] * BINS
    best[-1] = 1
    assert counted.counts == tuple(np.add(found_bins(then), best))


def test_nothing_that_fulfils_it_any_more_is_nothing(stocked: SearchEngine, picture: Paint) -> None:
    """A category that is gone counts nothing, and is no error."""
    search = stocked.search(stocked.reading.read(picture()), narrow=MUGS)
    gone = replace(search, narrow=Narrow(categories=("gone",)))
    assert stocked.distribution(gone).total == 0


@pytest.fixture
def large(conninfo: str, settings: Settings) -> Iterator[SearchEngine]:
    """Return an engine with six hundred products, of which it looks at 250."""
    store = Store.on(Database(conninfo), sampling=Sampling(above=200, products=250))
    engine = SearchEngine(settings, store, PixelEncoder())
    stock(store, 600)
    yield engine
    engine.close()


def test_an_estimate_is_of_as_many_as_the_filters_tell(large: SearchEngine, picture: Paint) -> None:
    """Three hundred are more than are looked at; how many there are is counted all the same."""
    search = large.search(large.reading.read(picture()), narrow=MUGS)
    counted = large.distribution(search, patience=None)
    assert counted.sampled is not None
    assert 100 <= counted.sampled < 150
    assert counted.total == large.facets.products(MUGS) == 300
    assert max(counted.margins()) > 0
    elsewhere = VectorSpace("some/other-model")
    assert large.facets.products(MUGS, elsewhere) == 0
    assert large.facets.products(MUGS, CLIP) == 300

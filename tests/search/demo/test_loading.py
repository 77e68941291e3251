"""The demo's samples are offered as long as its products are there, whoever took them out."""

from __future__ import annotations

from search.demo.loading import SEEN_SECONDS, SOURCE, Demo
from search.store.store import Store
from tests.catalogues import products, unit_vectors


class Clock:
    """A clock that stands until it is moved."""

    now = 0.0

    def __call__(self) -> float:
        """Tell the time, in seconds."""
        return self.now


def test_samples_go_with_the_products(store: Store) -> None:
    """Another process loads and removes the demo; a few seconds later this one knows."""
    clock = Clock()
    here = Demo(store, clock)
    assert here.samples() == ()
    store.products.add(SOURCE, products(unit_vectors(2)))
    clock.now += SEEN_SECONDS + 1
    assert here.samples()
    assert Demo(store).remove() == 2
    clock.now += SEEN_SECONDS + 1
    assert here.samples() == ()


def test_a_database_that_is_away_takes_no_sample(store: Store) -> None:
    """What was seen last is offered on; the search itself says what is wrong."""
    clock = Clock()
    here = Demo(store, clock)
    store.products.add(SOURCE, products(unit_vectors(1)))
    offered = here.samples()
    assert offered
    store.database.close()
    clock.now += SEEN_SECONDS + 1
    assert here.samples() == offered

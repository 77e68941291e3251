"""The demo's samples are offered as long as its products are there, whoever took them out."""

from __future__ import annotations

from search.demo.loading import SOURCE, Demo
from search.store.store import Store
from tests.catalogues import products, unit_vectors


def test_samples_go_with_the_products(store: Store) -> None:
    """Another process loads and removes the demo; whoever asks next knows."""
    here = Demo(store)
    assert here.samples() == ()
    store.products.add(SOURCE, products(unit_vectors(2)))
    assert here.samples()
    assert Demo(store).remove() == 2
    assert here.samples() == ()


def test_a_database_that_is_away_takes_no_sample(store: Store) -> None:
    """What was seen last is offered on; the search itself says what is wrong."""
    here = Demo(store)
    store.products.add(SOURCE, products(unit_vectors(1)))
    offered = here.samples()
    assert offered
    store.database.close()
    assert here.samples() == offered

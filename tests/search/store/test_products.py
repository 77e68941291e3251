"""Products and pictures."""

from __future__ import annotations

from hashlib import sha256

from search.store.store import Store
from tests.catalogues import products, unit_vectors


def test_adding_twice_changes_nothing(store: Store) -> None:
    """A catalogue that is loaded again is the catalogue that was there."""
    new = products(unit_vectors(3))
    assert store.products.add("test", new) == 3
    assert store.products.add("test", new) == 0
    assert store.products.count() == (3, 3)


def test_the_same_article_of_another_source_is_another_product(store: Store) -> None:
    """Two catalogues may use the same numbers."""
    new = products(unit_vectors(3))
    store.products.add("one", new)
    assert store.products.add("two", new) == 3
    assert store.products.has_source("two")
    assert not store.products.has_source("three")


def test_a_picture_is_found_by_its_content(store: Store) -> None:
    """The address of a picture is the hash of what it shows."""
    store.products.add("test", products(unit_vectors(2)))
    found = store.products.picture(sha256(b"ART 1").hexdigest())
    assert found is not None
    assert (found.content, found.media_type) == (b"ART 1", "image/webp")
    assert store.products.picture("0" * 64) is None


def test_categories_are_counted(store: Store) -> None:
    """The catalogue page can say what is in it."""
    store.products.add("test", products(unit_vectors(4)))
    assert store.products.categories() == [({"en": "Things", "ru": "Вещи"}, 4)]

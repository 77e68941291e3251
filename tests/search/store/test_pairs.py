"""Values of pairs, and pairs drawn by lot, against NumPy."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from search.store.store import Store
from search.tuning.scales import Floats, Scale, bins
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors

PRODUCTS, PHOTOS = 60, 4


@pytest.fixture
def queries() -> list[Embedding]:
    """Return the photos' embeddings."""
    return [Embedding(vector, CLIP) for vector in unit_vectors(PHOTOS, seed=5)]


@pytest.fixture
def numbers(store: Store, queries: list[Embedding]) -> list[int]:
    """Store the catalogue and the photos, compare them, and return the products' numbers."""
    store.products.add("test", products(unit_vectors(PRODUCTS)))
    centre = store.comparisons.centre(CLIP)
    stamp = store.comparisons.stamp(CLIP)
    for number, query in enumerate(queries):
        store.photos.add(print_of(number), query)
        for scale in Scale:
            made = store.comparisons.compare(query, scale, centre)
            store.comparisons.save(print_of(number), CLIP, scale, stamp, made)
    found = store.products.numbers([f"ART-{number}" for number in range(PRODUCTS)])
    return [found[f"ART-{number}"] for number in range(PRODUCTS)]


def print_of(number: int) -> bytes:
    """Return a made-up fingerprint."""
    return number.to_bytes(32, "big")


def expected(queries: list[Embedding], scale: Scale) -> Floats:
    """Return [photos, products] by the definitions."""
    stored = unit_vectors(PRODUCTS).astype(np.float64)
    asked = np.array([query.vector for query in queries], np.float64)
    if scale is Scale.CENTRED:
        centre = stored.mean(axis=0)
        stored, asked = stored - centre, asked - centre
    lengths = np.outer(np.linalg.norm(asked, axis=1), np.linalg.norm(stored, axis=1))
    cosines: Floats = asked @ stored.T / lengths
    if scale is Scale.RELATIVE:
        return np.asarray(1 - (cosines.max(axis=1, keepdims=True) - cosines))
    return cosines


@pytest.mark.parametrize("scale", Scale)
def test_values_are_those_of_the_definitions(
    store: Store, queries: list[Embedding], numbers: list[int], scale: Scale
) -> None:
    """Every pair has the value that NumPy gives it, in the order in which it was asked for."""
    places = [(photo, product) for product in range(PRODUCTS) for photo in range(PHOTOS)]
    got = store.pairs.values(
        CLIP, scale, [print_of(i) for i, _ in places], [numbers[p] for _, p in places]
    )
    wanted = expected(queries, scale)
    assert got == pytest.approx([wanted[place] for place in places], abs=1e-6)


@pytest.mark.parametrize("scale", Scale)
def test_values_fall_into_the_bins_in_which_they_were_counted(
    store: Store, queries: list[Embedding], numbers: list[int], scale: Scale
) -> None:
    """Taking the matches out of the counts never leaves less than nothing."""
    for number, query in enumerate(queries):
        made = store.comparisons.compare(query, scale, store.comparisons.centre(CLIP))
        got = store.pairs.values(CLIP, scale, [print_of(number)] * PRODUCTS, numbers)
        counted = np.bincount(bins(got), minlength=201)
        assert tuple(counted) == made.distribution.counts


def test_the_best_picture_of_a_product_counts(store: Store, queries: list[Embedding]) -> None:
    """A product with two pictures is as alike as the better one of them."""
    store.products.add("test", products(unit_vectors(2)))
    with store.database.connection() as connection:
        connection.execute("UPDATE likeness.image_embeddings SET product_id = 1")
        connection.execute("UPDATE likeness.pictures SET product_id = 1")
    store.photos.add(print_of(0), queries[0])
    got = store.pairs.values(CLIP, Scale.COSINE, [print_of(0)], [1])
    assert got == pytest.approx([max(unit_vectors(2) @ queries[0].vector)], abs=1e-6)


@pytest.mark.parametrize("scale", Scale)
def test_a_pair_without_a_vector_has_no_value(
    store: Store, numbers: list[int], scale: Scale
) -> None:
    """Unknown photos and products are NaN, and nothing asked for is nothing answered."""
    photos = [print_of(0), print_of(99), print_of(0)]
    got = store.pairs.values(CLIP, scale, photos, [numbers[0], numbers[0], 10**9])
    assert list(np.isnan(got)) == [False, True, True]
    assert store.pairs.values(CLIP, scale, [], []).shape == (0,)
    with pytest.raises(ValueError, match="as many"):
        store.pairs.values(CLIP, scale, [print_of(0)], [])


def test_an_empty_catalogue_has_no_values(store: Store) -> None:
    """Without a centre nothing is asked."""
    assert np.isnan(store.pairs.values(CLIP, Scale.CENTRED, [print_of(0)], [1])).all()


def test_a_photo_never_compared_has_no_relative_value(
    store: Store, queries: list[Embedding]
) -> None:
    """Nobody knows how far behind the best a product is when nobody knows the best."""
    store.products.add("test", products(unit_vectors(2)))
    store.photos.add(print_of(0), queries[0])
    assert np.isnan(store.pairs.values(CLIP, Scale.RELATIVE, [print_of(0)], [1])).all()


@pytest.mark.parametrize("scale", Scale)
def test_a_drawn_product_lies_in_the_band(
    store: Store, queries: list[Embedding], numbers: list[int], scale: Scale
) -> None:
    """Its value and cosine are its own, its picture is its best, and all of a band can come."""
    values = expected(queries, scale)[0]
    low = int(bins(np.median(values)))
    inside = {numbers[i] for i in np.flatnonzero((bins(values) >= low) & (bins(values) < low + 3))}
    drawn = [
        store.pairs.draw(queries[0], scale, (low, low + 3), excluded=[], seed=seed)
        for seed in range(40 * len(inside))
    ]
    times = Counter(one.product_id for one in drawn if one)
    assert set(times) == inside
    assert min(times.values()) > 10
    for one in drawn:
        assert one is not None
        place = numbers.index(one.product_id)
        assert one.value == pytest.approx(values[place], abs=1e-6)
        assert one.similarity == pytest.approx(expected(queries, Scale.COSINE)[0][place], abs=1e-6)
        assert store.products.with_pictures([one.product_id])[one.product_id][1] == one.picture


def test_what_is_excluded_is_never_drawn(
    store: Store, queries: list[Embedding], numbers: list[int]
) -> None:
    """A band in which everything is excluded is exhausted."""
    for seed in range(50):
        drawn = store.pairs.draw(
            queries[0], Scale.COSINE, (0, 201), excluded=numbers[:-1], seed=seed
        )
        assert drawn is not None
        assert drawn.product_id == numbers[-1]
    everything = store.pairs.draw(queries[0], Scale.COSINE, (0, 201), excluded=numbers, seed=1)
    assert everything is None

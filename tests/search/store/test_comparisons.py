"""A photo against the whole catalogue, counted by the database, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from search.store.store import Store
from search.tuning.scales import BINS, Floats, Scale
from search.vectors import CLIP, Embedding, Vector, VectorSpace
from tests.catalogues import products, unit_vectors

PHOTO = bytes(32)


def centre_of(store: Store) -> Vector:
    """Return the centre of a catalogue that has one."""
    centre = store.comparisons.centre(CLIP)
    assert centre is not None
    return centre


def scores(vectors: Vector, query: Embedding, scale: Scale) -> Floats:
    """Return every vector's score, by the definitions."""
    stored, asked = vectors.astype(np.float64), query.vector.astype(np.float64)
    if scale is Scale.CENTRED:
        centre = vectors.mean(axis=0, dtype=np.float64)
        stored, asked = stored - centre, asked - centre
    cosines = stored @ asked / np.linalg.norm(stored, axis=1) / np.linalg.norm(asked)
    return np.asarray(1 - (cosines.max() - cosines) if scale is Scale.RELATIVE else cosines)


@pytest.mark.parametrize("scale", Scale)
def test_every_product_is_counted_once_on_every_scale(store: Store, scale: Scale) -> None:
    """A line at any hundredth lets those products pass that NumPy lets pass, and the best agree."""
    vectors = unit_vectors(500)
    store.products.add("test", products(vectors))
    query = Embedding(unit_vectors(1, seed=5)[0], CLIP)
    made = store.comparisons.compare(query, scale, store.comparisons.centre(CLIP))
    expected = scores(vectors, query, scale)
    assert len(made.distribution.counts) == BINS
    assert made.distribution.total == 500
    for hundredths in range(-100, 101, 5):
        passing = int((np.floor(expected * 100 + 1e-4) >= hundredths).sum())
        assert made.distribution.passing(hundredths / 100) == passing
    assert list(made.scores) == pytest.approx(sorted(expected, reverse=True)[:50], abs=1e-5)
    hits = store.embeddings.nearest(query, 50, scale, store.comparisons.centre(CLIP))
    assert [hit.product.id for hit in hits] == list(made.product_ids)
    assert [hit.picture_id for hit in hits] == list(made.picture_ids)
    assert [hit.score for hit in hits] == pytest.approx(made.scores)


def test_the_centre_is_the_mean_and_follows_the_catalogue(store: Store) -> None:
    """It is taken again when the catalogue's vectors change, and only of their own space."""
    assert store.comparisons.centre(CLIP) is None
    vectors = unit_vectors(40)
    store.products.add("test", products(vectors[:30]))
    np.testing.assert_allclose(centre_of(store), vectors[:30].mean(0), atol=1e-6)
    store.products.add("test", products(vectors[30:], prefix="MORE"))
    other = VectorSpace.named("some/other-model")
    store.products.add("test", products(unit_vectors(3, seed=8), space=other, prefix="OTHER"))
    np.testing.assert_allclose(centre_of(store), vectors.mean(0), atol=1e-6)


def test_a_comparison_is_kept_as_long_as_the_catalogue_stays(store: Store) -> None:
    """What was counted is read back the same, and no longer once a product has come."""
    store.products.add("test", products(unit_vectors(80)))
    query = Embedding(unit_vectors(1, seed=5)[0], CLIP)
    made, stamp = store.comparisons.compare(query), store.comparisons.stamp(CLIP)
    store.comparisons.save(PHOTO, CLIP, Scale.COSINE, stamp, made)
    read = store.comparisons.read([PHOTO, b"x" * 32], CLIP, Scale.COSINE, stamp)
    assert read == {PHOTO: made}
    assert store.comparisons.read([PHOTO], CLIP, Scale.CENTRED, stamp) == {}
    store.products.add("test", products(unit_vectors(1, seed=6), prefix="NEW"))
    now = store.comparisons.stamp(CLIP)
    assert store.comparisons.read([PHOTO], CLIP, Scale.COSINE, now) == {}


def test_a_catalogue_of_one_product_has_no_centred_likeness(store: Store) -> None:
    """The product is its own centre: it is like nothing, and not an error or a perfect match."""
    vector = unit_vectors(1)
    store.products.add("test", products(vector))
    centre = store.comparisons.centre(CLIP)
    query = Embedding(unit_vectors(1, seed=5)[0], CLIP)
    made = store.comparisons.compare(query, Scale.CENTRED, centre)
    assert made.scores == (0.0,)


def test_an_empty_catalogue_compares_with_nothing(store: Store) -> None:
    """No products, no best one, and no error."""
    made = store.comparisons.compare(Embedding(unit_vectors(1)[0], CLIP))
    assert made.distribution.total == 0
    assert made.product_ids == ()

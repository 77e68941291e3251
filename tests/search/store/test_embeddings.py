"""The exact scan, against NumPy."""

from __future__ import annotations

import numpy as np
import pytest

from search.store.store import Store
from search.tuning.scales import Scale
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import give_vectors, products, unit_vectors, waiting

OTHER = VectorSpace.named("some/other-model")


def test_nearest_are_those_that_numpy_finds(store: Store) -> None:
    """The fifty products are the fifty that brute force finds, in the same order."""
    vectors = unit_vectors(600)
    store.products.add("test", products(vectors))
    query = Embedding(unit_vectors(1, seed=9)[0], CLIP)
    hits = store.embeddings.nearest(query, 50)
    scores = vectors.astype(np.float64) @ query.vector.astype(np.float64)
    expected = np.argsort(-scores)[:50]
    assert [hit.product.article for hit in hits] == [f"ART-{number}" for number in expected]
    assert [hit.similarity for hit in hits] == pytest.approx(scores[expected], abs=1e-6)
    assert [hit.rank for hit in hits] == list(range(1, 51))


def test_a_product_comes_once_by_its_best_picture(store: Store) -> None:
    """A product with many pictures takes one place, and others still fill the list."""
    crowd, rest = unit_vectors(1)[0], unit_vectors(30, seed=3)
    store.products.add("test", products(rest))
    with store.database.connection() as connection:
        for number in range(40):
            connection.execute(
                "WITH picture AS (INSERT INTO likeness.pictures"
                " (product_id, digest, media_type, content)"
                " SELECT min(id), %(digest)s, 'image/webp', 'x' FROM likeness.products"
                " RETURNING id, product_id)"
                " INSERT INTO likeness.image_embeddings"
                " (space_id, picture_id, product_id, image_embedding)"
                " SELECT 1, id, product_id, %(vector)s FROM picture",
                {"digest": f"more {number}", "vector": crowd},
            )
    hits = store.embeddings.nearest(Embedding(crowd, CLIP), 10)
    assert len(hits) == 10
    assert len({hit.product.id for hit in hits}) == 10
    assert hits[0].product.article == "ART-0"
    assert hits[0].similarity == pytest.approx(1.0, abs=1e-6)


def test_fewer_products_than_asked_for_come_all(store: Store) -> None:
    """A small catalogue is shown whole."""
    store.products.add("test", products(unit_vectors(7)))
    assert len(store.embeddings.nearest(Embedding(unit_vectors(1)[0], CLIP), 50)) == 7


def test_spaces_do_not_mix(store: Store) -> None:
    """Vectors of another model are never among the hits or in the distribution."""
    vectors = unit_vectors(20)
    store.products.add("test", products(vectors[:12]))
    store.products.add("test", products(vectors[12:], space=OTHER, prefix="OTHER"))
    query = Embedding(vectors[15], CLIP)
    articles = {hit.product.article for hit in store.embeddings.nearest(query, 50)}
    assert articles == {f"ART-{number}" for number in range(12)}
    assert store.comparisons.compare(query).distribution.total == 12
    assert store.embeddings.count(CLIP) == 12
    assert store.embeddings.count(OTHER) == 8


def test_the_centred_scale_orders_by_the_centred_cosine(store: Store) -> None:
    """Hits come by the cosine after subtracting the centre, and carry the plain cosine as well."""
    vectors = unit_vectors(300)
    store.products.add("test", products(vectors))
    query = Embedding(unit_vectors(1, seed=9)[0], CLIP)
    centre = vectors.mean(axis=0)
    hits = store.embeddings.nearest(query, 50, Scale.CENTRED, centre)
    off = vectors.astype(np.float64) - centre
    asked = query.vector.astype(np.float64) - centre
    scores = off @ asked / np.linalg.norm(off, axis=1) / np.linalg.norm(asked)
    expected = np.argsort(-scores)[:50]
    assert [hit.product.article for hit in hits] == [f"ART-{number}" for number in expected]
    assert [hit.score for hit in hits] == pytest.approx(scores[expected], abs=1e-5)
    cosines = vectors[expected] @ query.vector
    assert [hit.similarity for hit in hits] == pytest.approx(cosines, abs=1e-5)


def test_the_relative_scale_begins_at_the_best_hit(store: Store) -> None:
    """The best product has 1, the others what they are behind it."""
    store.products.add("test", products(unit_vectors(60)))
    query = Embedding(unit_vectors(1, seed=9)[0], CLIP)
    hits = store.embeddings.nearest(query, 50, Scale.RELATIVE)
    best = hits[0].similarity
    assert hits[0].score == 1.0
    assert [hit.score for hit in hits] == pytest.approx([1 - (best - h.similarity) for h in hits])


def test_the_scan_finds_vectors_inside_the_rows(store: Store) -> None:
    """The partitions inherit STORAGE PLAIN, on which the speed of the scan stands."""
    store.products.add("test", products(unit_vectors(2)))
    with store.database.connection() as connection:
        rows = connection.execute(
            "SELECT attstorage::text FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid"
            " WHERE relname ~ '^image_embeddings_[0-9]+$' AND attname = 'image_embedding'"
        ).fetchall()
    assert rows == [("p",)]


def test_missing_pictures_are_listed_in_portions(store: Store) -> None:
    """What has no vector in a space is found from any point on; what has one is passed over."""
    store.products.add("test", products(unit_vectors(5)))
    first = store.index_queue.next(OTHER, after=0, limit=3)
    rest = store.index_queue.next(OTHER, after=first[-1].id, limit=3)
    assert [picture.content for picture in first + rest] == [b"ART %d" % n for n in range(5)]
    assert waiting(store) == []
    assert len(waiting(store, again=True)) == 5


def test_a_vector_stored_again_takes_the_place_of_the_old(store: Store) -> None:
    """Indexing again leaves one vector a picture."""
    old, new = unit_vectors(2)
    store.products.add("test", products(old[None]))
    np.testing.assert_array_equal(store.pictures.sample(CLIP, 5)[0][1].vector, old)
    give_vectors(store, waiting(store, again=True), new[None])
    np.testing.assert_array_equal(store.pictures.sample(CLIP, 5)[0][1].vector, new)
    assert store.embeddings.count(CLIP) == 1

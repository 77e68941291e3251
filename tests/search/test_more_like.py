"""Searching with what is in the catalogue already, and with several photos of one thing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import (
    NothingLeft,
    PhotosUncombinable,
    ProductNotIndexed,
    ProductUnknown,
    SpaceNotIndexed,
)
from search.narrowing import Narrow, PriceRange
from search.settings import Settings
from search.store.store import Store
from search.subject import Kind, Subject, mean
from search.tuning.scales import Scale
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace

Paint = Callable[..., bytes]


def stocked(store: Store, vectors: np.ndarray, source: str = "shop") -> list[int]:
    """Fill the catalogue; return the products' numbers in their order."""
    made = products(vectors.astype(np.float32), prefix=source)
    store.products.add(source, made)
    numbers = store.products.numbers([product.article for product in made])
    return [numbers[product.article] for product in made]


def found(engine: SearchEngine, number: int, **asked: object) -> list[int]:
    """Return the numbers of the products that look like one."""
    search = engine.more_like(number, **asked)  # type: ignore[arg-type]
    return [hit.product.id for hit in search.hits]


@pytest.fixture
def engine(store: Store, settings: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine that would have to ask a server."""
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, token=TOKEN))
    yield engine
    engine.close()


def test_more_like_this_is_the_order_by_its_own_vector(
    engine: SearchEngine, fake: FakeHuggingFace
) -> None:
    """Without itself, without a call, and without a gap at the end of the page."""
    vectors = unit_vectors(70)
    numbers = stocked(engine.store, vectors)
    search = engine.more_like(numbers[3])
    order = [at for at in np.argsort(-vectors @ vectors[3]) if at != 3]
    assert [hit.product.id for hit in search.hits] == [numbers[at] for at in order[:50]]
    assert [hit.rank for hit in search.hits] == list(range(1, 51))
    assert fake.count == 0
    assert search.remembered
    subject = search.subject
    assert (subject.kind, subject.product_id) == (Kind.PRODUCT, numbers[3])
    assert subject == Subject.of_product(numbers[3], subject.picture or "", search.query)
    assert engine.distribution(search).total == 70


def test_it_is_counted_as_a_search_and_not_as_evidence(engine: SearchEngine) -> None:
    """How like one another the catalogue's products are says nothing of what the encoder does."""
    numbers = stocked(engine.store, unit_vectors(3))
    engine.more_like(numbers[0], origin="api", who="Ann")
    with pytest.raises(ProductUnknown):
        engine.more_like(0)
    assert engine.journal.flush(10)
    with engine.store.database.connection() as connection:
        logged = connection.execute(
            "SELECT outcome, origin, who, shown, remembered, product_id, best_similarity"
            " FROM likeness.search_log ORDER BY made_at"
        ).fetchall()
    assert [row[:3] for row in logged] == [("ok", "api", "Ann"), ("product_unknown", "page", "")]
    assert logged[0][3:5] == (2, True)
    assert logged[0][5] in numbers[1:]
    assert logged[0][6] is None


def test_it_is_narrowed_in_the_database(engine: SearchEngine) -> None:
    """As any other search; nothing but itself in the range is said."""
    numbers = stocked(engine.store, unit_vectors(9))
    assert set(found(engine, numbers[1], narrow=dear(104, 108))) == set(numbers[4:])
    with pytest.raises(NothingLeft):
        engine.more_like(numbers[1], narrow=dear(101, 101))


def dear(lowest: int, highest: int) -> Narrow:
    """Narrow to a range of prices."""
    return Narrow(price=PriceRange(lowest, highest))  # type: ignore[arg-type]


def test_what_has_the_same_picture_stays(engine: SearchEngine) -> None:
    """Products that share the picture are good hits: only the product itself is left out."""
    vectors = unit_vectors(5)
    numbers = stocked(engine.store, vectors[[0, 0, 0, 1, 2]])
    search = engine.more_like(numbers[1])
    first = search.hits[0]
    assert (first.product.id, [one.id for one in first.same]) == (numbers[0], [numbers[2]])
    assert first.similarity == pytest.approx(1)
    assert len(search.hits) == 3


def test_on_the_relative_scale_it_is_its_own_best(engine: SearchEngine) -> None:
    """Scores are those that the whole catalogue is counted by."""
    numbers = stocked(engine.store, unit_vectors(6))
    engine.thresholds.save(0.9, scale=Scale.RELATIVE, who="Ann", why="test")
    search = engine.more_like(numbers[0])
    assert all(hit.score == pytest.approx(hit.similarity) for hit in search.hits)
    counts = engine.distribution(search).counts
    bins = np.bincount([int(np.floor(hit.score * 100 + 1e-4)) + 100 for hit in search.hits])
    assert [counts[at] for at in np.flatnonzero(bins)] == [bins[at] for at in np.flatnonzero(bins)]


def test_another_picture_of_the_product_may_be_meant(engine: SearchEngine) -> None:
    """By its number; the first picture that has a vector is the usual one."""
    store, vectors = engine.store, unit_vectors(4)
    numbers = stocked(store, vectors)
    with store.database.connection() as connection:
        # The second product's picture becomes a further one of the first.
        row = connection.execute(
            "UPDATE likeness.pictures SET product_id = %s, position = 1 WHERE product_id = %s"
            " RETURNING id",
            (numbers[0], numbers[1]),
        ).fetchone()
        assert row
        connection.execute(
            "UPDATE likeness.image_embeddings SET product_id = %s WHERE picture_id = %s",
            (numbers[0], row[0]),
        )
    search = engine.more_like(numbers[0], picture_id=row[0])
    assert np.allclose(search.query.vector, vectors[1])
    assert np.allclose(engine.more_like(numbers[0]).query.vector, vectors[0])
    assert numbers[0] not in [hit.product.id for hit in search.hits]
    with pytest.raises(ProductNotIndexed):
        engine.more_like(numbers[1])
    with pytest.raises(ProductNotIndexed):
        engine.more_like(numbers[0], picture_id=10**9)


@pytest.mark.parametrize("number", [0, -1, 10**9, 2**63, 10**30])
def test_a_product_that_is_not_there_is_said(engine: SearchEngine, number: int) -> None:
    """It may have been removed since the page was loaded."""
    stocked(engine.store, unit_vectors(2))
    with pytest.raises(ProductUnknown, match=str(number)):
        engine.more_like(number)


def test_a_product_without_a_vector_is_named(engine: SearchEngine) -> None:
    """It is new, and waits to be indexed; in an unindexed catalogue that is said."""
    store = engine.store
    (number,) = stocked(store, unit_vectors(1))
    new = [replace(one, embedding=None) for one in products(unit_vectors(1), prefix="new")]
    store.products.add("new", new)
    with pytest.raises(ProductNotIndexed) as raised:
        engine.more_like(store.products.numbers(["new-0"])["new-0"])
    assert raised.value.facts == {"product": "new-0"}
    with store.database.connection() as connection:
        connection.execute("DELETE FROM likeness.image_embeddings")
    engine.coverage()
    with pytest.raises(SpaceNotIndexed):
        engine.more_like(number)


def test_photos_of_one_thing_are_one_search(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """Each is encoded once, ever, and what is found lies between them."""
    vectors = unit_vectors(8)
    numbers = stocked(engine.store, vectors)
    photos = [
        engine.reading.read(picture(colour, kind="WEBP")) for colour in ("red", "blue", "green")
    ]
    alone = [engine.search(photo).query for photo in photos[:2]]
    assert fake.count == 2
    search = engine.search_together(photos[:2])
    assert (fake.count, search.remembered) == (2, True)
    assert search.subject == Subject.of_photos(photos[:2])
    assert np.allclose(search.query.vector, mean(alone).vector)
    order = np.argsort(-vectors @ search.query.vector)
    assert [hit.product.id for hit in search.hits] == [numbers[at] for at in order]
    kept = engine.store.photos.find(search.subject.fingerprint, CLIP)
    assert kept is not None
    assert np.allclose(kept.vector, search.query.vector)
    assert not engine.search_together(photos).remembered
    assert fake.count == 3
    assert engine.search(photos[2]).remembered
    with pytest.raises(PhotosUncombinable):
        engine.search_together(photos[:1])


def test_thresholds_are_tried_on_photos_alone(engine: SearchEngine, picture: Paint) -> None:
    """A search with a product is no evidence for what people photograph."""
    numbers = stocked(engine.store, unit_vectors(3))
    photo = engine.search(engine.reading.read(picture(kind="WEBP")))
    engine.more_like(numbers[0])
    assert [past.id for past in engine.store.searches.last(CLIP, 5)] == [photo.id]


def test_the_vector_of_a_product_can_be_compared_and_judged(engine: SearchEngine) -> None:
    """It is stored under the subject's fingerprint, as a photo's is under its own."""
    numbers = stocked(engine.store, unit_vectors(3))
    search = engine.more_like(numbers[0])
    stored = engine.store.photos.find(search.subject.fingerprint, CLIP)
    assert stored is not None
    assert stored.similarity(Embedding(search.query.vector, CLIP)) == pytest.approx(1)

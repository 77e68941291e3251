"""Forgetting a search leaves nothing of its photo, and says who keeps what does stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from search.engine import SearchEngine
from search.entries import Forgotten, Need
from search.errors import SearchUnknown
from search.hits import Search
from search.judgement import Judgement, Origin, Verdict
from search.photo import Photo
from search.store.evaluation_sets import NewPhoto
from search.subject import Kind
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.serving import client_of

Paint = Callable[..., bytes]
COLOURS = ("red", "blue", "green")


@pytest.fixture
def photos(engine: SearchEngine, picture: Paint) -> list[Photo]:
    """Return three photos, and put four products into the catalogue."""
    engine.store.products.add("shop", products(unit_vectors(4)))
    return [engine.reading.read(picture(colour, "yellow")) for colour in COLOURS]


def searched(engine: SearchEngine, *photos: Photo, visitor: str = "ann") -> Search:
    """Search as a page does, with one photo or several of one thing: a picture is kept."""
    one = photos[0]
    search = (
        engine.search(one, visitor=visitor)
        if len(photos) == 1
        else engine.search_together(photos, visitor=visitor)
    )
    engine.keep_photo(*photos)
    return search


def judge(engine: SearchEngine, search: Search) -> UUID:
    """Say that the best product is on the photo."""
    number, hit = uuid4(), search.hits[0]
    photo, said = search.subject.fingerprint, Verdict.MATCH
    judged = Judgement(number, photo, hit.product.id, said, "Ann", CLIP, Origin.SEARCH)
    assert engine.judging.record(judged)
    return number


def rows_of(engine: SearchEngine, photo: bytes) -> int:
    """Count what any table has that names a photo."""
    with engine.store.database.connection() as connection:
        named = connection.execute(
            "SELECT table_name FROM information_schema.columns"
            " WHERE table_schema = 'likeness' AND data_type = 'bytea'"
            " AND column_name = 'fingerprint'"
        ).fetchall()
        counts = [
            connection.execute(
                f"SELECT count(*) FROM likeness.{table} WHERE fingerprint = %s",  # noqa: S608 - our own tables
                (photo,),
            ).fetchone()
            for (table,) in named
        ]
    assert len(counts) > 4
    return sum(count[0] for count in counts if count)


def test_nothing_of_it_is_left(engine: SearchEngine, photos: list[Photo]) -> None:
    """No table names the photo, its picture is not found, and its address says a sentence."""
    search, photo = searched(engine, photos[0]), photos[0].fingerprint
    engine.distribution(search)
    with client_of(lambda: engine) as client:
        seen = client.get(f"photos/{photo.hex()}")
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/jpeg")
        assert engine.history.forget(search.id, "ann") == Forgotten(Kind.PHOTO)
        gone = client.get(f"photos/{photo.hex()}")
        assert (gone.status_code, gone.headers["cache-control"]) == (404, "no-store")
    assert rows_of(engine, photo) == 0
    with pytest.raises(SearchUnknown, match="not any more"):
        engine.history.reopen(search.id)


def test_a_browser_asks_each_time_whether_a_photo_is_still_there(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """What was forgotten elsewhere is not shown out of a browser's cache; no more is sent twice."""
    search, photo = searched(engine, photos[0]), photos[0].fingerprint.hex()
    with client_of(lambda: engine) as client:
        seen = client.get(f"photos/{photo}")
        assert seen.headers["cache-control"] == "private, no-cache"
        client.session.headers["If-None-Match"] = seen.headers["etag"]
        again = client.get(f"photos/{photo}")
        assert (again.status_code, again.content) == (304, b"")
        engine.history.forget(search.id)
        assert client.get(f"photos/{photo}").status_code == 404


def test_who_keeps_a_photo_is_said(engine: SearchEngine, photos: list[Photo]) -> None:
    """A judgement, an evaluation set, another search: each as long as it needs the photo."""
    first, photo = searched(engine, photos[0]), photos[0].fingerprint
    second = searched(engine, photos[0], visitor="bob")
    judged = judge(engine, first)
    engine.store.evaluation_sets.add("set", [NewPhoto(photo, "a.jpg", ())])
    assert engine.history.forget(first.id).needs == set(Need)
    assert engine.history.forget(second.id).needs == {Need.JUDGEMENT, Need.SET}
    third = searched(engine, photos[0])
    engine.judging.undo(judged, "Ann")
    engine.evaluating.remove_set("set")
    assert engine.history.forget(third.id) == Forgotten(Kind.PHOTO)


def test_of_several_photos_each_may_be_needed(engine: SearchEngine, photos: list[Photo]) -> None:
    """By a search with one of them, or with others beside it."""
    both, others = searched(engine, *photos[:2]), searched(engine, *photos[1:])
    alone = searched(engine, photos[0])
    assert engine.history.forget(both.id) == Forgotten(Kind.PHOTOS, frozenset({Need.SEARCH}))
    assert engine.history.forget(others.id) == Forgotten(Kind.PHOTOS)
    assert engine.history.forget(alone.id) == Forgotten(Kind.PHOTO)


def test_a_search_with_a_product_has_no_photo(engine: SearchEngine, photos: list[Photo]) -> None:
    """Its vector is the catalogue's."""
    assert photos
    number = engine.store.products.numbers(["ART-1"])["ART-1"]
    search = engine.more_like(number, visitor="ann")
    assert engine.history.forget(search.id) == Forgotten(Kind.PRODUCT)


def test_whose_search_it_is(engine: SearchEngine, photos: list[Photo]) -> None:
    """Whoever opens a colleague's address does not find it among their own."""
    hers, nobodys = searched(engine, photos[0]), searched(engine, photos[1], visitor="")
    history = engine.history
    assert history.is_of(hers.id, "ann")
    assert history.is_of(str(nobodys.id), "")
    assert not any(history.is_of(hers.id, other) for other in ("", "bob"))
    assert not any(history.is_of(search, "ann") for search in (nobodys.id, uuid4(), "nonsense"))


def test_an_entry_has_the_best_products_picture(
    engine: SearchEngine, photos: list[Photo], picture: Paint
) -> None:
    """As of today, and none when the product is gone."""
    pictured = [replace(made, picture=picture()) for made in products(unit_vectors(1))]
    engine.store.products.add("pictured", pictured)
    search = searched(engine, photos[0])
    (entry,) = engine.history.list("ann")
    assert entry.best_picture == search.hits[0].picture
    with engine.store.database.connection() as connection:
        connection.execute("DELETE FROM likeness.products")
    (gone,) = engine.history.list("ann")
    assert (gone.best, gone.best_picture) == (None, None)

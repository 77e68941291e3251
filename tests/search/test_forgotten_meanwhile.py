"""A photo that was forgotten does not come back by whoever still has its search open."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from search.engine import SearchEngine
from search.errors import SearchUnknown
from search.hits import Search
from search.narrowing import Narrow, PriceRange
from search.photo import Photo
from search.store.forgetting import _FORGETTING
from search.subject import Kind
from tests.catalogues import products, unit_vectors
from tests.locks import until_waiting

Paint = Callable[..., bytes]
CHEAP = Narrow(price=PriceRange(highest=Decimal(100_000)))


@pytest.fixture
def photos(engine: SearchEngine, picture: Paint) -> list[Photo]:
    """Return two photos, and put four products into the catalogue."""
    engine.store.products.add("shop", products(unit_vectors(4)))
    return [engine.reading.read(picture(colour, "yellow")) for colour in ("red", "blue")]


def searched(engine: SearchEngine, photos: list[Photo], kind: Kind) -> Search:
    """Search with a photo, or with two of one thing, as the owner does."""
    if kind is Kind.PHOTO:
        made = engine.search(photos[0], visitor="owner")
        engine.keep_photo(photos[0])
    else:
        made = engine.search_together(photos, visitor="owner")
        engine.keep_photo(*photos)
    return engine.history.reopen(made.id)


def left_of_photos(engine: SearchEngine) -> dict[str, int]:
    """Count what is stored of photos."""
    with engine.store.database.connection() as connection:
        counts = {
            table: connection.execute(f"SELECT count(*) FROM likeness.{table}").fetchone()  # noqa: S608 - named below
            for table in ("searches", "photo_pictures", "photo_embeddings", "comparisons")
        }
    return {table: count[0] for table, count in counts.items() if count and count[0]}


@pytest.mark.parametrize("kind", [Kind.PHOTO, Kind.PHOTOS])
@pytest.mark.parametrize("narrow", [None, CHEAP])
def test_a_colleagues_tab_does_not_bring_it_back(
    engine: SearchEngine, photos: list[Photo], kind: Kind, narrow: Narrow | None
) -> None:
    """They get a sentence, and nothing is stored: no search, no vector."""
    past = searched(engine, photos, kind)
    engine.history.forget(past.id, "owner")
    with pytest.raises(SearchUnknown) as said:
        engine.again(past, narrow=narrow, visitor="colleague")
    assert said.value.facts["search"] == str(past.id)
    assert left_of_photos(engine) == {}


def test_it_is_not_brought_back_by_a_search_under_way(
    engine: SearchEngine, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Forgotten after the comparison began, and before the search is stored."""
    past = searched(engine, photos, Kind.PHOTO)
    embeddings = type(engine.store.embeddings)
    nearest = embeddings.nearest

    def slowly(*given: object, **asked: object) -> object:
        found = nearest(*given, **asked)  # type: ignore[arg-type]
        engine.history.forget_all("owner")
        return found

    monkeypatch.setattr(embeddings, "nearest", slowly)
    with pytest.raises(SearchUnknown):
        engine.again(past, visitor="colleague")
    assert left_of_photos(engine) == {}


def test_whoever_stores_waits_for_whoever_forgets(
    engine: SearchEngine, photos: list[Photo], conninfo: str
) -> None:
    """There is no moment between: a photo that is being forgotten is seen as forgotten."""
    past = searched(engine, photos, Kind.PHOTO)
    with ThreadPoolExecutor(2) as pool:
        with engine.store.database.connection() as connection, connection.transaction():
            connection.execute(_FORGETTING)
            again = pool.submit(engine.again, past)
            keep = pool.submit(engine.keep_photo, photos[0])
            until_waiting(conninfo, 2)
            for table in ("searches", "photo_pictures", "photo_embeddings"):
                connection.execute(f"DELETE FROM likeness.{table}")  # noqa: S608 - named above
        with pytest.raises(SearchUnknown):
            again.result()
        keep.result()
    assert left_of_photos(engine) == {}


def test_whoever_has_the_photo_itself_searches_on(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """It is theirs; and who has their search open then may search again as well."""
    past = searched(engine, photos, Kind.PHOTO)
    engine.history.forget(past.id)
    assert engine.search(photos[0]).hits
    assert engine.again(past).hits


def test_a_photo_that_somebody_else_searched_with_is_there(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """It was not forgotten, but one search with it."""
    past = searched(engine, photos, Kind.PHOTO)
    engine.search(photos[0], visitor="bob")
    engine.history.forget(past.id)
    assert engine.again(past).subject == past.subject


def test_a_product_is_the_catalogues(engine: SearchEngine, photos: list[Photo]) -> None:
    """What looks like it is found again, whoever forgot that they looked."""
    assert photos
    like = engine.more_like(engine.store.products.numbers(["ART-1"])["ART-1"])
    engine.history.forget(like.id)
    assert engine.again(like).hits


@pytest.mark.parametrize("count", [1, 2])
def test_no_picture_is_kept_of_what_was_forgotten_before(
    engine: SearchEngine, photos: list[Photo], count: int
) -> None:
    """Between a search and its small picture lies a count of the catalogue: time to forget it."""
    search = engine.search_together(photos) if count == 2 else engine.search(photos[0])
    engine.history.forget(search.id)
    engine.keep_photo(*photos[:count])
    assert left_of_photos(engine) == {}
    assert engine.judging.picture(search.subject.fingerprint) is None

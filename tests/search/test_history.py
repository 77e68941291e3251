"""Searches come back as they were, are listed for whoever made them, and are forgotten."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import numpy as np
import pytest
from PIL import Image

from search.addresses import photo_path, picture_path
from search.engine import SearchEngine
from search.errors import SearchUnknown, TitleTooLong
from search.hits import Search
from search.judgement import Judgement, Origin, Verdict
from search.narrowing import Narrow, PriceRange
from search.photo import Photo
from search.settings import Settings
from search.store.evaluation_sets import NewPhoto
from search.store.store import Store
from search.subject import Kind
from search.tuning.scales import Scale
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import until
from tests.search.conftest import PixelEncoder

Paint = Callable[..., bytes]
COLOURS = ("red", "blue", "green", "black", "orange", "purple")
NOON = datetime(2026, 11, 29, 12, tzinfo=UTC)


class Clock:
    """The time of day, as long as a test wants it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        """Tell it; a minute passes."""
        self.now += timedelta(minutes=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    """Return a clock on which searches follow one another."""
    return Clock()


@pytest.fixture
def engine(store: Store, settings: Settings, clock: Clock) -> Iterator[SearchEngine]:
    """Return an engine with eight products, three of which share a picture."""
    vectors = unit_vectors(6)
    store.products.add("shop", products(vectors[[0, 1, 2, 3, 4, 5, 0, 0]]))
    engine = SearchEngine(settings, store, PixelEncoder(), now=clock)
    yield engine
    engine.close()


@pytest.fixture
def photos(engine: SearchEngine, picture: Paint) -> list[Photo]:
    """Return six photos."""
    return [engine.reading.read(picture(colour, "yellow")) for colour in COLOURS]


def searched(engine: SearchEngine, photo: Photo, visitor: str = "ann") -> Search:
    """Search as a page does: the small picture is kept."""
    search = engine.search(photo, visitor=visitor)
    engine.keep_photo(photo)
    return search


def rows(engine: SearchEngine, query: str, *asked: object) -> list[tuple[object, ...]]:
    """Ask the database."""
    with engine.store.database.connection() as connection:
        return connection.execute(query, asked).fetchall()


def traces(engine: SearchEngine, photo: bytes) -> set[str]:
    """Return the tables in which anything is known of a photo."""
    tables = ("searches", "photo_pictures", "photo_embeddings", "comparisons")
    return {
        table
        for table in tables
        if rows(engine, f"SELECT 1 FROM likeness.{table} WHERE fingerprint = %s", photo)  # noqa: S608 - named above
    }


def comparable(search: Search) -> dict[str, object]:
    """Return what has to be the same when a search is reopened."""
    return {
        "id": search.id,
        "subject": search.subject,
        "hits": search.hits,
        "remembered": search.remembered,
        "made_at": search.made_at,
        "narrow": search.narrow,
        "query": search.query.vector.tolist(),
        "space": search.query.space,
        "line": (search.threshold.value, search.threshold.scale, search.threshold.id),
    }


def test_a_search_comes_back_as_it_was(engine: SearchEngine, photos: list[Photo]) -> None:
    """With a photo, with several, with a product; narrowed and grouped or not."""
    shop = engine.store.products.numbers([f"ART-{at}" for at in range(8)])
    some = Narrow(("things",), price=PriceRange(Decimal("100.5"), None, "RUB"))
    made = [
        engine.search(photos[0]),
        engine.search(photos[0], narrow=some),
        engine.search_together(photos[1:4]),
        engine.more_like(shop["ART-6"]),
    ]
    assert any(hit.same for hit in made[0].hits)
    assert made[1].narrow == some
    for search in made:
        again = engine.history.reopen(search.id)
        assert comparable(again) == comparable(search)
        assert (again.gone, again.seconds) == (0, {})
        assert engine.distribution(again) == engine.distribution(search)
    assert comparable(engine.history.reopen(f" {made[0].id} ")) == comparable(made[0])


@pytest.mark.parametrize("scale", [Scale.CENTRED, Scale.RELATIVE])
def test_it_comes_back_on_its_own_scale(
    engine: SearchEngine, photos: list[Photo], scale: Scale
) -> None:
    """However often the threshold is changed meanwhile."""
    saved = engine.thresholds.save(0.4, scale=scale, doubtful=0.2, who="Ann", why="a test")
    search = engine.search(photos[0])
    engine.thresholds.save(0.9, who="Ann", why="another one")
    again = engine.history.reopen(search.id)
    assert comparable(again) == comparable(search)
    line = again.threshold
    assert (line.id, line.doubtful, line.who, line.why) == (saved.id, 0.2, "Ann", "a test")
    assert (line.centre is None) == (scale is Scale.RELATIVE)
    if line.centre is not None and saved.centre is not None:
        assert np.allclose(line.centre, saved.centre)


def test_products_are_called_as_they_are_today(engine: SearchEngine, photos: list[Photo]) -> None:
    """A name and a price may have changed; the picture is another where that one is gone."""
    search = engine.search(photos[0])
    first = search.hits[1]
    rows(
        engine,
        'UPDATE likeness.products SET name = \'{"en": "New"}\', price = 7 WHERE id = %s'
        " RETURNING id",
        first.product.id,
    )
    rows(
        engine,
        "WITH gone AS (DELETE FROM likeness.pictures WHERE id = %s RETURNING product_id)"
        " INSERT INTO likeness.pictures (product_id, address)"
        " SELECT product_id, 'https://shop.test/new.png' FROM gone RETURNING id",
        first.picture_id,
    )
    again = engine.history.reopen(search.id).hits[1]
    assert (again.product.name, again.product.price) == ({"en": "New"}, Decimal(7))
    assert (again.rank, again.similarity, again.score) == (2, first.similarity, first.score)
    assert again.picture == str(again.picture_id) != str(first.picture_id)
    rows(engine, "DELETE FROM likeness.pictures WHERE id = %s RETURNING id", again.picture_id)
    assert engine.history.reopen(search.id).hits[1].picture == ""


def test_products_that_are_gone_are_counted(engine: SearchEngine, photos: list[Photo]) -> None:
    """The others keep their ranks; of several with one picture the next stands for the first."""
    search = engine.search(photos[0])
    (group,) = [hit for hit in search.hits if hit.same]
    alone = next(hit for hit in search.hits if not hit.same)
    delete = "DELETE FROM likeness.products WHERE id = ANY(%s) RETURNING id"
    rows(engine, delete, [group.product.id, alone.product.id])
    again = engine.history.reopen(search.id)
    assert again.gone == 2
    assert [hit.rank for hit in again.hits] == [h.rank for h in search.hits if h is not alone]
    (left,) = [hit for hit in again.hits if hit.same]
    assert (left.rank, left.product, left.same) == (group.rank, group.same[0], group.same[1:])
    rows(engine, "DELETE FROM likeness.products RETURNING id")
    empty = engine.history.reopen(search.id)
    assert (empty.hits, empty.gone) == ((), 8)


@pytest.mark.parametrize("search", [uuid4(), "no id", "", "\0" * 200])
def test_a_search_that_is_not_there_is_said(engine: SearchEngine, search: UUID | str) -> None:
    """Whatever stands in an address."""
    history = engine.history
    for what in (history.reopen, history.pin, history.unpin, history.forget):
        with pytest.raises(SearchUnknown):
            what(search)
    with pytest.raises(SearchUnknown):
        history.rename(search, "Name")


def test_a_history_is_a_visitors_own(engine: SearchEngine, photos: list[Photo]) -> None:
    """The latest first, page by page, with all that a list shows."""
    mine = [searched(engine, photo) for photo in photos[:3]]
    searched(engine, photos[3], visitor="bob")
    engine.search(photos[4])
    history = engine.history
    entries = history.list("ann")
    assert [entry.id for entry in entries] == [search.id for search in reversed(mine)]
    assert [entry.id for entry in history.list("ann", 2)] == [entry.id for entry in entries[:2]]
    assert history.list("ann", 5, before=entries[1]) == entries[2:]
    assert history.list("ann", before=entries[2]) == []
    assert len(history.list("")) == len(history.list("bob")) == 1
    assert len(history.list(None)) == 5
    entry, search = entries[0], mine[2]
    assert (entry.made_at, entry.subject, entry.narrow) == (search.made_at, search.subject, None)
    assert entry.thumbnail == photo_path(photos[2].fingerprint)
    assert (entry.shown, entry.best, entry.best_score) == (
        len(search.hits),
        search.hits[0].product,
        search.hits[0].score,
    )
    assert entry.similar == sum(hit.score >= 0.3 for hit in search.hits)
    assert (entry.product, entry.title, entry.is_pinned) == (None, "", False)


def test_a_product_and_several_photos_have_thumbnails_too(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """A product's own picture as of today; photos side by side."""
    number = engine.store.products.numbers(["ART-1"])["ART-1"]
    like = engine.more_like(number, visitor="ann")
    together = engine.search_together(photos[:2], visitor="ann")
    engine.keep_photo(*photos[:2])
    both, one = engine.history.list("ann")
    assert (one.thumbnail, both.thumbnail) == (
        picture_path(like.subject.picture or ""),
        photo_path(together.subject.fingerprint),
    )
    assert one.product is not None
    assert one.product.article == "ART-1"
    assert both.subject.photos == (photos[0].fingerprint, photos[1].fingerprint)
    kept = engine.judging.picture(together.subject.fingerprint)
    assert kept is not None
    assert Image.open(io.BytesIO(kept.content)).width > 500
    rows(engine, "DELETE FROM likeness.products WHERE id = %s RETURNING id", number)
    _, gone = engine.history.list("ann")
    assert (gone.thumbnail, gone.product, gone.subject.kind) == (None, None, Kind.PRODUCT)


def test_without_small_pictures_there_are_no_thumbnails(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """KEEP_PHOTOS hides at once what was kept before."""
    searched(engine, photos[0])
    without = engine.settings.model_copy(update={"keep_photos": False})
    other = SearchEngine(without, engine.store, PixelEncoder())
    (entry,) = other.history.list("ann")
    assert entry.thumbnail is None
    other._desks.close(1)
    other.journal.close()


def test_searches_are_named_and_pinned(engine: SearchEngine, photos: list[Photo]) -> None:
    """By whoever has them; a list can be of the pinned ones alone."""
    one, other = (searched(engine, photo).id for photo in photos[:2])
    history = engine.history
    history.pin(one, "ann")
    assert history.rename(one, "  The\nblue mug ", "ann") == "The blue mug"
    (pinned,) = history.list("ann", pinned=True)
    assert (pinned.id, pinned.title, pinned.is_pinned) == (one, "The blue mug", True)
    assert [entry.id for entry in history.list("ann", pinned=False)] == [other]
    for what in (history.pin, history.unpin, history.forget):
        with pytest.raises(SearchUnknown):
            what(one, "bob")
    with pytest.raises(TitleTooLong, match="80"):
        history.rename(one, "x" * 81)
    history.unpin(one)
    assert history.rename(one, " ") == ""
    assert [entry.is_pinned for entry in history.list("ann")] == [False, False]


def test_what_is_forgotten_is_gone(engine: SearchEngine, photos: list[Photo]) -> None:
    """The row, the picture, the vector and what was counted; usage keeps its figures."""
    photo = photos[0]
    search = searched(engine, photo)
    engine.evaluating.sources()
    counted = engine.store.comparisons
    compared = counted.compare(search.query)
    stamp = counted.stamp(CLIP)
    counted.save(photo.fingerprint, CLIP, Scale.COSINE, stamp, compared)
    assert len(traces(engine, photo.fingerprint)) == 4
    engine.history.forget(search.id)
    assert traces(engine, photo.fingerprint) == set()
    assert engine.judging.picture(photo.fingerprint) is None
    with pytest.raises(SearchUnknown):
        engine.history.reopen(search.id)
    assert engine.journal.flush(10)
    logged = rows(engine, "SELECT id, outcome, shown FROM likeness.search_log")
    assert logged == [(search.id, "ok", len(search.hits))]
    assert not engine.search(photo).remembered


def test_photos_searched_together_are_forgotten_together(
    engine: SearchEngine, photos: list[Photo]
) -> None:
    """Except for one that another search was made with."""
    one, other = photos[:2]
    together = engine.search_together([one, other], visitor="ann")
    engine.keep_photo(one, other)
    alone = searched(engine, one)
    engine.history.forget(alone.id)
    assert traces(engine, one.fingerprint) == {"photo_pictures", "photo_embeddings"}
    alone = searched(engine, one)
    engine.history.forget(together.id)
    assert traces(engine, together.subject.fingerprint) == set()
    assert traces(engine, other.fingerprint) == set()
    assert traces(engine, one.fingerprint) == {"searches", "photo_pictures", "photo_embeddings"}


def test_what_something_else_refers_to_stays(engine: SearchEngine, photos: list[Photo]) -> None:
    """A second search, a judgement that holds, an evaluation set."""
    twice, judged, undone, listed = photos[:4]
    first = searched(engine, twice)
    searched(engine, twice)
    made = {photo: searched(engine, photo) for photo in (judged, undone, listed)}
    taken_back = _judge(engine, undone, made[undone])
    _judge(engine, judged, made[judged])
    engine.judging.undo(taken_back, "Ann")
    engine.store.evaluation_sets.add("set", [NewPhoto(listed.fingerprint, "a.jpg", ())])
    for search in (first, *made.values()):
        engine.history.forget(search.id)
    kept = {"photo_pictures", "photo_embeddings"}
    assert traces(engine, twice.fingerprint) == {"searches", *kept}
    assert traces(engine, judged.fingerprint) == traces(engine, listed.fingerprint) == kept
    assert traces(engine, undone.fingerprint) == set()


def _judge(engine: SearchEngine, photo: Photo, search: Search) -> UUID:
    number = uuid4()
    said = Judgement(
        id=number,
        photo=photo.fingerprint,
        product_id=search.hits[0].product.id,
        verdict=Verdict.MATCH,
        who="Ann",
        space=CLIP,
        origin=Origin.SEARCH,
    )
    assert engine.judging.record(said)
    return number


def test_a_visitor_can_forget_everything(
    engine: SearchEngine, photos: list[Photo], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pinned ones too, in portions, and nobody else's."""
    monkeypatch.setattr("search.store.forgetting.PORTION", 2)
    for photo in photos[:5]:
        searched(engine, photo)
    theirs = searched(engine, photos[0], visitor="bob")
    engine.history.pin(engine.history.list("ann")[0].id)
    assert engine.history.forget_all("ann") == 5
    assert engine.history.list("ann") == []
    assert [entry.id for entry in engine.history.list(None)] == [theirs.id]
    assert len(rows(engine, "SELECT 1 FROM likeness.photo_embeddings")) == 1
    assert engine.history.forget_all("ann") == 0


def test_old_searches_go_by_themselves(
    engine: SearchEngine, photos: list[Photo], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After KEEP_SEARCHES_DAYS, in portions; pinned, judged and listed ones stay."""
    monkeypatch.setattr("search.store.forgetting.PORTION", 1)
    pinned, judged, listed, old, other = (searched(engine, photo) for photo in photos[:5])
    engine.history.pin(pinned.id)
    _judge(engine, photos[1], judged)
    engine.store.evaluation_sets.add("set", [NewPhoto(photos[2].fingerprint, "a.jpg", ())])
    orphan = photos[5]
    engine._embed(orphan)
    rows(
        engine,
        "WITH one AS (UPDATE likeness.photo_embeddings SET created_at = %s RETURNING 1)"
        " UPDATE likeness.photo_pictures SET created_at = %s RETURNING 1",
        NOON,
        NOON,
    )
    clock.now = NOON + timedelta(days=90)
    assert engine.history.purge() == 0
    new = searched(engine, photos[3])
    clock.now = NOON + timedelta(days=90, hours=1)
    assert engine.history.purge() == 2
    left = {entry.id for entry in engine.history.list(None)}
    assert left == {pinned.id, judged.id, listed.id, new.id}
    assert not left & {old.id, other.id}
    assert traces(engine, photos[3].fingerprint) == {
        "searches",
        "photo_pictures",
        "photo_embeddings",
    }
    assert traces(engine, photos[4].fingerprint) == traces(engine, orphan.fingerprint) == set()
    assert engine.history.purge() == 0


def test_the_hourly_upkeep_does_it(engine: SearchEngine, photos: list[Photo], clock: Clock) -> None:
    """Nobody has to ask for it."""
    searched(engine, photos[0])
    clock.now = NOON + timedelta(days=91)
    engine._upkeep.start()
    until(lambda: not engine.history.list(None))


def test_searches_may_be_kept_for_ever(engine: SearchEngine, photos: list[Photo]) -> None:
    """KEEP_SEARCHES_DAYS = 0."""
    searched(engine, photos[0])
    for_ever = engine.settings.model_copy(update={"keep_searches_days": 0})
    history = type(engine.history)(engine.store, for_ever, lambda: NOON + timedelta(days=10_000))
    assert history.purge() == 0
    assert len(history.list("ann")) == 1

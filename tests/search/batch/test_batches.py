"""Sets of photos on a real engine: what they cost, what they leave behind, where they end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from uuid import uuid4

import pytest

from search.batch import Batch, GivenFile, Phase, State
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import CatalogueEmpty, QuotaSpent, RateLimited
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, hold

Paint = Callable[..., bytes]
SECONDS = 30.0
LIMIT = 3


@pytest.fixture
def limited(settings: Settings) -> Settings:
    """Return settings with a hard limit of LIMIT calls a month."""
    return settings.model_copy(
        update={"quota_stops": True, "monthly_calls": LIMIT, "daily_calls": 0}
    )


@pytest.fixture
def far(store: Store, limited: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine with that limit, whose encoder asks the fake server."""
    store.products.add("test", products(unit_vectors(8)))
    engine = SearchEngine(limited, store, HttpEncoder(fake.model_url, sleep=lambda _: None))
    yield engine
    engine.close()


def opened(engine: SearchEngine, contents: Sequence[bytes]) -> Batch:
    """Open a set of photos and have it read."""
    files = [GivenFile(f"{number}.png", one) for number, one in enumerate(contents, 1)]
    batch = engine.batches.open(files)
    assert batch.join(SECONDS)
    return batch


def searched(engine: SearchEngine, batch: Batch, visitor: str = "") -> Batch:
    """Search with a set until nothing goes on."""
    engine.batches.start(batch, visitor=visitor)
    assert batch.join(SECONDS)
    return batch


def states(batch: Batch) -> list[State]:
    """Return how far each photo is."""
    return [row.state for row in batch.rows]


def test_what_it_costs_is_known_before_it_begins(
    far: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """Photos that are known, or are there twice, cost nothing; that they are read neither."""
    far.search(far.reading.read(picture("red")))
    photos = [picture("red"), picture("green"), picture("blue"), picture("green"), b"no photo"]
    batch = opened(far, photos)
    cost = far.batches.cost(batch)
    assert (cost.photos, cost.new) == (3, 2)
    assert (cost.is_counted, cost.left, cost.is_of_day) == (True, LIMIT - 1, False)
    assert not cost.is_too_much
    assert cost.seconds > 0
    assert fake.count == 1
    searched(far, batch)
    assert fake.count == 3
    assert far.journal.flush(20)
    assert far.batches.cost(batch).new == 0


def test_a_set_beyond_the_limit_is_told_and_ends_there(
    far: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """What was found until then stays; the rest waits, and what is known goes on for nothing."""
    batch = opened(far, [picture((shade, 0, 0)) for shade in range(LIMIT + 3)])
    assert far.batches.cost(batch).is_too_much
    searched(far, batch)
    assert sorted(states(batch)) == [State.DONE] * LIMIT + [State.READY] * 3
    assert isinstance(batch.error, QuotaSpent)
    assert (batch.phase, fake.count) == (Phase.HALTED, LIMIT)


def test_photos_that_are_known_are_found_whatever_is_left(
    far: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """They come first, so that a limit does not keep them from being found."""
    for shade in range(LIMIT):
        far.search(far.reading.read(picture((0, shade, 0))))
    new = [picture((shade, 0, 0)) for shade in range(1, 4)]
    batch = searched(far, opened(far, [*new, picture((0, 2, 0))]))
    assert states(batch) == [State.READY] * 3 + [State.DONE]
    assert isinstance(batch.error, QuotaSpent)
    assert fake.count == LIMIT


def test_a_server_that_asks_to_slow_down_ends_the_set(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Paint
) -> None:
    """One sentence, and no photo is lost by it."""
    store.products.add("test", products(unit_vectors(3)))
    fake.otherwise(FAULTS["rate_limit"])  # for longer than anybody waits here
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, deadline=20))
    batch = searched(engine, opened(engine, [picture((shade, 0, 0)) for shade in range(6)]))
    assert isinstance(batch.error, RateLimited)
    assert states(batch) == [State.READY] * 6
    engine.close()


def test_a_photo_that_is_there_twice_is_one_call(
    far: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """And one search in the history."""
    batch = searched(far, opened(far, [picture("red"), picture("red")]), visitor="somebody")
    assert states(batch) == [State.DONE] * 2
    assert fake.count == 1
    assert len(far.history.list("somebody")) == 1


def test_every_photo_is_a_search_in_the_history_with_its_picture(
    engine: SearchEngine, store: Store, picture: Paint
) -> None:
    """Each can be opened, sent to somebody, and judged later."""
    store.products.add("test", products(unit_vectors(8)))
    batch = searched(engine, opened(engine, [picture("red"), picture("blue")]), "somebody")
    found = {row.search.id for row in batch.rows if row.search}
    entries = engine.history.list("somebody")
    assert {entry.id for entry in entries} == found
    assert all(entry.thumbnail for entry in entries)
    assert all(len(engine.history.reopen(search).hits) == 8 for search in found)


def test_an_encoder_in_this_process_costs_nothing(
    engine: SearchEngine, store: Store, picture: Paint
) -> None:
    """Nothing is counted, so nothing can run out."""
    store.products.add("test", products(unit_vectors(3)))
    cost = engine.batches.cost(opened(engine, [picture("red"), picture("blue")]))
    assert (cost.is_counted, cost.left, cost.is_too_much) == (False, None, False)


def test_an_empty_catalogue_is_said_once(engine: SearchEngine, picture: Paint) -> None:
    """And no encoder is asked."""
    batch = searched(engine, opened(engine, [picture("red"), picture("blue")]))
    assert isinstance(batch.error, CatalogueEmpty)
    assert states(batch) == [State.READY] * 2


def test_a_set_that_was_begun_is_found_by_its_id(engine: SearchEngine, picture: Paint) -> None:
    """As after a page was loaded anew; what is no id finds nothing."""
    batch = opened(engine, [picture("red")])
    assert engine.batches.find(str(batch.id)) is None
    searched(engine, batch)
    assert engine.batches.find(str(batch.id)) is batch
    assert engine.batches.find(uuid4()) is None
    assert engine.batches.find("../etc") is None


def test_closing_the_engine_lets_nothing_further_begin(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Paint
) -> None:
    """What is under way is given up by the encoder; the rest was never begun."""
    store.products.add("test", products(unit_vectors(3)))
    fake.otherwise(hold())
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url))
    batch = opened(engine, [picture((shade, 0, 0)) for shade in range(12)])
    engine.batches.start(batch)
    engine.close()
    assert batch.join(SECONDS)
    assert State.READY in states(batch)


def test_two_photos_of_one_thing_are_searched_together(
    engine: SearchEngine, store: Store, picture: Paint
) -> None:
    """The set has the photos as the engine wants them."""
    store.products.add("test", products(unit_vectors(3)))
    photos = engine.batches.photos(opened(engine, [picture("red"), picture("blue")]))
    assert len(engine.search_together(photos).hits) == 3

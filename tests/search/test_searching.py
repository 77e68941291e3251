"""Every search is on record, and whose time it took."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from psycopg import sql

from search.calls import (
    OK,
    REMEMBERED,
    BreakerChange,
    Call,
    Errand,
    Purpose,
    SearchRecord,
    on_errand,
)
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import CatalogueEmpty, EncoderError, ModelWaking
from search.settings import Settings
from search.store.store import Store
from search.tuning.scales import Scale
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import (
    FAULTS,
    LEAKS,
    TOKEN,
    FakeHuggingFace,
    VirtualClock,
    hold,
    pixels_vector,
    vector,
)
from tests.fake_huggingface.behaviours import slow
from tests.recorded import NOON

Paint = Callable[..., bytes]
COLOURS = ("red", "green", "blue", "black", "orange")


class Listener:
    """Remembers every record that is made."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.searches: list[SearchRecord] = []

    def on_call(self, call: Call) -> None:
        """Remember."""
        self.calls.append(call)

    def on_search(self, search: SearchRecord) -> None:
        """Remember."""
        self.searches.append(search)

    def on_breaker(self, change: BreakerChange) -> None:
        """Forget."""

    def on_lost(self, records: int) -> None:
        """Forget."""


@pytest.fixture
def clock() -> VirtualClock:
    """Time that passes only when somebody sleeps."""
    return VirtualClock()


@pytest.fixture
def fake(clock: VirtualClock) -> Iterator[FakeHuggingFace]:
    """Run a Hugging Face on the virtual clock that wants TOKEN."""
    with FakeHuggingFace(token=TOKEN, embed=pixels_vector, clock=clock, sleep=clock.sleep) as fake:
        yield fake


@pytest.fixture
def listener() -> Listener:
    """Return what hears of everything."""
    return Listener()


@pytest.fixture
def encoder(fake: FakeHuggingFace, clock: VirtualClock) -> HttpEncoder:
    """Return an encoder that asks the fake server, on the virtual clock from NOON on."""
    return HttpEncoder(
        fake.model_url,
        token=TOKEN,
        deadline=60.0,
        clock=clock,
        sleep=clock.sleep,
        now=lambda: NOON + timedelta(seconds=clock()),
    )


@pytest.fixture
def engine(
    store: Store,
    settings: Settings,
    picture: Paint,
    encoder: HttpEncoder,
    listener: Listener,
) -> Iterator[SearchEngine]:
    """Return an engine whose catalogue is indexed, on the same clock."""
    engine = SearchEngine(
        settings,
        store,
        encoder,
        now=encoder._now,
        clock=encoder._clock,
        observers=[listener],
    )
    store.products.add(
        "test",
        [
            replace(made, picture=picture(colour), article=colour, embedding=None)
            for made, colour in zip(products(unit_vectors(5)), COLOURS, strict=True)
        ],
    )
    engine.index(lambda _: None)
    yield engine
    engine.close()


def test_a_search_is_recorded_with_whose_time_it_took(
    engine: SearchEngine,
    fake: FakeHuggingFace,
    picture: Paint,
    clock: VirtualClock,
    listener: Listener,
) -> None:
    """Waits and retries are the encoder's time, reading the photo is the rest."""
    clock.sleep_until(100.0)
    fake.script(FAULTS["retry_after"], slow(1.5))
    photo = replace(engine.reading.read(picture("blue", kind="WEBP")), read_in=0.25)
    found = engine.search(photo, origin="command", who="Ann")
    (search,) = listener.searches
    best = found.hits[0]
    assert search == SearchRecord(
        id=found.id,
        made_at=NOON + timedelta(seconds=100),
        space=engine.encoder.space,
        outcome=OK,
        origin="command",
        who="Ann",
        remembered=False,
        encoder_seconds=8.5,
        database_seconds=0.0,
        rest_seconds=0.25,
        shown=len(found.hits),
        above=sum(hit.score >= 0.30 for hit in found.hits),
        scale=Scale.COSINE,
        threshold=0.30,
        best_score=best.score,
        best_similarity=best.similarity,
        product_id=best.product.id,
    )
    assert {call.search_id for call in listener.calls[-2:]} == {found.id}
    assert engine.journal.flush(20)
    with engine.store.database.connection() as connection:
        (row,) = connection.execute("SELECT id, created_at FROM likeness.searches").fetchall()
        assert row == (search.id, search.made_at)
        (row,) = connection.execute("SELECT id, made_at FROM likeness.search_log").fetchall()
        assert row == (search.id, search.made_at)


def test_a_search_that_waited_for_the_model_is_a_cold_one(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint, listener: Listener
) -> None:
    """As its calls are; the next one is warm again, and whoever listened to calls still hears."""
    heard: list[Call] = []
    fake.script(FAULTS["loading"])
    with on_errand(Errand(heard=heard.append)):
        engine.search(engine.reading.read(picture("blue", kind="WEBP")))
    engine.search(engine.reading.read(picture("red", kind="WEBP")))
    assert [search.cold for search in listener.searches] == [True, False]
    assert [call.cold for call in heard] == [True, True]


def test_a_known_photo_is_a_call_that_was_saved(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint, listener: Listener
) -> None:
    """The second search for a photo costs nothing, and that is counted too."""
    photo = engine.reading.read(picture("blue", kind="WEBP"))
    engine.search(photo)
    sent = fake.count
    found = engine.search(photo)
    assert fake.count == sent
    search, call = listener.searches[-1], listener.calls[-1]
    assert (search.remembered, search.encoder_seconds, search.outcome) == (True, 0.0, OK)
    assert (call.outcome, call.reached, call.host) == (REMEMBERED, False, fake.host)
    assert (call.search_id, call.seconds, call.attempt) == (found.id, 0.0, 1)


def test_a_search_that_fails_is_recorded_with_its_error(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint, listener: Listener
) -> None:
    """How long people waited in vain is known, and for which reason."""
    fake.otherwise(FAULTS["loading"])
    with pytest.raises(ModelWaking):
        engine.search(engine.reading.read(picture("blue", kind="WEBP")))
    (search,) = listener.searches
    assert (search.outcome, search.shown, search.best_score) == ("model_waking", 0, None)
    assert 40.0 <= search.encoder_seconds <= 60.0
    waking = [call for call in listener.calls if call.outcome == "model_waking"]
    assert {call.search_id for call in waking} == {search.id}
    assert all(call.cold for call in waking)


def test_a_search_in_an_empty_catalogue_is_recorded(
    store: Store, settings: Settings, picture: Paint, listener: Listener
) -> None:
    """What failed before anything was asked is on record as well."""
    engine = SearchEngine(settings, store, observers=[listener])
    with pytest.raises(CatalogueEmpty):
        engine.search(engine.reading.read(picture()))
    assert [search.outcome for search in listener.searches] == ["catalogue_empty"]
    assert listener.calls == []
    engine.close()


def test_what_calls_are_for_is_known(
    engine: SearchEngine, picture: Paint, listener: Listener
) -> None:
    """Indexing in its threads, the space check and an evaluation are not taken for searches."""
    assert [call.purpose for call in listener.calls] == [Purpose.INDEX] * len(COLOURS)
    listener.calls.clear()
    engine.check_space()
    engine._embed(engine.reading.read(picture("white", "black")))
    engine.search(engine.reading.read(picture("white", "blue")))
    assert [call.purpose for call in listener.calls] == [
        *[Purpose.CHECK] * 3,
        Purpose.EVALUATE,
        Purpose.SEARCH,
    ]
    assert [call.search_id is None for call in listener.calls] == [True] * 4 + [False]


def test_a_log_that_cannot_be_written_fails_no_search(engine: SearchEngine, picture: Paint) -> None:
    """Products are found though the tables of the usage page are broken."""
    with engine.store.database.connection() as connection:
        connection.execute("DROP TABLE likeness.calls, likeness.search_log")
    assert engine.search(engine.reading.read(picture())).hits
    engine.journal.close(0.5)  # else it would go on trying for five seconds


def test_closing_lets_a_search_end_that_is_under_way(
    engine: SearchEngine,
    encoder: HttpEncoder,
    fake: FakeHuggingFace,
    picture: Paint,
    conninfo: str,
) -> None:
    """A restart in the middle of a search loses neither the search nor its records."""
    fake.otherwise(hold())
    sent = fake.count
    with ThreadPoolExecutor(2) as pool:
        searching = pool.submit(engine.search, engine.reading.read(picture("white", "blue")))
        while fake.count == sent:
            assert not searching.done()
        closing = pool.submit(engine.close)
        while not encoder._closed.is_set():
            assert not searching.done()
        fake.release()
        found = searching.result(20)
        closing.result(20)
    with psycopg.connect(conninfo) as connection:
        for query in (b"SELECT id FROM likeness.searches", b"SELECT id FROM likeness.search_log"):
            assert connection.execute(query).fetchall() == [(found.id,)]
        counted = connection.execute("SELECT count(*) FROM likeness.calls WHERE reached").fetchone()
    assert counted == (fake.count,)


def test_no_row_contains_the_token_whatever_happens(
    engine: SearchEngine, fake: FakeHuggingFace, picture: Paint
) -> None:
    """Not even when the server repeats the whole request: every column of every row is clean."""
    for number, leak in enumerate(LEAKS):
        if leak == "trickle":  # takes real time, and says nothing
            continue
        fake.otherwise(LEAKS[leak])
        with pytest.raises(EncoderError):
            engine.search(engine.reading.read(picture((number, 7, 7))))
        fake.otherwise(vector())
        engine.search(engine.reading.read(picture((number, 9, 9))))  # keeps the breaker closed
    assert engine.journal.flush(20)
    with engine.store.database.connection() as connection:
        tables = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'likeness'"
        ).fetchall()
        for (table,) in tables:
            everything = sql.SQL("SELECT row::text FROM likeness.{} AS row").format(
                sql.Identifier(table)
            )
            for (row,) in connection.execute(everything):
                assert TOKEN not in row
        told = connection.execute("SELECT count(*) FROM likeness.calls WHERE detail <> ''")
        assert told.fetchone() != (0,)

"""Sets of photos whose searches were forgotten, and who else sees a set."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from openpyxl import load_workbook

from search.batch import Batch, GivenFile, PhotoRow, State, service
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.language import language
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, hold, vector
from tests.search.conftest import PixelEncoder

Paint = Callable[..., bytes]
SECONDS = 30.0
WORDS = language("en")


@pytest.fixture
def stocked(engine: SearchEngine) -> SearchEngine:
    """Return an engine whose catalogue has four products."""
    engine.store.products.add("test", products(unit_vectors(4)))
    return engine


@pytest.fixture
def elsewhere(store: Store, settings: Settings) -> Iterator[SearchEngine]:
    """Return an engine as another process has it, on the same database."""
    other = SearchEngine(settings, store, PixelEncoder())
    yield other
    other.journal.flush(5)


def searched(engine: SearchEngine, contents: Sequence[bytes], visitor: str = "ann") -> Batch:
    """Search with a set of photos, secret-1.png and so on, beside a file that is no photo."""
    files = [GivenFile(f"secret-{at}.png", one) for at, one in enumerate(contents, 1)]
    batch = engine.batches.open([*files, GivenFile("secret.txt", b"x")])
    assert batch.join(SECONDS)
    engine.batches.start(batch, visitor=visitor)
    assert batch.join(SECONDS)
    return batch


def states(batch: Batch) -> list[State]:
    """Return how far each photo is."""
    return [row.state for row in batch.rows]


def search_of(batch: Batch, number: int) -> Any:  # noqa: ANN401 - there is one
    """Return the id of a photo's search."""
    search = batch.rows[number - 1].search
    assert search
    return search.id


def written(engine: SearchEngine, rows: Sequence[PhotoRow]) -> tuple[str, int, str]:
    """Return the CSV file, and of the Excel file how many photos it has, and its texts."""
    table = engine.exporting.batch_csv(rows, WORDS, str).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(engine.exporting.batch_xlsx(rows, [], WORDS, str)))
    pictures = book.worksheets[0]._images  # type: ignore[attr-defined] # the only way to them
    texts = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
    return table, len(pictures), "\n".join(texts)


def test_a_forgotten_photo_leaves_an_empty_row(stocked: SearchEngine, picture: Paint) -> None:
    """Neither its picture, its name, nor what was found; the others, and its number, stay."""
    batch = searched(stocked, [picture("red"), picture("blue"), picture("red")])
    stocked.history.forget(search_of(batch, 1), "ann")
    first, second, twin = batch.rows
    assert first == PhotoRow(1, "", State.FORGOTTEN)
    assert twin == PhotoRow(3, "", State.FORGOTTEN)
    assert (second.state, second.name) == (State.DONE, "secret-2.png")
    assert stocked.batches.find(batch.id) is batch
    with pytest.raises(KeyError):
        batch.photo(1, stocked.reading.read)
    table, pictures, texts = written(stocked, batch.rows)
    assert pictures == 1
    assert "secret-2.png" in table
    for name in ("secret-1.png", "secret-3.png"):
        assert name not in table
        assert name not in texts
    assert "Its search was forgotten" in table
    assert "Its search was forgotten" in texts


def test_whoever_forgets_all_leaves_no_set_behind(stocked: SearchEngine, picture: Paint) -> None:
    """Its address leads nowhere, whoever has it; in the tab that made it nothing is left."""
    batch = searched(stocked, [picture("red"), picture("blue"), b"no photo"])
    other = searched(stocked, [picture("red")], "bob")
    assert stocked.history.forget_all("ann") == 2
    assert states(batch) == [State.FORGOTTEN, State.FORGOTTEN, State.FAILED]
    assert stocked.batches.find(batch.id) is None
    assert stocked.batches.find(other.id) is other
    assert states(other) == [State.DONE]


def test_what_another_process_forgets_is_gone_as_well(
    stocked: SearchEngine, elsewhere: SearchEngine, picture: Paint
) -> None:
    """It tells nobody: whoever opens the set, or takes it along, is given what is left."""
    batch = searched(stocked, [picture("red"), picture("blue")])
    shown = batch.rows
    elsewhere.history.forget(search_of(batch, 1))
    table, pictures, texts = written(stocked, shown)
    assert "secret-1.png" not in table + texts
    assert pictures == 1
    assert stocked.batches.find(str(batch.id)) is batch
    assert states(batch) == [State.FORGOTTEN, State.DONE]
    elsewhere.history.forget_all("ann")
    assert stocked.batches.find(batch.id) is None


def test_a_set_that_was_forgotten_can_go_on(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Paint
) -> None:
    """With the photos that nobody searched with yet, in the tab that has them."""
    store.products.add("test", products(unit_vectors(3)))
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, deadline=20))
    searched(engine, [picture("red")], "bob")
    fake.otherwise(FAULTS["credits"])
    batch = searched(engine, [picture("red"), picture("blue")])
    assert states(batch) == [State.DONE, State.READY]
    engine.history.forget_all("ann")
    assert states(batch) == [State.FORGOTTEN, State.READY]
    assert engine.batches.find(batch.id) is None
    fake.otherwise(vector())
    engine.batches.start(batch, visitor="ann")
    assert batch.join(SECONDS)
    assert states(batch) == [State.FORGOTTEN, State.DONE]
    assert engine.batches.find(batch.id) is batch
    engine.close()


def test_a_database_that_is_away_keeps_no_search_from_being_forgotten(
    stocked: SearchEngine,
    picture: Paint,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The sets look again before they show anything."""
    batch = searched(stocked, [picture("red"), picture("blue")])

    def away(*_: object) -> None:
        raise DatabaseUnavailable(reason="away")

    with monkeypatch.context() as patched, caplog.at_level(logging.WARNING):
        patched.setattr(type(stocked.store.past_searches), "there", away)
        stocked.history.forget(search_of(batch, 1), "ann")
        with pytest.raises(DatabaseUnavailable):
            stocked.batches.find(batch.id)
        with pytest.raises(DatabaseUnavailable):
            stocked.exporting.batch_csv(batch.rows, WORDS, str)
    assert "let go of later" in caplog.text
    assert stocked.batches.find(batch.id) is batch
    assert states(batch) == [State.FORGOTTEN, State.DONE]


@pytest.mark.parametrize(
    ("visitor", "sees"), [("ann", True), (None, True), ("bob", False), ("", False)]
)
def test_without_kept_photos_only_their_owner_sees_them(
    store: Store, settings: Settings, picture: Paint, visitor: str | None, *, sees: bool
) -> None:
    """None is the tab that has the files; what was found is seen by whoever has the address."""
    store.products.add("test", products(unit_vectors(3)))
    without = settings.model_copy(update={"keep_photos": False})
    engine = SearchEngine(without, store, PixelEncoder())
    batch = searched(engine, [picture("red")])
    (row,) = engine.batches.rows(batch, visitor)
    assert (row.thumbnail is not None) is sees
    assert row.search
    engine.batches.start(batch, visitor="bob")  # who goes on with a set has not made it
    assert engine.batches.rows(batch, "bob")[0].thumbnail is None
    engine.close()


def test_nobody_in_particular_is_not_everybody_without_a_name(
    store: Store, settings: Settings, picture: Paint
) -> None:
    """Two browsers that keep no cookies are two people."""
    store.products.add("test", products(unit_vectors(3)))
    engine = SearchEngine(settings.model_copy(update={"keep_photos": False}), store, PixelEncoder())
    batch = searched(engine, [picture("red")], "")
    assert engine.batches.rows(batch, "")[0].thumbnail is None
    engine.close()


def test_where_photos_are_kept_they_are_seen_with_the_set(
    stocked: SearchEngine, picture: Paint
) -> None:
    """As their searches are."""
    batch = searched(stocked, [picture("red")])
    assert stocked.batches.rows(batch, "bob") == batch.rows


def test_newer_sets_take_the_place_of_older_ones_but_of_none_that_is_worked_on(
    store: Store,
    settings: Settings,
    fake: FakeHuggingFace,
    picture: Paint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Whoever waits for a set finds it, however many others come."""
    monkeypatch.setattr(service, "KEPT", 2)
    store.products.add("test", products(unit_vectors(3)))
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, deadline=20))
    idle = searched(engine, [picture("red")])
    fake.otherwise(hold())
    waiting = engine.batches.open([GivenFile("1.png", picture("blue"))])
    assert waiting.join(SECONDS)
    engine.batches.start(waiting)
    later = [searched(engine, [picture("red")]) for _ in range(3)]
    found = [engine.batches.find(one.id) for one in (idle, waiting, *later)]
    assert found == [None, waiting, None, None, later[-1]]
    fake.release()
    assert waiting.join(SECONDS)
    engine.close()

"""Everything anew, interrupted: the same command goes on, and another one begins from the start."""

from __future__ import annotations

import pytest

from search.__main__ import main
from search.engine import SearchEngine
from search.indexing import Indexed
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace, status
from tests.search.indexing.conftest import OpenEngine, Stock
from tests.search.indexing.test_indexing import quiet

PICTURES = 40


@pytest.fixture
def indexed(open_engine: OpenEngine, stock: Stock) -> SearchEngine:
    """Return an engine whose catalogue is indexed."""
    stock(PICTURES)
    engine = open_engine()
    engine.index(quiet)
    return engine


def interrupted(engine: SearchEngine, at: int = 10) -> int:
    """Make everything anew and stop on the way; return how many pictures were done."""

    def stop(state: Indexed) -> None:
        if state.done == at:
            engine.indexing.stop()

    return engine.index(stop, again=True).done


def test_again_goes_on_where_it_was_interrupted(
    indexed: SearchEngine, fake: FakeHuggingFace
) -> None:
    """Nothing is encoded twice; when everything is anew, `again` means all of it once more."""
    done = interrupted(indexed)
    assert 10 <= done < PICTURES
    assert indexed.indexing.again_since() is not None
    state = indexed.index(quiet, again=True)
    assert (state.total, state.done) == (PICTURES - done, PICTURES - done)
    assert fake.count == 2 * PICTURES
    assert indexed.indexing.again_since() is None


def test_again_can_begin_from_the_start(indexed: SearchEngine) -> None:
    """It does when everything was made anew; and when told to, should that have gone wrong too."""
    interrupted(indexed, at=PICTURES)
    assert indexed.index(quiet, again=True).done == PICTURES
    interrupted(indexed)
    assert indexed.index(quiet, again=True, afresh=True).done == PICTURES


def test_a_run_of_what_is_missing_leaves_the_rest_to_again(
    indexed: SearchEngine, store: Store
) -> None:
    """In between, `index` does what it always does, and `again` goes on all the same."""
    done = interrupted(indexed)
    with store.database.connection() as connection:
        connection.execute(
            "DELETE FROM likeness.image_embeddings WHERE picture_id ="
            " (SELECT max(picture_id) FROM likeness.image_embeddings)"
        )
    assert indexed.index(quiet).done == 1
    assert indexed.index(quiet, again=True).done == PICTURES - done - 1


def test_what_failed_on_the_way_is_not_tried_once_more(
    indexed: SearchEngine, fake: FakeHuggingFace
) -> None:
    """A run that goes on leaves alone what failed in it; one from the start tries it."""
    fake.script(status(422, "no"))
    done = interrupted(indexed)
    state = indexed.index(quiet, again=True)
    assert (state.done, state.failed) == (PICTURES - done - 1, 0)
    assert indexed.indexing.failed() == 1
    assert indexed.index(quiet, again=True).done == PICTURES


def test_the_command_says_where_it_goes_on(
    indexed: SearchEngine,
    conninfo: str,
    fake: FakeHuggingFace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Who expects everything anew hears what stays, and how to begin from the start."""
    interrupted(indexed)
    for name, value in {
        "VECTOR_DATABASE_URL": conninfo,
        "ENCODER": "http",
        "ENCODER_URL": fake.model_url,
        "LANG": "C",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["index", "--again"]) == 0
    assert "--afresh begins from the start" in capsys.readouterr().err
    assert main(["index", "--afresh"]) == 0
    told = capsys.readouterr()
    assert f"{PICTURES} of {PICTURES} pictures indexed" in told.out
    assert told.err == ""
    assert indexed.store.embeddings.count(CLIP) == PICTURES

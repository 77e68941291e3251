"""Pictures at addresses: fetched, kept, encoded; broken links are listed and left alone."""

from __future__ import annotations

import pytest

from search.__main__ import main
from search.commands.index_lines import failure_lines
from search.engine import SearchEngine
from search.indexing import worker
from search.language import language
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace
from tests.search.fetching.played_site import Site, answer
from tests.search.indexing.conftest import StockFromWeb, paint
from tests.search.indexing.test_indexing import quiet


def test_pictures_are_fetched_kept_and_encoded(
    indexer: SearchEngine, stock_from_web: StockFromWeb, fake: FakeHuggingFace, store: Store
) -> None:
    """What is small is kept as it came; a second run fetches and encodes nothing."""
    stock_from_web(30)
    assert indexer.index(quiet).done == 30
    assert indexer.index(quiet).total == 0
    assert fake.count == 30
    with store.database.connection() as connection:
        rows = connection.execute("SELECT content FROM likeness.pictures ORDER BY id").fetchall()
    assert [bytes(row[0]) for row in rows] == [paint(number) for number in range(30)]


def test_broken_links_are_listed_and_left_alone_until_asked_for(
    indexer: SearchEngine, stock_from_web: StockFromWeb, site: Site, fake: FakeHuggingFace
) -> None:
    """A 404 and a page are listed by reason with their articles; a retry mends what is mended."""
    stock_from_web(20, broken=frozenset({3, 7}))
    site.answers["/5.png"] = answer(200, b"<!doctype html><html><title>no</title></html>")
    site.answers["/6.png"] = answer(200, b"no picture at all")
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (16, 4)
    reasons = {
        (reason.code, reason.facts.get("reason")): [picture.article for picture in reason.first]
        for reason in indexer.indexing.failures()
    }
    assert reasons == {
        ("address_unfetchable", "@reasons.fetch_not_there"): ["WEB-3", "WEB-7"],
        ("address_of_page", None): ["WEB-5"],
        ("photo_unsupported", None): ["WEB-6"],
    }
    lines = "\n".join(failure_lines(indexer.indexing.failures(), language("en")))
    assert "2 pictures are left out: There is no picture to be had from 127.0.0.1" in lines
    assert "WEB-3 (127.0.0.1), WEB-7 (127.0.0.1)" in lines
    visits = len(site.visits)
    assert indexer.index(quiet).total == 0
    assert len(site.visits) == visits
    site.answers["/3.png"] = answer(200, paint(3))
    state = indexer.index(quiet, retry=True)
    assert (state.done, state.failed) == (1, 3)
    assert indexer.indexing.failed() == 3
    assert fake.count == 17


def test_what_passes_by_itself_is_fetched_three_times(
    indexer: SearchEngine,
    stock_from_web: StockFromWeb,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A server that fails for a moment costs nothing; one that goes on failing is listed."""
    monkeypatch.setattr(worker, "FETCH_PAUSES", (0.02, 0.02))
    stock_from_web(4)
    site.answers["/1.png"] = answer(500, b"")
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (3, 1)
    assert [visit.path for visit in site.visits].count("/1.png") == 3
    (reason,) = indexer.indexing.failures()
    assert (reason.code, reason.first[0].article) == ("address_unreachable", "WEB-1")


def test_what_is_fetched_stays_when_the_encoder_is_away(
    indexer: SearchEngine, stock_from_web: StockFromWeb, site: Site, store: Store
) -> None:
    """A picture that is kept is not fetched again for another space or another run."""
    stock_from_web(5)
    indexer.index(quiet)
    with store.database.connection() as connection:
        connection.execute("DELETE FROM likeness.image_embeddings")
    assert indexer.index(quiet).done == 5
    assert len(site.visits) == 5
    assert store.embeddings.count(CLIP) == 5


def test_the_command_says_what_is_left_out(  # noqa: PLR0917 - fixtures
    conninfo: str,
    stock_from_web: StockFromWeb,
    fake: FakeHuggingFace,
    site: Site,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Exit code 1 with the reasons; 0 when a retry has mended everything."""
    stock_from_web(6, broken=frozenset({2}))
    for name, value in {
        "VECTOR_DATABASE_URL": conninfo,
        "ENCODER": "http",
        "ENCODER_URL": fake.model_url,
        "FETCH_PRIVATE": "true",
        "LANG": "C",
    }.items():
        monkeypatch.setenv(name, value)
    assert main(["index"]) == 1
    told = capsys.readouterr()
    assert "5 of 6 pictures indexed, 1 failed" in told.out
    assert "1 picture is left out: There is no picture to be had" in told.err
    assert "WEB-2 (127.0.0.1)" in told.err
    site.answers["/2.png"] = answer(200, paint(2))
    assert main(["index", "--retry"]) == 0
    assert capsys.readouterr().err == ""

"""Catalogue pictures -> vectors, through the real HTTP encoder."""

from __future__ import annotations

import pytest

from search.engine import SearchEngine
from search.errors import BadAnswer, PhotoRejected, QuotaSpent, TokenRefused
from search.indexing import Indexed, worker
from tests.fake_huggingface import FAULTS, FakeHuggingFace, hold, status, text
from tests.fake_huggingface.behaviours import slow
from tests.search.indexing.conftest import OpenEngine, Stock, paint
from tests.search.indexing.watching import Watched, until


def quiet(_: Indexed) -> None:
    """Hear of no progress."""


def test_indexing_makes_a_catalogue_searchable(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """A catalogue embedded in another space is one command away from this one."""
    stock(40)
    told: list[Indexed] = []
    state = indexer.index(told.append)
    assert (state.done, state.failed, state.total) == (40, 0, 40)
    assert [report.done for report in told] == sorted(report.done for report in told)
    assert fake.count == 40
    assert len(indexer.search(indexer.reading.read(paint(7))).hits) == 40


def test_indexing_again_encodes_only_what_is_new(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """A second run costs no call; `again` encodes everything once more."""
    stock(40)
    indexer.index(quiet)
    indexer.index(quiet)
    assert fake.count == 40
    indexer.index(quiet, again=True)
    assert fake.count == 80


def test_the_window_slides(open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace) -> None:
    """Sixteen calls are under way at once, never more, and no slow one holds up the others."""
    stock(96)
    watched = Watched(0.1)
    fake.script(hold())
    fake.otherwise(watched)
    engine = open_engine(index_concurrency=16)
    engine.indexing.start()
    until(lambda: fake.count == 96)  # batches would wait for the one that is held
    fake.release()
    assert engine.indexing.join(20)
    assert 13 <= watched.most <= 15  # and the one that is held
    assert engine.coverage().indexed == 96


def test_a_picture_that_is_refused_is_passed_over_until_it_is_asked_for(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """One bad picture does not stop the rest; only a retry tries it again, and clears it."""
    stock(40)
    fake.script(status(422, "no"))
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (39, 1)
    assert isinstance(state.first_failure, PhotoRejected)
    assert indexer.index(quiet).total == 0
    assert fake.count == 40
    (reason,) = indexer.indexing.failures()
    assert (reason.code, reason.pictures, reason.facts["status"]) == ("photo_rejected", 1, 422)
    assert indexer.index(quiet, retry=True).done == 1
    assert indexer.indexing.failures() == []


def test_a_refused_token_ends_the_run_and_keeps_what_is_done(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """An error that would meet every picture is raised at once; a later run goes on from there."""
    stock(80)
    done = 0

    def refuse_after_the_first(state: Indexed) -> None:
        nonlocal done
        done = state.done
        if done:
            fake.otherwise(FAULTS["credentials"])

    with pytest.raises(TokenRefused):
        indexer.index(refuse_after_the_first)
    assert 0 < done < 80
    assert indexer.coverage().indexed == done
    run = indexer.indexing.last()
    assert run is not None
    assert (run.done, run.stopped_by) == (done, "token_refused")


def test_our_own_hard_limit_ends_the_run(
    open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """Not one call too many is made, and what was paid for is stored."""
    stock(60)
    engine = open_engine(quota_stops=True, daily_calls=20)
    with pytest.raises(QuotaSpent):
        engine.index(quiet)
    assert fake.count == 20
    assert engine.coverage().indexed == 20


def test_a_server_that_is_away_is_waited_for(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model that wakes up, and failures that pass, cost time and no picture."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.02)
    stock(30)
    fake.script(FAULTS["bad_gateway"], FAULTS["internal"], status(501, "no"), status(501, "no"))
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (30, 0)


def test_what_is_wrong_with_the_server_is_not_held_against_the_pictures(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """A model of another size answers every picture badly: the run ends, and nothing is listed."""
    stock(60)
    fake.otherwise(text("[1.0, 2.0, 3.0]"))
    with pytest.raises(BadAnswer):
        indexer.index(quiet)
    assert fake.count < 60
    assert indexer.indexing.failed() == 0


def test_a_picture_at_which_the_server_always_fails_is_the_only_one_left_out(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch
) -> None:
    """501 is no answer of a server that is away while it serves everybody else."""
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.02)
    stock(80)
    photo = indexer.reading.read(paint(3)).jpeg

    def fail_at_one(exchange: object) -> None:
        body = exchange.received.body  # type: ignore[attr-defined]  # an Exchange
        (status(501, "no") if body == photo else slow(0.05))(exchange)  # type: ignore[arg-type]

    fake.otherwise(fail_at_one)
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (79, 1)
    assert [reason.code for reason in indexer.indexing.failures()] == ["encoder_failed"]

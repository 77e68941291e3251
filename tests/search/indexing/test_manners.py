"""What the server says is obeyed by all, and a search goes first."""

from __future__ import annotations

import threading
import time

import pytest

from search.engine import SearchEngine
from search.indexing.gate import Gate, Stopped
from tests.fake_huggingface import FakeHuggingFace, status
from tests.fake_huggingface.behaviours import slow
from tests.search.indexing.conftest import OpenEngine, Stock, paint
from tests.search.indexing.test_indexing import quiet
from tests.search.indexing.watching import Watched, until


class Clock:
    """A time that goes on when the test says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        """Tell it."""
        return self.now


def test_one_429_stops_everybody_until_the_time_that_was_said(
    indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """No request comes within the Retry-After, but those that were on their way already."""
    stock(64)
    limited = status(429, "slow down", {"Retry-After": "1"})
    fake.script(*[slow(0.05)] * 20, limited)
    fake.otherwise(slow(0.05))
    state = indexer.index(quiet)
    assert (state.done, state.failed) == (64, 0)
    at = [received.at for received in fake.received]
    told = at[20]
    early = [moment for moment in at if told + 0.3 < moment < told + 1.0]
    assert early == []
    assert fake.count == 65


def test_a_limit_that_is_longer_than_a_pictures_time_pauses_the_run(
    open_engine: OpenEngine, stock: Stock, fake: FakeHuggingFace
) -> None:
    """The run waits as long as it takes and goes on; nothing failed."""
    stock(4)
    fake.script(status(429, "slow down", {"Retry-After": "1"}))
    state = open_engine(deadline=0.5).index(quiet)
    assert (state.done, state.failed) == (4, 0)


def test_a_search_goes_first(indexer: SearchEngine, stock: Stock, fake: FakeHuggingFace) -> None:
    """While a search waits for the encoder, all but an eighth of the calls are held back."""
    stock(600)
    indexer.index(lambda state: indexer.indexing.stop() if state.done else None)
    calm, beside = Watched(0.1), Watched(0.1)
    waits: list[float] = []
    searched = indexer.reading.read(paint(60_000)).jpeg

    def behave(exchange: object) -> None:
        if exchange.received.body == searched:  # type: ignore[attr-defined]  # an Exchange
            waits.append(time.monotonic())
            slow(1.0)(exchange)  # type: ignore[arg-type]
        else:
            # What had its place before the search came may be on its way a little longer; and
            # as soon as the search has its vector, all go on.
            settled = waits and 0.4 < time.monotonic() - waits[0] < 0.9
            (beside if settled else calm)(exchange)  # type: ignore[arg-type]

    fake.otherwise(behave)
    indexer.indexing.start()
    until(lambda: calm.most >= 12)
    indexer.search(indexer.reading.read(paint(60_000)))
    indexer.indexing.stop()
    assert indexer.indexing.join(10)
    assert 1 <= beside.most <= 2


def test_the_gate_opens_when_it_was_said() -> None:
    """Held, it lets nobody in; the longest of several waits counts."""
    clock = Clock()
    gate = Gate(2, clock=clock)
    gate.hold(5)
    gate.hold(3)
    assert not gate.is_open
    clock.now += 5
    assert gate.is_open
    with gate.place():
        pass


def test_pauses_grow_to_a_minute_and_begin_anew_after_a_success() -> None:
    """Many calls that meet the same trouble make one pause."""
    clock = Clock()
    gate = Gate(2, clock=clock)
    pauses = []
    for _ in range(8):
        gate.pause()
        gate.pause()
        began = clock.now
        while not gate.is_open:
            clock.now += 0.5
        pauses.append(clock.now - began)
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60]
    gate.succeeded()
    gate.pause()
    clock.now += 1
    assert gate.is_open


def test_a_closed_gate_sends_everybody_home() -> None:
    """Whoever waits is told at once, and so is whoever comes."""
    gate = Gate(1)
    sent_home = threading.Event()

    def wait() -> None:
        with pytest.raises(Stopped), gate.place():
            pass
        sent_home.set()

    with gate.place():
        thread = threading.Thread(target=wait)
        thread.start()
        gate.close()
        assert sent_home.wait(5)
        thread.join()

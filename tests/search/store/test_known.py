"""What is asked for all the time and read now and then: by whom, how often, and in an outage."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from search.errors import StoreError
from search.store.known import Known
from tests.fake_huggingface import VirtualClock

PATIENCE = 20.0


def test_it_is_read_again_after_its_time_and_not_before() -> None:
    """A search does not ask for what was read a moment ago."""
    clock, answers = VirtualClock(), iter("ab")
    known = Known(lambda: next(answers), 2.0, clock)
    assert [known.get(), known.get()] == ["a", "a"]
    clock.sleep(2.0)
    assert [known.get(), known.get()] == ["b", "b"]


def test_a_database_that_is_away_changes_nothing() -> None:
    """What was known goes on to hold; where nothing was, nobody guesses."""

    def away() -> None:
        raise StoreError

    clock = VirtualClock()
    known = Known(away, 1.0, clock)
    with pytest.raises(StoreError):
        known.get()
    known.learn(None)
    clock.sleep(1.0)
    assert known.get() is None


def test_what_was_read_too_early_does_not_undo_what_came_about_here() -> None:
    """A switch made while another thread reads holds at once, whatever that one has read."""
    known = Known(lambda: known.learn(7) - 1, 1.0, VirtualClock(), later=max)
    assert known.get() == 7
    assert known.learn(3) == known.get() == 7


def test_one_reads_and_the_others_go_on() -> None:
    """Nobody waits for a slow answer who has one already; who has none waits for it."""
    clock, asked, answer = VirtualClock(), threading.Event(), threading.Event()
    reads: list[None] = []

    def read() -> int:
        asked.set()
        assert answer.wait(PATIENCE)
        reads.append(None)
        return len(reads)

    known = Known(read, 1.0, clock)
    with ThreadPoolExecutor(2) as pool:
        first = [pool.submit(known.get) for _ in range(2)]
        assert asked.wait(PATIENCE)
        answer.set()
        assert [one.result(PATIENCE) for one in first] == [1, 1]
        clock.sleep(1.0)
        asked.clear()
        answer.clear()
        slow = pool.submit(known.get)
        assert asked.wait(PATIENCE)
        assert known.get() == 1
        answer.set()
        assert slow.result(PATIENCE) == 2

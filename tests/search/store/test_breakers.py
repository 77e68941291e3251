"""Breakers that opened and closed, and how they stand."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from search.calls import BreakerChange, BreakerState
from search.store.breakers import FORGOTTEN_AFTER
from search.store.store import Store
from search.usage.views import Breaker
from tests.recorded import HOST, NOON

SECOND = timedelta(seconds=1)
UNTIL = NOON + 30 * SECOND
OPENED = BreakerChange(NOON, "one:1", HOST, BreakerState.OPEN, UNTIL, "encoder_timeout")
CLOSED = BreakerChange(NOON + SECOND, "one:1", HOST, BreakerState.CLOSED)


def test_changes_are_listed_the_latest_first_and_each_once(store: Store) -> None:
    """What is written again is there once; what is not of the span or host takes nobody's place."""
    other = replace(CLOSED, host="other.example")
    store.breakers.write([OPENED, CLOSED, other])
    store.breakers.write([OPENED])
    last, end = store.breakers.last, NOON + 2 * SECOND
    assert last(HOST, NOON, end, 10) == [CLOSED, OPENED]
    assert last(HOST, NOON, end, 1) == [CLOSED]
    assert last(HOST, NOON + SECOND, end, 10) == [CLOSED]
    assert last(HOST, NOON, NOON + SECOND, 1) == [OPENED]
    assert last("other.example", NOON, end, 10) == [other]


def test_the_last_change_of_a_process_says_how_its_breaker_stands(store: Store) -> None:
    """It is open once it opened, closed once it closed, and closed where nobody said anything."""
    assert store.breakers.current(HOST, NOON) == Breaker(BreakerState.CLOSED)
    store.breakers.write([OPENED])
    opened = Breaker(BreakerState.OPEN, UNTIL, "encoder_timeout")
    assert store.breakers.current(HOST, NOON + SECOND) == opened
    assert store.breakers.current("other.example", NOON) == Breaker(BreakerState.CLOSED)
    store.breakers.write([CLOSED])
    assert store.breakers.current(HOST, NOON + 2 * SECOND) == Breaker(BreakerState.CLOSED)


def test_the_worst_of_several_processes_counts(store: Store) -> None:
    """One that is open weighs more than others that are closed or probe; the longest one most."""
    probing = BreakerChange(NOON, "two:2", HOST, BreakerState.PROBING)
    later = UNTIL + SECOND
    store.breakers.write([probing, CLOSED])
    assert store.breakers.current(HOST, NOON).state is BreakerState.PROBING
    for number, until in enumerate((later, UNTIL)):
        change = BreakerChange(NOON, f"three:{number}", HOST, BreakerState.OPEN, until, "")
        store.breakers.write([change])
    assert store.breakers.current(HOST, NOON) == Breaker(BreakerState.OPEN, later)


def test_a_breaker_whose_time_is_over_probes_and_is_forgotten_in_the_end(store: Store) -> None:
    """The next call goes through; a process that is not heard of any more says nothing."""
    store.breakers.write([OPENED])
    assert store.breakers.current(HOST, UNTIL).state is BreakerState.PROBING
    gone = UNTIL + FORGOTTEN_AFTER + SECOND
    assert store.breakers.current(HOST, gone) == Breaker(BreakerState.CLOSED)


def test_what_a_clock_that_was_ahead_recorded_does_not_decide(store: Store) -> None:
    """A breaker that opens next year is open for nobody."""
    at = NOON + timedelta(days=300)
    store.breakers.write([replace(OPENED, at=at, until=at + 30 * SECOND)])
    assert store.breakers.current(HOST, NOON) == Breaker(BreakerState.CLOSED)


def test_changes_at_the_same_moment_count_in_the_order_of_writing(store: Store) -> None:
    """A clock that stands still does not reopen what was closed."""
    closed = BreakerChange(NOON, "one:1", HOST, BreakerState.CLOSED)
    store.breakers.write([OPENED, closed])
    assert store.breakers.current(HOST, NOON).state is BreakerState.CLOSED

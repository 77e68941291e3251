"""Nothing waits for the journal, and nothing in it is lost."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from search.calls import BreakerChange, BreakerState, Call, SearchRecord
from search.errors import DatabaseForbidden, DatabaseUnavailable, DataRefused
from search.journal import Batch, Journal, Observer
from search.lane import LARGEST_BATCH
from tests.embedded_apps import until
from tests.recorded import NOON, a_call, a_search

PATIENCE = 20.0
A_CHANGE = BreakerChange(NOON, "host:1", "host.test", BreakerState.OPEN)


class Written:
    """A database that keeps what it is given, and fails as it is told to."""

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.searches: list[SearchRecord] = []
        self.breakers: list[BreakerChange] = []
        self.batches: list[int] = []
        self.failure: Callable[[Batch], Exception | None] = lambda _: None
        self.failed = threading.Semaphore(0)

    def write(self, batch: Batch) -> None:
        """Keep a batch, or fail."""
        if failure := self.failure(batch):
            self.failed.release()
            raise failure
        self.calls += batch.calls
        self.searches += batch.searches
        self.breakers += batch.breakers
        self.batches.append(len(batch.calls) + len(batch.searches) + len(batch.breakers))


@pytest.fixture
def written() -> Written:
    """Return a database that fails when it is told to."""
    return Written()


@pytest.fixture
def away(written: Written) -> Written:
    """Return a database that is away."""
    written.failure = lambda _: DatabaseUnavailable(reason="away")
    return written


def numbers(calls: list[Call]) -> list[int]:
    """Return the attempts of calls, by which the tests tell them apart."""
    return [call.attempt for call in calls]


def test_what_comes_together_is_written_together(written: Written) -> None:
    """A thousand records cost a few round trips, and keep their order."""
    journal = Journal(written.write)
    for number in range(1000):
        journal.call(a_call(attempt=number))
    journal.search(a_search())
    journal.breaker(A_CHANGE)
    assert journal.flush(PATIENCE)
    assert numbers(written.calls) == list(range(1000))
    assert (len(written.searches), written.breakers) == (1, [A_CHANGE])
    assert len(written.batches) <= 2 + 1000 // LARGEST_BATCH + 1
    journal.close()


def test_it_is_written_soon_without_anybody_asking(written: Written) -> None:
    """Whoever kills the app loses what came in the last moment, and no more."""
    journal = Journal(written.write)
    journal.call(a_call())
    until(lambda: len(written.calls) == 1)
    journal.close()


def test_taking_a_record_never_waits_for_the_database(written: Written) -> None:
    """A log that hangs delays nobody."""
    hanging, go_on = threading.Event(), threading.Event()

    def hang(_: Batch) -> None:
        hanging.set()
        go_on.wait(PATIENCE)

    written.failure = hang
    journal = Journal(written.write)
    journal.call(a_call(attempt=0))
    assert hanging.wait(PATIENCE)
    for number in range(1, 5000):
        journal.call(a_call(attempt=number))
    assert written.calls == []
    assert not journal.flush(0)
    go_on.set()
    assert journal.flush(PATIENCE)
    assert numbers(written.calls) == list(range(5000))
    journal.close()


def test_a_database_that_is_away_costs_nothing(away: Written) -> None:
    """What comes meanwhile is written when it is back, each record once and in its order."""
    journal = Journal(away.write, longest_rest=0.01)
    for number in range(10):
        journal.call(a_call(attempt=number))
        assert away.failed.acquire(timeout=PATIENCE)
    away.failure = lambda _: None
    assert journal.flush(PATIENCE)
    assert numbers(away.calls) == list(range(10))
    assert journal.lost == 0
    journal.close()


def test_memory_is_bounded(away: Written, caplog: pytest.LogCaptureFixture) -> None:
    """When it is away for very long, the oldest records go, and the log says how many."""
    journal = Journal(away.write, most=100, longest_rest=0.01)
    for number in range(250):
        journal.call(a_call(attempt=number))
    away.failure = lambda _: None
    assert journal.flush(PATIENCE)
    kept = numbers(away.calls)
    assert kept == list(range(250 - len(kept), 250))
    assert len(kept) + journal.lost == 250
    assert 90 <= len(kept) <= 100 + 1  # one may have been on its way
    assert "too many wait" in caplog.text
    journal.close()


@pytest.mark.parametrize("refusal", [DataRefused(reason="NUL"), TypeError("bug")])
def test_a_record_that_nothing_can_keep_is_lost_alone(
    refusal: Exception, written: Written, caplog: pytest.LogCaptureFixture
) -> None:
    """One bad row does not hold up the others for ever."""

    def fail(batch: Batch) -> Exception | None:
        return refusal if any(call.attempt == 7 for call in batch.calls) else None

    written.failure = fail
    journal = Journal(written.write, longest_rest=0.01)
    for number in range(20):
        journal.call(a_call(attempt=number))
    assert journal.flush(PATIENCE)
    assert numbers(written.calls) == [number for number in range(20) if number != 7]
    assert journal.lost == 1
    assert "1 records of calls are refused" in caplog.text
    journal.close()


def test_what_somebody_forbids_is_written_when_it_is_allowed(written: Written) -> None:
    """A trigger or a right that is missing can be mended: nothing is given up until then."""

    def fail(batch: Batch) -> Exception | None:
        forbidden = any(call.attempt == 7 for call in batch.calls)
        return DatabaseForbidden(reason="a trigger") if forbidden else None

    written.failure = fail
    journal = Journal(written.write, longest_rest=0.01)
    for number in range(20):
        journal.call(a_call(attempt=number))
    until(lambda: len(written.calls) == 19)
    assert all(written.failed.acquire(timeout=PATIENCE) for _ in range(4))
    written.failure = lambda _: None
    assert journal.flush(PATIENCE)
    assert (sorted(numbers(written.calls)), journal.lost) == (list(range(20)), 0)
    journal.close()


@pytest.mark.parametrize(
    "trouble", [DatabaseUnavailable(reason="x"), DatabaseForbidden(reason="x")]
)
def test_one_kind_that_cannot_be_written_holds_up_no_other(
    trouble: Exception, written: Written
) -> None:
    """Where one table is locked or refuses, the others are written, and nothing is lost."""
    hanging, go_on = threading.Event(), threading.Event()

    def fail(batch: Batch) -> Exception | None:
        if batch.breakers:
            hanging.set()
            go_on.wait(PATIENCE)
        return trouble if batch.searches else None

    written.failure = fail
    journal = Journal(written.write, longest_rest=0.01)
    journal.breaker(A_CHANGE)
    journal.search(a_search())
    assert hanging.wait(PATIENCE)
    assert written.failed.acquire(timeout=PATIENCE)
    journal.call(a_call())
    until(lambda: len(written.calls) == 1)
    assert not journal.flush(0)
    go_on.set()
    written.failure = lambda _: None
    assert journal.flush(PATIENCE)
    assert (len(written.searches), written.breakers, journal.lost) == (1, [A_CHANGE], 0)
    journal.close()


def test_a_database_that_only_reads_for_a_while_costs_nothing(written: Written) -> None:
    """After a fail-over to a replica nothing is refused for good."""
    written.failure = lambda _: DatabaseForbidden(reason="read-only")
    journal = Journal(written.write, longest_rest=0.01)
    for number in range(3):
        journal.call(a_call(attempt=number))
    assert all(written.failed.acquire(timeout=PATIENCE) for _ in range(8))
    written.failure = lambda _: None
    assert journal.flush(PATIENCE)
    assert (numbers(written.calls), journal.lost) == ([0, 1, 2], 0)
    journal.close()


def test_closing_writes_all_that_is_left(written: Written) -> None:
    """When the app is told to stop, its last moment is written first."""
    journal = Journal(written.write)
    for number in range(3 * LARGEST_BATCH):
        journal.call(a_call(attempt=number))
    journal.close()
    assert len(written.calls) == 3 * LARGEST_BATCH


def test_a_database_that_fails_once_at_the_end_is_asked_again(away: Written) -> None:
    """A deadlock or a server that is started anew in that moment costs nothing."""
    journal = Journal(away.write)
    journal.call(a_call())
    assert away.failed.acquire(timeout=PATIENCE)
    closing = threading.Thread(target=journal.close, args=(PATIENCE,))
    closing.start()
    assert away.failed.acquire(timeout=PATIENCE)
    away.failure = lambda _: None
    closing.join(PATIENCE)
    assert (len(away.calls), journal.lost) == (1, 0)


def test_closing_without_a_database_ends_and_says_what_is_lost(
    away: Written, caplog: pytest.LogCaptureFixture
) -> None:
    """An app whose database is gone can still be stopped."""
    journal = Journal(away.write)
    journal.call(a_call())
    journal.search(a_search())
    journal.close(0.01)
    journal.call(a_call())
    assert journal.lost == 3
    assert "2 records of calls and searches could not be written at the end" in caplog.text
    assert "came too late" in caplog.text


def test_a_journal_that_was_never_used_closes(written: Written) -> None:
    """Commands that ask nobody have no thread to wait for."""
    threads = threading.active_count()
    journal = Journal(written.write)
    assert journal.flush(PATIENCE)
    journal.close()
    assert threading.active_count() == threads


class Broken(Observer):
    """Fails at everything."""

    def on_call(self, call: Call) -> None:
        """Fail."""
        raise ZeroDivisionError(call.id)

    def on_search(self, search: SearchRecord) -> None:
        """Fail."""
        raise ZeroDivisionError(search.id)

    def on_breaker(self, change: BreakerChange) -> None:
        """Fail."""
        raise ZeroDivisionError(change.at)

    def on_lost(self, records: int) -> None:
        """Fail."""
        raise ZeroDivisionError(records)


class Heard(Observer):
    """Remembers what it hears."""

    def __init__(self) -> None:
        self.heard: list[Call | SearchRecord | BreakerChange] = []
        self.lost = 0

    def on_call(self, call: Call) -> None:
        """Remember."""
        self.heard.append(call)

    def on_search(self, search: SearchRecord) -> None:
        """Remember."""
        self.heard.append(search)

    def on_breaker(self, change: BreakerChange) -> None:
        """Remember."""
        self.heard.append(change)

    def on_lost(self, records: int) -> None:
        """Remember."""
        self.lost += records


def test_observers_hear_everything_at_once_and_cannot_do_harm(away: Written) -> None:
    """Metrics are right although the database is away, and a broken one breaks no search."""
    heard = Heard()
    journal = Journal(away.write, [Broken(), heard])
    call, search = a_call(), a_search()
    journal.call(call)
    journal.search(search)
    journal.breaker(A_CHANGE)
    assert heard.heard == [call, search, A_CHANGE]
    journal.close(0.01)
    assert heard.lost == 3


def test_what_one_database_cannot_take_any_more_another_can(away: Written) -> None:
    """When the app's own server dies and is started anew, its journal goes on with the old rows."""
    journal = Journal(away.write, longest_rest=0.01)
    for number in range(3):
        journal.call(a_call(attempt=number))
        assert away.failed.acquire(timeout=PATIENCE)
    heard, written = Heard(), Written()
    heir = Journal(written.write, [heard])
    heir.take_over(journal.abandon())
    heir.close()
    assert numbers(written.calls) == [0, 1, 2]
    assert heard.heard == []
    journal.close()
    assert journal.lost == 0

"""What is done every hour is done at the start, and fails without harm."""

from __future__ import annotations

import threading

import pytest

from search import upkeep
from search.upkeep import Upkeep

PATIENCE = 20.0


def test_it_begins_at_once_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first sums are made at the start, and others follow; a failure ends nothing."""
    monkeypatch.setattr(upkeep, "HOUR_SECONDS", 0.01)
    done = threading.Semaphore(0)

    def work() -> None:
        done.release()
        raise ZeroDivisionError

    kept = Upkeep(work)
    kept.start()
    assert all(done.acquire(timeout=PATIENCE) for _ in range(3))
    kept.close()


def test_closing_does_not_wait_for_the_next_hour() -> None:
    """An app that rests between two times is stopped at once."""
    done = threading.Event()
    kept = Upkeep(done.set)
    kept.start()
    assert done.wait(PATIENCE)
    kept.close()
    assert not kept._thread.is_alive()


def test_what_was_never_started_is_closed() -> None:
    """An engine that a test or a command builds by hand has no upkeep to end."""
    Upkeep(lambda: None).close()


def test_what_fails_again_and_again_is_said_once_an_hour(
    caplog: pytest.LogCaptureFixture,
) -> None:
    """A look every few seconds does not fill the log while the database is away."""
    done = threading.Semaphore(0)

    def work() -> None:
        done.release()
        raise ZeroDivisionError

    kept = Upkeep(work, seconds=0.001, fails="it could not be done")
    kept.start()
    assert all(done.acquire(timeout=PATIENCE) for _ in range(3))
    kept.close()
    assert [record.getMessage() for record in caplog.records] == ["it could not be done"]

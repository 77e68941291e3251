"""What happened is written down off everybody's path: a list in memory, and a thread that writes.

A search never waits for its own record. What is written every quarter of a second is what a kill
may cost; a database that is away costs nothing until it has been away for very long.
"""

from __future__ import annotations

import atexit
import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from search.calls import BreakerChange, Call, SearchRecord
from search.errors import DatabaseForbidden, DatabaseUnavailable, StoreError
from search.store.store import Store

BATCH_SECONDS = 0.25
# About a day's searches of a busy app; 50 MB at the very most.
MOST_KEPT = 50_000
LARGEST_BATCH = 500
LONGEST_REST = 5.0
CLOSING_SECONDS = 5.0

log = logging.getLogger(__name__)

Record = Call | SearchRecord | BreakerChange
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together, in the order in which it came."""

    calls: Sequence[Call]
    searches: Sequence[SearchRecord]
    breakers: Sequence[BreakerChange]

    @classmethod
    def of(cls, records: Sequence[Record]) -> Batch:
        """Sort records by kind."""
        return cls(
            [record for record in records if isinstance(record, Call)],
            [record for record in records if isinstance(record, SearchRecord)],
            [record for record in records if isinstance(record, BreakerChange)],
        )


class Observer(Protocol):
    """Hears of everything at once, in the thread in which it happens: it has to be quick."""

    def on_call(self, call: Call) -> None:
        """Hear of a call."""

    def on_search(self, search: SearchRecord) -> None:
        """Hear of a search."""

    def on_breaker(self, change: BreakerChange) -> None:
        """Hear of a breaker that opened or closed."""

    def on_lost(self, records: int) -> None:
        """Hear of records that were never written."""


class Journal:
    """Takes records from any thread without ever blocking or raising, and writes them soon.

    `write` stores a batch whole or raises; a batch may come to it twice. While it fails, records
    are kept, `most` of them; of more, the oldest are lost. A record that no database can keep is
    lost alone. `lost` counts them. Times are in seconds.
    """

    def __init__(
        self,
        write: Callable[[Batch], None],
        observers: Sequence[Observer] = (),
        *,
        most: int = MOST_KEPT,
        longest_rest: float = LONGEST_REST,
    ) -> None:
        self._write = write
        self._observers = observers
        self._most = most
        self._longest_rest = longest_rest
        self._changed = threading.Condition()
        self._waiting: list[Record] = []
        self._writing: list[Record] = []
        self._taken = 0  # how many records ever came
        self._done = 0  # how many of them, the first ones, are written or lost
        self._hurried = 0  # up to which record somebody waits
        self._closing = False  # what is left is written, then it is over
        self._over = False
        self._thread: threading.Thread | None = None
        self._troubled = False
        self.lost = 0

    @classmethod
    def of(cls, store: Store, observers: Sequence[Observer] = ()) -> Journal:
        """Return a journal that is kept in a database."""

        def write(batch: Batch) -> None:
            if batch.calls:
                store.calls.write(batch.calls)
            if batch.searches:
                store.search_log.write(batch.searches)
            if batch.breakers:
                store.breakers.write(batch.breakers)

        return cls(write, observers)

    def call(self, call: Call) -> None:
        """Take down a call."""
        for observer in self._observers:
            _safely(observer.on_call, call)
        self._take(call)

    def search(self, search: SearchRecord) -> None:
        """Take down a search."""
        for observer in self._observers:
            _safely(observer.on_search, search)
        self._take(search)

    def breaker(self, change: BreakerChange) -> None:
        """Take down that a breaker opened or closed."""
        for observer in self._observers:
            _safely(observer.on_breaker, change)
        self._take(change)

    def flush(self, timeout: float) -> bool:
        """Wait until all that came before is written; return whether it is."""
        with self._changed:
            wanted = self._hurried = self._taken
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._done >= wanted, timeout)

    def close(self, timeout: float = CLOSING_SECONDS) -> None:
        """Write all that is left, and end. What comes later is lost, and the log says so."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
            thread = self._thread
        if thread is not None:
            thread.join(timeout)
        left = len(self.abandon())
        if left:
            log.error("%d records of calls and searches could not be written at the end", left)
            self._lose(left)

    def abandon(self) -> list[Record]:
        """Stop at once and return what is not written, for the journal of another database.

        Some of it may be written all the same: whoever takes it over writes it again.
        """
        with self._changed:
            self._closing = self._over = True
            left = self._writing + self._waiting
            self._writing, self._waiting = [], []
            self._done = self._taken
            self._changed.notify_all()
        atexit.unregister(self.close)
        return left

    def take_over(self, records: Sequence[Record]) -> None:
        """Take down what another journal has left; no observer hears of it again."""
        for record in records:
            self._take(record)

    def _take(self, record: Record) -> None:
        with self._changed:
            if self._over:
                log.error("a record came too late to be written: %s", type(record).__name__)
                self._lose(1)
                return
            self._taken += 1
            self._waiting.append(record)
            self._lose_surplus()
            if self._thread is None and not self._closing:
                # A daemon: a process whose journal nobody closes must end all the same. It is
                # closed then, so that nothing of the last moment is lost either.
                self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
                self._thread.start()
                atexit.register(self.close)
            if len(self._waiting) == 1:  # whoever writes looks for more by itself
                self._changed.notify_all()

    def _lose_surplus(self) -> None:
        """Give up the oldest records when too many wait, a few at once: each time is a log line."""
        surplus = len(self._waiting) - self._most
        if surplus > 0:
            count = max(surplus, self._most // 50)
            log.error("%d records of calls and searches are lost: too many wait", count)
            del self._waiting[:count]
            self._done += count
            self._lose(count)

    def _lose(self, records: int) -> None:
        self.lost += records
        for observer in self._observers:
            _safely(observer.on_lost, records)

    def _run(self) -> None:
        rest = 0.0
        while batch := self._next(rest):
            closing = self._closing
            left = self._try(batch)
            rest = min(max(2 * rest, BATCH_SECONDS), self._longest_rest) if left else 0.0
            with self._changed:
                if self._over:
                    return
                self._writing = []
                self._done += len(batch) - len(left)
                self._waiting[:0] = left
                self._lose_surplus()
                self._changed.notify_all()
                if left and closing:
                    return

    def _next(self, rest: float) -> list[Record]:
        """Return what is to be written next, after a rest if writing failed; nothing at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if rest:
                self._changed.wait_for(lambda: self._closing, rest)
            elif len(self._waiting) < LARGEST_BATCH:
                # One round trip for all that comes in this time, unless somebody wants it now.
                self._changed.wait_for(self._is_hurried, BATCH_SECONDS)
            batch, self._waiting = self._waiting[:LARGEST_BATCH], self._waiting[LARGEST_BATCH:]
            self._writing = batch
            return batch

    def _is_hurried(self) -> bool:
        return self._closing or self._hurried > self._done

    def _try(self, records: list[Record]) -> list[Record]:
        """Write records; return those that are to be written later."""
        error = self._failure(records)
        if error is None:
            self._say_once("")
            return []
        self._say_once(f"{error}")
        if isinstance(error, DatabaseUnavailable):
            return records
        # One record that no database can keep must not hold up the others for ever.
        failing = self._failing(records)
        later: tuple[type[StoreError], ...] = (DatabaseUnavailable, DatabaseForbidden)
        if len(failing) < len(records):
            # It does write: what it refuses even now, it will always refuse.
            failing = self._failing([record for record, _ in failing])
            later = (DatabaseUnavailable,)
        left = [record for record, failure in failing if isinstance(failure, later)]
        if refused := len(failing) - len(left):
            log.error("%d records of calls and searches are refused by the database", refused)
            self._lose(refused)
        return left

    def _failing(self, records: list[Record]) -> list[tuple[Record, Exception]]:
        """Write records one by one; return those that could not be written, and why."""
        tried = [(record, self._failure([record])) for record in records]
        return [(record, failure) for record, failure in tried if failure is not None]

    def _failure(self, records: list[Record]) -> Exception | None:
        try:
            self._write(Batch.of(records))
        except Exception as error:  # noqa: BLE001 - whatever it is, the records outlive it
            return error
        return None

    def _say_once(self, trouble: str) -> None:
        """Say when writing begins to fail, and when it works again; not each time between."""
        if bool(trouble) != self._troubled:
            self._troubled = bool(trouble)
            if trouble:
                log.warning("calls and searches are kept in memory until written: %s", trouble)
            else:
                log.warning("calls and searches are written again")


def _safely(hear: Callable[[T], None], record: T) -> None:
    try:
        hear(record)
    except Exception:
        log.exception("an observer failed")

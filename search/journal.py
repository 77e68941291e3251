"""What happened is written down off everybody's path: in memory first, and soon in the database.

A search never waits for its own record. What came is written every quarter of a second: so much a
kill may cost of what calls came to, which were counted before they were sent. A database that is
away costs nothing until it has been away for very long. Calls, searches and breakers' changes are
written each by themselves: where one table takes nothing, the others do.
"""

from __future__ import annotations

import atexit
import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from search.calls import BreakerChange, Call, SearchRecord
from search.lane import Lane, Record
from search.store.store import Store

# Of each kind. About a day's searches of a busy app; 50 MB at the very most.
MOST_KEPT = 50_000
LONGEST_REST = 5.0
CLOSING_SECONDS = 5.0

log = logging.getLogger(__name__)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Batch:
    """What is written together, in the order in which it came: records of one kind."""

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

    `write` stores a batch whole or raises; a batch may come to it twice, and batches of several
    kinds at once. While it fails, records are kept, `most` of each kind; of more, the oldest are
    lost. A record that no database can keep is lost alone. `lost` counts them. Times are in
    seconds.
    """

    def __init__(
        self,
        write: Callable[[Batch], None],
        observers: Sequence[Observer] = (),
        *,
        most: int = MOST_KEPT,
        longest_rest: float = LONGEST_REST,
    ) -> None:
        self._observers = observers
        self._losing = threading.Lock()
        self.lost = 0

        def lane(name: str) -> Lane:
            return Lane(
                name,
                lambda records: write(Batch.of(records)),
                self._lose,
                most=most,
                longest_rest=longest_rest,
            )

        self._lanes: dict[type[Record], Lane] = {
            Call: lane("calls"),
            SearchRecord: lane("searches"),
            BreakerChange: lane("breaker changes"),
        }

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
        ends = time.monotonic() + timeout
        hurried = [(lane, lane.hurry()) for lane in self._lanes.values()]
        return all(lane.wait(wanted, ends - time.monotonic()) for lane, wanted in hurried)

    def close(self, timeout: float = CLOSING_SECONDS) -> None:
        """Write all that is left, and end. What comes later is lost, and the log says so."""
        ends = time.monotonic() + timeout
        for lane in self._lanes.values():
            lane.begin_to_close()
        for lane in self._lanes.values():
            lane.join(max(ends - time.monotonic(), 0))
        if left := len(self.abandon()):
            log.error("%d records of calls and searches could not be written at the end", left)
            self._lose(left)

    def abandon(self) -> list[Record]:
        """Stop at once and return what is not written, for the journal of another database.

        Some of it may be written all the same: whoever takes it over writes it again.
        """
        left = [record for lane in self._lanes.values() for record in lane.abandon()]
        atexit.unregister(self.close)
        return left

    def take_over(self, records: Sequence[Record]) -> None:
        """Take down what is no news, such as what another journal has left: no observer hears."""
        for record in records:
            self._take(record)

    def _take(self, record: Record) -> None:
        if self._lanes[type(record)].take(record):
            # Where nobody closes the journal, nothing of the last moment is lost either.
            atexit.register(self.close)

    def _lose(self, records: int) -> None:
        with self._losing:
            self.lost += records
        for observer in self._observers:
            _safely(observer.on_lost, records)


def _safely(hear: Callable[[T], None], record: T) -> None:
    try:
        hear(record)
    except Exception:
        log.exception("an observer failed")

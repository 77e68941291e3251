"""Records of one kind on their way to the database: a list in memory, and a thread that writes."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from search.calls import BreakerChange, Call, SearchRecord
from search.errors import DatabaseUnavailable, DataRefused, StoreError

BATCH_SECONDS = 0.25
LARGEST_BATCH = 500

log = logging.getLogger(__name__)

Record = Call | SearchRecord | BreakerChange


class Lane:
    """Takes records from any thread without ever blocking or raising, and writes them soon.

    `write` stores records, all of them or none, or raises; they may come to it twice. While it
    fails, `most` of them are kept; of more, the oldest are lost. A record that no database can keep
    is lost alone. `on_lost` is told how many. `name` is what they are, for the log. Times are in
    seconds.
    """

    def __init__(
        self,
        name: str,
        write: Callable[[Sequence[Record]], None],
        on_lost: Callable[[int], None],
        *,
        most: int,
        longest_rest: float,
    ) -> None:
        self._name = name
        self._write = write
        self._on_lost = on_lost
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

    def take(self, record: Record) -> bool:
        """Take a record; return whether it is the first one."""
        with self._changed:
            if self._over:
                log.error("a record came too late to be written: %s", type(record).__name__)
                self._on_lost(1)
                return False
            self._taken += 1
            self._waiting.append(record)
            self._lose_surplus()
            is_first = self._thread is None and not self._closing
            if is_first:
                # A daemon: a process that closes nothing must end all the same.
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            if len(self._waiting) == 1:  # whoever writes looks for more by itself
                self._changed.notify_all()
            return is_first

    def hurry(self) -> int:
        """Have what is here written at once; return what `wait` is to be told."""
        with self._changed:
            self._hurried = self._taken
            self._changed.notify_all()
            return self._taken

    def wait(self, wanted: int, timeout: float) -> bool:
        """Wait until what was hurried is written; return whether it is."""
        with self._changed:
            return self._changed.wait_for(lambda: self._done >= wanted, timeout)

    def begin_to_close(self) -> None:
        """Write what is left, and end then."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()

    def join(self, timeout: float) -> None:
        """Wait for that."""
        if self._thread is not None:
            self._thread.join(timeout)

    def abandon(self) -> list[Record]:
        """Stop at once and return what is not written; some of it may be all the same."""
        with self._changed:
            self._closing = self._over = True
            left = self._writing + self._waiting
            self._writing, self._waiting = [], []
            self._done = self._taken
            self._changed.notify_all()
        return left

    def _lose_surplus(self) -> None:
        """Give up the oldest records when too many wait, a few at once: each time is a log line."""
        surplus = len(self._waiting) - self._most
        if surplus > 0:
            count = max(surplus, self._most // 50)
            log.error("%d records of %s are lost: too many wait", count, self._name)
            del self._waiting[:count]
            self._done += count
            self._on_lost(count)

    def _run(self) -> None:
        rest, closing = 0.0, False
        while batch := self._next(rest, closing=closing):
            closing = self._closing
            left = self._try(batch)
            longest = BATCH_SECONDS if closing else self._longest_rest
            rest = min(max(2 * rest, BATCH_SECONDS), longest) if left else 0.0
            with self._changed:
                if self._over:
                    return
                self._writing = []
                self._done += len(batch) - len(left)
                self._waiting[:0] = left
                self._lose_surplus()
                self._changed.notify_all()

    def _next(self, rest: float, *, closing: bool) -> list[Record]:
        """Return what is to be written next, after a rest if writing failed; nothing at the end.

        Closing ends a rest at once. It gives up nothing by itself: a database that fails once in
        that moment is asked again, until whoever closes waits no longer.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closing)
            if rest:
                self._changed.wait_for(lambda: self._over or self._closing is not closing, rest)
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
        self._say_once("" if error is None else f"{error}")
        if error is None:
            return []
        if isinstance(error, DatabaseUnavailable):
            return records
        # One record that cannot be kept must not hold up the others for ever.
        failing = self._failing(records)
        left = [record for record, failure in failing if _may_pass(failure)]
        if refused := len(failing) - len(left):
            log.error("%d records of %s are refused by the database", refused, self._name)
            self._on_lost(refused)
        return left

    def _failing(self, records: list[Record]) -> list[tuple[Record, Exception]]:
        """Write records one by one; return those that could not be written, and why."""
        failing = list[tuple[Record, Exception]]()
        for number, record in enumerate(records):
            failure = self._failure([record])
            if isinstance(failure, DatabaseUnavailable):  # nor will it take the others
                return failing + [(left, failure) for left in records[number:]]
            if failure is not None:
                failing.append((record, failure))
        return failing

    def _failure(self, records: list[Record]) -> Exception | None:
        try:
            self._write(records)
        except Exception as error:  # noqa: BLE001 - whatever it is, the records outlive it
            return error
        return None

    def _say_once(self, trouble: str) -> None:
        """Say when writing begins to fail, and when it works again; not each time between."""
        if bool(trouble) != self._troubled:
            self._troubled = bool(trouble)
            if trouble:
                log.warning("%s are kept in memory until written: %s", self._name, trouble)
            else:
                log.warning("%s are written again", self._name)


def _may_pass(failure: Exception) -> bool:
    """Tell whether a database may take later on what it did not take now.

    A right that is missing, a table that only reads, somebody's trigger can be mended. What no
    database can keep cannot, and neither can what we fail to send.
    """
    return isinstance(failure, StoreError) and not isinstance(failure, DataRefused)

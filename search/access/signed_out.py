"""Sign-ins that somebody has ended, while their cookies live on in tabs that stayed open."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Final

import anyio
from anyio import CapacityLimiter, to_thread

from search.access.identifying import PATIENCE_SECONDS
from search.calls import utc_now
from search.errors import LikenessError
from search.settings import MOST_SIGN_IN_HOURS
from search.store.calls import CLOCKS_DIFFER
from search.store.sign_outs import SignOuts

# What somebody ended in another process is known here so soon.
FOLLOWS_SECONDS: Final = 1.0
# As long as any cookie can hold: whoever prolongs SIGN_IN_HOURS lets none come back to life.
KEPT: Final = timedelta(hours=MOST_SIGN_IN_HOURS) + CLOCKS_DIFFER
# Those who sign out while the database hangs take no threads that others need.
_WRITES_AT_ONCE: Final = 2

log = logging.getLogger(__name__)


class SignedOut:
    """One a process: ended in its event loop, asked of in any thread. `now` is the time of day.

    What ended here holds here at once, and in the database when `end` returns; in other processes
    once they have shared, which every one does each FOLLOWS_SECONDS, and in those that start later
    from their first answer on. While the database is away it holds here alone, and is written when
    that is back, unless the process has ended until then. What was learned goes on to hold.

    `kept` returns the engine's table, and may open the engine; `patience` is how long somebody who
    signs out waits for the database, in seconds. A sign-in is what tells it from all others, in 32
    bytes.
    """

    def __init__(
        self,
        kept: Callable[[], SignOuts],
        *,
        now: Callable[[], datetime] = utc_now,
        patience: float = PATIENCE_SECONDS,
    ) -> None:
        self._kept = kept
        self._now = now
        self._patience = patience
        self._threads = CapacityLimiter(_WRITES_AT_ONCE)
        self._changing = threading.Lock()
        # Until when each is kept. Never changed, but replaced: it is asked of without the lock.
        self._ended = dict[bytes, datetime]()
        self._unwritten: frozenset[bytes] = frozenset()
        self._latest: datetime | None = None  # by the database's clock
        self.is_read = False
        """Whether what ended before this process began is known."""

    def __contains__(self, sign_in: bytes) -> bool:
        """Tell whether a sign-in was ended, as far as that is known here; see `ask`."""
        return sign_in in self._ended

    def ask(self, sign_in: bytes) -> bool:
        """Tell the same; the first one who asks in a process waits for the database.

        Raises a LikenessError when that does not answer: then nobody knows. Never again.
        """
        if not self.is_read and sign_in not in self._ended:
            self.share()
        return sign_in in self._ended

    async def end(self, sign_in: bytes) -> None:
        """End a sign-in, here at once; return when it is written, or could not be in time."""
        with self._changing:
            self._unwritten |= {sign_in}
            self._learn({sign_in: self._now()})
        with anyio.move_on_after(self._patience), suppress(LikenessError):
            await to_thread.run_sync(self.share, limiter=self._threads, abandon_on_cancel=True)
        if sign_in in self._unwritten:
            log.warning("a sign-out holds in this process alone until the database answers")

    def share(self) -> None:
        """Learn what ended elsewhere, and write down what ended here; raise a LikenessError."""
        kept = self._kept()
        found = kept.since(self._latest)
        with self._changing:
            self._learn(found)
            self._latest = max(found.values(), default=self._latest)
            self.is_read = True
            unwritten = self._unwritten
        if unwritten:
            kept.add(unwritten, KEPT)
            with self._changing:
                self._unwritten -= unwritten

    def _learn(self, ended: Mapping[bytes, datetime]) -> None:
        """Keep what is new, by when it ended, and forget what no cookie can hold any more."""
        new = {one: at + KEPT for one, at in ended.items() if one not in self._ended}
        if new:
            now, known = self._now(), self._ended | new
            self._ended = {one: until for one, until in known.items() if until > now}

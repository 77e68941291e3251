"""Connections that stay open for the next picture of the same host."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from search.fetching.connection import Connection, Peer

MOST_IDLE = 64
IDLE_SECONDS = 30.0


class Idle:
    """Used from any number of threads; the one put in last comes out first."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[tuple[float, Connection]] = []
        self._closed = False

    def take(self, peers: Sequence[Peer]) -> Connection | None:
        """Return a connection to one of the peers that seems alive."""
        with self._lock:
            self._drop_old()
            for entry in reversed(self._waiting):
                connection = entry[1]
                if connection.peer in peers:
                    self._waiting.remove(entry)
                    if connection.quiet:
                        return connection
                    connection.close()
        return None

    def put(self, connection: Connection) -> None:
        """Keep a connection, or close it when it cannot be used again."""
        with self._lock:
            if self._closed or not connection.renew():
                connection.close()
                return
            self._waiting.append((time.monotonic(), connection))
            while len(self._waiting) > MOST_IDLE:
                self._waiting.pop(0)[1].close()

    def close(self) -> None:
        """Close all of them, and each that would come later."""
        with self._lock:
            self._closed = True
            for _, connection in self._waiting:
                connection.close()
            self._waiting.clear()

    def _drop_old(self) -> None:
        oldest = time.monotonic() - IDLE_SECONDS
        while self._waiting and self._waiting[0][0] < oldest:
            self._waiting.pop(0)[1].close()

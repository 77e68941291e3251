"""Equal pictures are encoded once: shops give many products one picture, at many addresses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from search.store.index_queue import NewVector, WaitingPicture
from search.vectors import Embedding


class Underway(Exception):
    """An equal picture is being encoded; this one comes back when that is over."""


class EqualPictures:
    """Who encodes which content. `stored` returns the vector that a digest has in the database.

    A content is in one of three states: one picture leads and is being encoded, others wait for
    it; its vector is known and not yet written; or it stands in the database, or nowhere. What
    waits holds up no thread.
    """

    def __init__(self, stored: Callable[[str], Embedding | None]) -> None:
        self._stored = stored
        self._lock = threading.Lock()
        self._leading: dict[int, str] = {}
        self._followers: dict[str, list[WaitingPicture]] = {}
        self._unwritten: dict[str, Embedding] = {}

    def known(self, picture: WaitingPicture) -> Embedding | None:
        """Return the vector of an equal picture; None when this one is the one to encode.

        Raises Underway when an equal one leads. Whoever gets None, or a vector from the database,
        leads until `settle`.
        """
        digest = picture.digest or ""
        with self._lock:
            if digest in self._unwritten:
                return self._unwritten[digest]
            if digest in self._followers:
                self._followers[digest].append(picture)
                raise Underway
            self._followers[digest] = []
            self._leading[picture.id] = digest
        return self._stored(digest)

    def settle(self, picture_id: int, embedding: Embedding | None = None) -> list[WaitingPicture]:
        """Return who waited for a picture that led, now that it has a vector, or has none."""
        with self._lock:
            digest = self._leading.pop(picture_id, None)
            if digest is None:
                return []
            if embedding is not None:
                self._unwritten[digest] = embedding
            return self._followers.pop(digest)

    def written(self, vectors: Iterable[NewVector]) -> None:
        """Forget vectors that stand in the database: there is no room for a million of them."""
        with self._lock:
            for vector in vectors:
                self._unwritten.pop(vector.digest, None)

"""What the engine offers for many photos: opening a set, what it costs, searching with it."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Unpack
from uuid import UUID

from search.batch.archive import unpack
from search.batch.batch import Batch, Read
from search.batch.cost import Cost, cost_of
from search.batch.files import GivenFile, sort_files
from search.batch.rows import PhotoRow, State
from search.encoders.recording import RecordedEncoder
from search.hits import Search
from search.indexing.gate import Gate
from search.monitoring import Monitoring
from search.notes import OccasionGiven
from search.photo import Photo
from search.progress import Report
from search.settings import Settings
from search.store.store import Store
from search.usage.span import Preset, span_of
from search.vectors import VectorSpace

# Of all sets together, so many photos are searched with at once: whoever waits for one photo of
# their own must not stand behind a hundred. A server takes several, this machine has other work.
FAR_AT_ONCE, NEAR_AT_ONCE = 4, 1
# So many sets are found by their id, the latest ones; and all that are still worked on.
KEPT = 16


@dataclass(frozen=True, slots=True)
class Means:
    """What a set is read and searched with: the engine's own ways, see there.

    `space` returns the active space, `now` the time of day, aware.
    """

    read: Read
    search: Callable[..., Search]
    keep: Callable[[Photo], None]
    encoder: Callable[[], RecordedEncoder]
    space: Callable[[], VectorSpace]
    now: Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A set that was searched with, and the visitor who made it."""

    batch: Batch
    visitor: str


class Batches:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(
        self, store: Store, settings: Settings, monitoring: Monitoring, means: Means
    ) -> None:
        self._store = store
        self._max_bytes = settings.max_bytes
        self._keeps_photos = settings.keep_photos
        self._monitoring = monitoring
        self._means = means
        # Reading is decoding, of which two go on at once: one is left to whoever has one photo.
        self._reading = threading.Lock()
        self._far, self._near = Gate(FAR_AT_ONCE), Gate(NEAR_AT_ONCE)
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, _Kept] = OrderedDict()

    def open(self, files: Sequence[GivenFile]) -> Batch:
        """Tell the photos among files, ZIP archives opened, and begin to read them."""
        batch = Batch(sort_files(files, partial(unpack, max_bytes=self._max_bytes)))
        batch.read(self._means.read, self._reading)
        return batch

    def cost(self, batch: Batch) -> Cost:
        """Return what it takes to search with what is left of a set; all of it is read.

        Raises StoreError or ModelLost.
        """
        photos, known = self._known(batch)
        monitoring = self._monitoring.as_written()
        quota = monitoring.quota()
        day = span_of(Preset.DAY, self._means.now(), "UTC")
        at_once = FAR_AT_ONCE if quota.counts else NEAR_AT_ONCE
        call_seconds = monitoring.latency(day).calls.p50
        return cost_of(len(photos), len(set(photos) - known), quota, call_seconds, at_once)

    def start(self, batch: Batch, **given: Unpack[OccasionGiven]) -> None:
        """Begin to search with what is left of a set, in the background.

        `given` as in `SearchEngine.search`. While it goes on already, nothing happens. Raises
        StoreError, ModelLost, or why there is no encoder; what searching meets is the batch's
        `error`.
        """
        _, known = self._known(batch)
        is_far = bool(self._means.encoder().host)
        gate, at_once = (self._far, FAR_AT_ONCE) if is_far else (self._near, NEAR_AT_ONCE)

        def search(photo: Photo, report: Report) -> Search:
            found = self._means.search(photo, report, **given)
            self._means.keep(photo)  # who judges this search later needs to see it
            return found

        self._keep(batch, given.get("visitor", ""))
        batch.start(search, self._means.read, gate, at_once, known)

    def photos(self, batch: Batch) -> list[Photo]:
        """Return the photos of a set of two or three; raise a PhotoError or BatchError."""
        rows = [row for row in batch.rows if row.fingerprint is not None]
        return [batch.photo(row.number, self._means.read) for row in rows]

    def find(self, number: UUID | str) -> Batch | None:
        """Return a set that was searched with in this process, by its id; None without one.

        What was forgotten of it, here or in another process, is gone from it. Raises StoreError.
        """
        try:
            wanted = number if isinstance(number, UUID) else UUID(number)
        except ValueError:
            return None
        found = self._found(wanted)
        if found is not None:
            self.refresh(found)
        return self._found(wanted)

    def refresh(self, *batches: Batch) -> None:
        """Let go of what was forgotten of some sets; raise StoreError.

        One of which every search was forgotten is not found by its id any more.
        """
        made = {batch: batch.searches for batch in batches}
        there = self._store.past_searches.there(frozenset().union(*made.values()))
        for batch, searches in made.items():
            batch.forget(searches - there)
            if _is_forgotten(batch):
                with self._lock:
                    self._kept.pop(batch.id, None)

    def sweep(self) -> None:
        """Let go of what was forgotten of any set; raise StoreError."""
        with self._lock:
            batches = [kept.batch for kept in self._kept.values()]
        self.refresh(*batches)

    def rows(self, batch: Batch, visitor: str | None) -> tuple[PhotoRow, ...]:
        """Return the photos of a set as a visitor may see them; None for whose tab has the files.

        Without KEEP_PHOTOS nobody sees the photos themselves but who made the set.
        """
        if self._keeps_photos or visitor is None or self._is_of(batch, visitor):
            return batch.rows
        return tuple(row.unseen() for row in batch.rows)

    def close(self) -> None:
        """Begin nothing further."""
        self._far.close()
        self._near.close()
        with self._lock:
            for kept in self._kept.values():
                kept.batch.stop()

    def _known(self, batch: Batch) -> tuple[list[bytes], set[bytes]]:
        """Return the fingerprints that are left to search with, and which of them are known."""
        photos = [row.fingerprint for row in batch.waiting if row.fingerprint is not None]
        return photos, self._store.photos.known(photos, self._means.space())

    def _found(self, number: UUID) -> Batch | None:
        with self._lock:
            kept = self._kept.get(number)
        return kept.batch if kept else None

    def _is_of(self, batch: Batch, visitor: str) -> bool:
        with self._lock:
            kept = self._kept.get(batch.id)
        # Whoever has no cookie is nobody in particular.
        return bool(visitor) and kept is not None and kept.visitor == visitor

    def _keep(self, batch: Batch, visitor: str) -> None:
        with self._lock:
            # Somebody else may go on with a set: it stays the first one's.
            self._kept.setdefault(batch.id, _Kept(batch, visitor))
            self._kept.move_to_end(batch.id)
            *earlier, _ = self._kept.values()
            over = [kept.batch.id for kept in earlier if not kept.batch.is_busy]
            for number in over[: max(len(self._kept) - KEPT, 0)]:
                del self._kept[number]


def _is_forgotten(batch: Batch) -> bool:
    """Tell whether nothing that a set has come to is left."""
    states = {row.state for row in batch.rows}
    return State.FORGOTTEN in states and State.DONE not in states and not batch.is_busy

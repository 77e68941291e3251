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
# So many sets are found by their id, the latest ones.
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


class Batches:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(
        self, store: Store, settings: Settings, monitoring: Monitoring, means: Means
    ) -> None:
        self._store = store
        self._max_bytes = settings.max_bytes
        self._monitoring = monitoring
        self._means = means
        # Reading is decoding, of which two go on at once: one is left to whoever has one photo.
        self._reading = threading.Lock()
        self._far, self._near = Gate(FAR_AT_ONCE), Gate(NEAR_AT_ONCE)
        self._lock = threading.Lock()
        self._kept: OrderedDict[UUID, Batch] = OrderedDict()

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

        self._keep(batch)
        batch.start(search, self._means.read, gate, at_once, known)

    def photos(self, batch: Batch) -> list[Photo]:
        """Return the photos of a set of two or three; raise a PhotoError or BatchError."""
        rows = [row for row in batch.rows if row.fingerprint is not None]
        return [batch.photo(row.number, self._means.read) for row in rows]

    def find(self, number: UUID | str) -> Batch | None:
        """Return a set that was searched with in this process, by its id; None without one."""
        try:
            wanted = number if isinstance(number, UUID) else UUID(number)
        except ValueError:
            return None
        with self._lock:
            return self._kept.get(wanted)

    def close(self) -> None:
        """Begin nothing further."""
        self._far.close()
        self._near.close()
        with self._lock:
            for batch in self._kept.values():
                batch.stop()

    def _known(self, batch: Batch) -> tuple[list[bytes], set[bytes]]:
        """Return the fingerprints that are left to search with, and which of them are known."""
        photos = [row.fingerprint for row in batch.waiting if row.fingerprint is not None]
        return photos, self._store.photos.known(photos, self._means.space())

    def _keep(self, batch: Batch) -> None:
        with self._lock:
            self._kept[batch.id] = batch
            self._kept.move_to_end(batch.id)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)

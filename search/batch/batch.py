"""Batch: up to a hundred photos, each searched with by itself, beside whoever waits for them."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from enum import StrEnum
from uuid import UUID, uuid4

from search.batch.files import LeftOut, PhotoFile, Sorted
from search.batch.lasting import meets_every_photo
from search.batch.rows import PhotoRow, State
from search.errors import LikenessError
from search.hits import Search
from search.indexing.gate import Gate, Stopped
from search.photo import Photo
from search.progress import Progress, Report, Stage
from search.subject import MOST_TOGETHER

# A photo is kept as it was read, unless it takes more than this: such a one is read twice.
LARGEST_KEPT_PIXELS = 700_000

log = logging.getLogger(__name__)

Read = Callable[[bytes], Photo]
# Searches with a photo, and keeps what is kept of it; raises what the engine raises.
SearchWith = Callable[[Photo, Report], Search]


class Phase(StrEnum):
    """What a batch is doing; the values are keys of texts."""

    READING = "reading"
    READY = "ready"  # nothing was searched yet
    SEARCHING = "searching"
    STOPPING = "stopping"  # what is under way is waited for
    HALTED = "halted"  # stopped, or ended by an error, with photos left to search with
    DONE = "done"


class Batch:
    """One a set of files. Every method may be called from several threads at once.

    It is read and searched in threads of its own; what they have come to is in `rows`. Photos with
    the same fingerprint are searched with once. One that is stopped while it is read is given up.
    """

    def __init__(self, files: Sorted) -> None:
        self.id = uuid4()
        self.left_out: Sequence[LeftOut] = files.left_out
        self._changed = threading.Condition()
        self._files: dict[int, PhotoFile] = dict(enumerate(files.photos, 1))
        self._photos: dict[int, Photo] = {}
        self._rows = {number: PhotoRow(number, file.name) for number, file in self._files.items()}
        self._firsts: dict[bytes, int] = {}
        self._error: LikenessError | None = None
        self._stop = threading.Event()
        self._reads = self._begun = False
        self._known: frozenset[bytes] = frozenset()

    @property
    def rows(self) -> tuple[PhotoRow, ...]:
        """The photos as they are now, in the order in which they came."""
        with self._changed:
            rows = tuple(self._rows.values())
        return tuple(_with_twin(row, rows) for row in rows)

    @property
    def searches(self) -> frozenset[UUID]:
        """The searches that were made, by their ids, without those that were forgotten."""
        return frozenset(row.search.id for row in self.rows if row.search is not None)

    @property
    def error(self) -> LikenessError | None:
        """What ended the searching early, for it would have met every further photo."""
        return self._error

    @property
    def phase(self) -> Phase:
        """What it is doing now."""
        with self._changed:
            return self._phase()

    @property
    def is_busy(self) -> bool:
        """Whether anything goes on."""
        return self.phase in (Phase.READING, Phase.SEARCHING, Phase.STOPPING)

    @property
    def waiting(self) -> tuple[PhotoRow, ...]:
        """The photos that `start` would search with now, each fingerprint once."""
        with self._changed:
            return tuple(row for row in self._rows.values() if _is_ready(row) or _may_go(row))

    def read(self, read: Read, turn: threading.Lock) -> None:
        """Begin to read the photos in the background, one at a time; `turn` is held for each."""
        self._reads = True
        self._run(lambda: self._read_all(read, turn), 1)

    def start(
        self,
        search: SearchWith,
        read: Read,
        gate: Gate,
        at_once: int,
        known: Collection[bytes] = (),
    ) -> None:
        """Begin to search in the background, or go on with what is left.

        Photos whose fingerprints are `known` come first: a limit that ends the set does not keep
        them from being found.

        What failed for a reason that may pass is tried again. `at_once` threads search, each when
        the `gate` lets it. While it goes on, nothing happens: it can be called twice.
        """
        with self._changed:
            if self._phase() in _BUSY:
                return
            self._begun = True
            self._error = None
            self._known = frozenset(known)
            self._stop = threading.Event()
            for number, row in self._rows.items():
                if _may_go(row):
                    self._rows[number] = replace(row, state=State.READY, error=None)
        stop = self._stop
        self._run(lambda: self._search_on(search, read, gate, stop), at_once)

    def stop(self) -> None:
        """Begin nothing further; what is under way comes to its end."""
        with self._changed:
            self._stop.set()
            self._changed.notify_all()

    def join(self, seconds: float | None = None) -> bool:
        """Wait until nothing goes on, at most so long; return whether nothing does."""
        with self._changed:
            return self._changed.wait_for(lambda: self._phase() not in _BUSY, seconds)

    def forget(self, gone: Collection[UUID]) -> None:
        """Keep nothing of the photos whose searches are gone, nor of their twins."""
        with self._changed:
            firsts = {
                number
                for number, row in self._rows.items()
                if row.search is not None and row.search.id in gone
            }
            for number, row in self._rows.items():
                if number in firsts or row.twin in firsts:
                    self._rows[number] = row.forgotten()
                    self._photos.pop(number, None)
                    self._files.pop(number, None)
            self._firsts = {one: at for one, at in self._firsts.items() if at not in firsts}
            self._changed.notify_all()

    def photo(self, number: int, read: Read) -> Photo:
        """Return a photo as it is searched with; raise a PhotoError or BatchError."""
        with self._changed:
            kept, file = self._photos.get(number), self._files.get(number)
        if kept is not None:
            return kept
        if file is None:
            raise KeyError(number)  # it was searched with, and let go of
        return read(file.content())

    def _run(self, work: Callable[[], None], threads: int) -> None:
        # Daemons, and no ThreadPoolExecutor: see `search.indexing.crew`.
        for number in range(threads):
            threading.Thread(target=work, name=f"batch-{number}", daemon=True).start()

    def _phase(self) -> Phase:
        states = {row.state for row in self._rows.values() if row.twin is None}
        stopped = self._stop.is_set()
        if self._reads:
            return Phase.STOPPING if stopped else Phase.READING
        if State.SEARCHING in states:
            return Phase.STOPPING if stopped else Phase.SEARCHING
        if not self._begun:
            return Phase.READY
        if State.READY in states:
            return Phase.HALTED if stopped else Phase.SEARCHING
        return Phase.DONE

    def _read_all(self, read: Read, turn: threading.Lock) -> None:
        for number, file in list(self._files.items()):
            with turn:
                if self._stop.is_set():
                    break
                self._put(replace(self._rows[number], state=State.READING))
                self._put(self._read_one(self._rows[number], file, read))
        with self._changed:
            self._reads = False
            self._changed.notify_all()

    def _read_one(self, row: PhotoRow, file: PhotoFile, read: Read) -> PhotoRow:
        try:
            photo = read(file.content())
        except LikenessError as error:
            self._let_go(row.number)
            return row.failed(error)
        except Exception:
            log.exception("a photo of a set could not be read")
            self._let_go(row.number)
            return row.failed(LikenessError())
        first = self._firsts.setdefault(photo.fingerprint, row.number)
        if photo.image.width * photo.image.height <= LARGEST_KEPT_PIXELS:
            with self._changed:
                self._photos[row.number] = photo
                del self._files[row.number]
        return row.read(photo, None if first == row.number else first)

    def _search_on(self, search: SearchWith, read: Read, gate: Gate, stop: threading.Event) -> None:
        """Search with one photo after the other, until none is left or somebody says so."""
        while True:
            try:
                with gate.place():
                    row = self._take(stop)
                    if row is None:
                        return
                    self._put(self._searched(row, search, read, gate, stop))
            except Stopped:
                self.stop()
                return

    def _take(self, stop: threading.Event) -> PhotoRow | None:
        with self._changed:
            if stop.is_set():
                return None
            ready = [row for row in self._rows.values() if _is_ready(row)]
            row = min(ready, key=lambda row: row.fingerprint not in self._known, default=None)
            if row is not None:
                self._rows[row.number] = replace(row, state=State.SEARCHING)
            return row

    def _searched(
        self,
        row: PhotoRow,
        search: SearchWith,
        read: Read,
        gate: Gate,
        stop: threading.Event,
    ) -> PhotoRow:
        def report(progress: Progress) -> None:
            # Who was told to wait need not hear it from every photo.
            if progress.stage is Stage.WAITING and progress.seconds:
                gate.hold(progress.seconds)

        try:
            done = row.done(search(self.photo(row.number, read), report))
        except LikenessError as error:
            if meets_every_photo(error):
                with self._changed:
                    if not stop.is_set():
                        self._error = error
                    stop.set()
                return row
            done = row.failed(error)
        except Exception:
            log.exception("a photo of a set could not be searched with")
            done = row.failed(LikenessError())
        if done.error is None or not done.error.retry:
            self._let_go(row.number)
        return done

    def _put(self, row: PhotoRow) -> None:
        with self._changed:
            self._rows[row.number] = row
            self._changed.notify_all()

    def _let_go(self, number: int) -> None:
        """Keep nothing of a photo that is not needed any more, as one of few may be."""
        if len(self._rows) <= MOST_TOGETHER:
            return
        with self._changed:
            self._photos.pop(number, None)
            self._files.pop(number, None)


_BUSY = (Phase.READING, Phase.SEARCHING, Phase.STOPPING)


def _is_ready(row: PhotoRow) -> bool:
    return row.state is State.READY and row.twin is None


def _may_go(row: PhotoRow) -> bool:
    """Tell whether a photo failed for a reason that may pass."""
    return row.state is State.FAILED and row.error is not None and row.error.retry


def _with_twin(row: PhotoRow, rows: Sequence[PhotoRow]) -> PhotoRow:
    return row if row.twin is None else row.as_first(rows[row.twin - 1])

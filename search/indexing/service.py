"""What the engine offers: index here or in the background, watch whoever does it, stop it."""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import UUID, uuid4

from search.calls import this_process
from search.encoders.recording import RecordedEncoder
from search.errors import IndexingElsewhere, LikenessError
from search.fetching import Fetcher
from search.indexing.equal_pictures import EqualPictures
from search.indexing.failures import error_of
from search.indexing.gate import Gate
from search.indexing.indexed import Ended, Indexed, OnProgress
from search.indexing.persevering import Persevering
from search.indexing.run import Plan, Run
from search.indexing.worker import Tools
from search.photo import Photo, read_photo
from search.settings import Settings
from search.store.index_runs import KILLED, PERSON, IndexRun, Turn
from search.store.picture_failures import FailureReason
from search.store.store import Store
from search.vectors import Embedding

# A closing process waits so long for its run to write what came back; a kill would cost little.
CLOSING_SECONDS = 8.0

log = logging.getLogger(__name__)


class Indexing:
    """One an engine. Every method may be called from several threads at once.

    `encoder` returns the encoder, `searching` whether a search waits for it; `after` is called when
    a run is over, however it ended.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        encoder: Callable[[], RecordedEncoder],
        searching: Callable[[], bool],
        after: Callable[[], object],
    ) -> None:
        self._store = store
        self._settings = settings
        self._encoder = encoder
        self._searching = searching
        self._after = after
        self._stop = threading.Event()
        self._closed = False
        self._one_here = threading.Lock()
        self._thread: threading.Thread | None = None
        self._number: UUID | None = None
        self._error: LikenessError | None = None

    def run(
        self,
        on_progress: OnProgress,
        *,
        again: bool = False,
        afresh: bool = False,
        retry: bool = False,
    ) -> Indexed:
        """Encode the pictures that have no vector in the encoder's space; of all, `again`.

        Where a run of all was interrupted, `again` goes on with it, unless it is to begin `afresh`.
        What failed before is left out, unless it is to be tried again (`retry`). Raises what would
        meet every picture, IndexingElsewhere when somebody indexes already, or a StoreError; what
        was encoded until then is kept.
        """
        encoder = self._encoder()
        turn = self._store.index_runs.turn(encoder.space)
        if not self._one_here.acquire(blocking=False):
            raise self._elsewhere()
        try:
            self._stop = threading.Event()
            if self._closed:
                self._stop.set()
            self._number = self._error = None
            self._take(turn)
            since = self._again_since(encoder, afresh=afresh) if again else None
            self._forget_failures(encoder, since, retry=retry)
            return self._run(encoder, turn, on_progress, since)
        except IndexingElsewhere:
            raise  # how that one ends is what counts
        except LikenessError as error:
            self._error = error
            raise
        finally:
            turn.give_back()
            self._one_here.release()
            self._after()

    @property
    def refused(self) -> LikenessError | None:
        """The error for which the latest run in this process did not even begin."""
        return self._error if self._number is None else None

    def start(self, *, again: bool = False, afresh: bool = False, retry: bool = False) -> None:
        """Run in the background of this process; `current` tells how far it is.

        Where it runs already, it only goes on.
        """
        if self.is_here:
            return

        def run() -> None:
            try:
                self.run(lambda _: None, again=again, afresh=afresh, retry=retry)
            except LikenessError as error:  # told by `ended` to whoever looks next
                log.warning("indexing ended: %s", error)
            except Exception:
                self._error = LikenessError()
                log.exception("indexing ended")

        self._thread = threading.Thread(target=run, name="indexing", daemon=True)
        self._thread.start()

    @property
    def is_here(self) -> bool:
        """Whether this process is indexing, or about to begin."""
        return self._one_here.locked() or (self._thread is not None and self._thread.is_alive())

    def join(self, seconds: float) -> bool:
        """Wait for the background, at most so long; return whether it is done."""
        if self._thread is not None:
            self._thread.join(seconds)
        return not self.is_here

    def current(self) -> IndexRun | None:
        """Return the run that goes on, in whichever process."""
        return self._store.index_runs.current(self._encoder().space)

    def last(self) -> IndexRun | None:
        """Return the latest run that is over."""
        return self._store.index_runs.last(self._encoder().space)

    def again_since(self) -> datetime | None:
        """Return since when an interrupted run of all makes vectors anew; `again` goes on with it.

        None when there was none, or a run goes on.
        """
        space = self._encoder().space
        return None if self.current() else self._store.index_runs.again_since(space)

    def ended(self) -> Ended | None:
        """Return why the last run ended early, in whichever process, until another one begins.

        None when it came to its end, or a person stopped it.
        """
        run = self.last()
        if run is None or run.stopped_by in {None, PERSON}:
            return None
        if run.id == self._number and self._error is not None:
            # Said better than by the database, which may be what was away.
            return Ended(run, self._error)
        if run.stopped_by == KILLED:
            return Ended(run, None)
        return Ended(run, error_of(run.stopped_by or "", run.facts))

    def stop(self) -> None:
        """Let the run that goes on end soon, in whichever process it is."""
        run = self.current()
        if run is not None:
            self._store.index_runs.stop(run.id)
        if self.is_here:
            self._stop.set()

    @property
    def host(self) -> str:
        """Where pictures are sent; "" for an encoder in this process."""
        return self._encoder().host

    def waiting(self, since: datetime | None = None) -> int:
        """Return how many pictures the next run would encode, or one `again` that began `since`."""
        return self._store.index_queue.count(self._encoder().space, since=since)

    def failed(self) -> int:
        """Return how many pictures are left out, because they failed before."""
        return self._store.picture_failures.count(self._encoder().space)

    def failures(self, places: int = 200) -> list[FailureReason]:
        """Return why pictures are left out, each reason with up to so many of its pictures."""
        return self._store.picture_failures.by_reason(self._encoder().space, places=places)

    def close(self) -> None:
        """End a run in the background; what came back is written."""
        self._closed = True
        self._stop.set()
        if not self.join(CLOSING_SECONDS):
            log.warning("indexing did not end in time; the next run goes on from there")

    def _again_since(self, encoder: RecordedEncoder, *, afresh: bool) -> datetime:
        """Return since when vectors count as made anew."""
        runs, queue, space = self._store.index_runs, self._store.index_queue, encoder.space
        since = None if afresh else runs.again_since(space)
        # Interrupted when all was done: whoever asks once more means it.
        return since if since and queue.count(space, since=since) else runs.now()

    def _forget_failures(
        self, encoder: RecordedEncoder, since: datetime | None, *, retry: bool
    ) -> None:
        """Let what failed be tried again; a run that goes on leaves alone what failed in it."""
        if since is not None or retry:
            self._store.picture_failures.forget(encoder.space, None if retry else since)

    def _run(
        self,
        encoder: RecordedEncoder,
        turn: Turn,
        on_progress: OnProgress,
        since: datetime | None,
    ) -> Indexed:
        store, settings, space = self._store, self._settings, encoder.space
        places = settings.index_concurrency if encoder.host else _processors()
        # Some more than may call: what is fetched and read is ready when a place becomes free.
        window = places + max(places // 2, 2)
        plan = Plan(uuid4(), store.index_queue.count(space, since=since), window, since)
        persevere = Persevering(self._stop, lambda: store.is_alive)
        store.index_runs.begin(plan.number, space, this_process(), plan.total, since)
        self._number = plan.number

        def stored(digest: str) -> Embedding | None:
            return persevere(partial(store.index_queue.vector_of, space, digest, since))

        with Fetcher(private=settings.fetch_private, max_bytes=settings.max_bytes) as fetcher:
            tools = Tools(
                encoder=encoder,
                queue=store.index_queue,
                gate=Gate(places, self._searching),
                fetch=fetcher.fetch,
                read=self._read,
                persevere=persevere,
                equals=EqualPictures(stored),
                stop=self._stop,
                last_ones=threading.Event(),
            )
            run = Run(
                plan,
                tools,
                runs=store.index_runs,
                turn=turn,
                retake=lambda: self._take(turn),
                persevere=persevere,
                on_progress=on_progress,
            )
            return run.go()

    def _read(self, data: bytes) -> Photo:
        settings = self._settings
        return read_photo(data, max_bytes=settings.max_bytes, max_pixels=settings.max_pixels)

    def _take(self, turn: Turn) -> None:
        if not turn.take():
            raise self._elsewhere()

    def _elsewhere(self) -> IndexingElsewhere:
        run = self.current()
        if run is None:  # it has only just begun, or is about to end
            return IndexingElsewhere(process="…", done=0, total=0)
        return IndexingElsewhere(process=run.process, done=run.done, total=run.total)


def _processors() -> int:
    return min(os.cpu_count() or 1, 4)

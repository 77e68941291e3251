"""SearchEngine: everything that a page, the command line or the HTTP routes need."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.calls import (
    BreakerChange,
    BreakerState,
    Errand,
    Purpose,
    on_errand,
    this_process,
    utc_now,
)
from search.checking import Checking
from search.dealing import Dealing
from search.demo.loading import Demo
from search.demo.pack import Sample
from search.encoders import Encoder
from search.encoders.choice import choose_encoder
from search.encoders.recording import Hooks, RecordedEncoder, recorded
from search.evaluating import Evaluating
from search.examples import Examples
from search.hits import Distribution, Search
from search.importing_sets import SetImporter
from search.indexing import Indexed, Indexing, OnProgress
from search.journal import Journal, Observer
from search.judging import Judging
from search.logs import SearchLine
from search.monitoring import Monitoring
from search.photo import Photo, read_photo
from search.previews import Previews
from search.progress import Report, silent
from search.quota_guard import QuotaGuard
from search.searching import Searching
from search.settings import Settings
from search.space_check import SpaceCheck
from search.store.products import StoredPicture
from search.store.store import Store
from search.thresholds import Thresholds
from search.upkeep import Upkeep
from search.vectors import Embedding, VectorSpace

# What closing waits for: searches that were let go on, until they have written what they found.
CLOSING_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the catalogue can be searched: products, pictures, pictures with a vector."""

    space: VectorSpace
    products: int
    pictures: int
    indexed: int


class SearchEngine:
    """One a process. Every method may be called from several threads at once.

    What it takes to choose a threshold stands in objects of their own: `thresholds`, `judging`,
    `evaluating`, `examples`, `dealing`, `previews`. `indexing` encodes the catalogue. What happens
    is written into the `journal`, and told by `monitoring`.
    `now` is the time of day, aware, and `clock` measures, in seconds: both can be played.
    `observers` hear of every call and search at once.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        encoder: Encoder | None = None,
        *,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.perf_counter,
        observers: Sequence[Observer] = (),
    ) -> None:
        self.settings = settings
        self.store = store
        self.journal = Journal.of(store, (SearchLine(), *observers))
        self._given = encoder
        self._searching: Searching | None = None
        self._now = now
        self._clock = clock
        self._upkeep = Upkeep(lambda: store.rollups.maintain(now(), settings.usage_days))
        self._demo = Demo(store)
        self.thresholds = Thresholds(store, settings.default_threshold, lambda: self.encoder.space)
        self.judging = Judging(store, lambda: self.encoder.space)
        self.evaluating = Evaluating(store, lambda: self.encoder.space, self._embed)
        self.examples = Examples(store, self.evaluating)
        self.previews = Previews(
            store, settings.result_limit, self.thresholds.active, lambda: self.encoder.space
        )
        self.dealing = Dealing(store, self.evaluating)
        self.indexing = Indexing(
            store,
            settings,
            lambda: self.encoder,
            lambda: self._search().waits_for_encoder,
            self._indexed,
        )
        self.monitoring = Monitoring(store, settings, lambda: self.encoder, self.journal.flush, now)
        self._checking = Checking(store, lambda: self.encoder, now)
        self.last_check: SpaceCheck | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings, observers: Sequence[Observer] = ()) -> SearchEngine:
        """Start or reach the database and bring it up to date; raise a StoreError if that fails.

        An embedded database that has no products gets the demo catalogue.
        """
        engine = cls(settings, Store.open(settings), observers=observers)
        if engine.store.is_embedded and engine.store.products.count()[0] == 0:
            engine.load_demo()
        engine._upkeep.start()
        return engine

    @property
    def encoder(self) -> RecordedEncoder:
        """The encoder, built when it is first needed: a wrong token must not keep the app shut."""
        return self._search().encoder

    def read(self, data: bytes) -> Photo:
        """Read a picture from anywhere; raise a PhotoError when it cannot be searched with."""
        return read_photo(
            data, max_bytes=self.settings.max_bytes, max_pixels=self.settings.max_pixels
        )

    def search(
        self, photo: Photo, report: Report = silent, *, origin: str = "page", who: str = ""
    ) -> Search:
        """Find the products that look like the photo, and store the search.

        `origin` is "page", "command" or "api", `who` a person's name where that is known. Raises
        EncoderError, StoreError or CatalogueError.
        """
        return self._search().search(photo, report, origin=origin, who=who)

    def distribution(self, search: Search) -> Distribution:
        """Count the whole catalogue's products by their score for a search's photo."""
        scale, centre = search.threshold.scale, search.threshold.centre
        return self.store.comparisons.compare(search.query, scale, centre).distribution

    def keep_photo(self, search: Search) -> None:
        """Keep a small picture of a search's photo, to be judged by; not without KEEP_PHOTOS."""
        if self.settings.keep_photos:
            photo = search.photo
            self.store.photo_pictures.add(photo.fingerprint, "image/jpeg", photo.small)

    def picture(self, digest: str) -> StoredPicture | None:
        """Return a catalogue picture by the SHA-256 of its content, in hexadecimal."""
        return self.store.products.picture(digest)

    def set_importer(self) -> SetImporter:
        """Return what brings evaluation sets in; every photo is encoded once, as in a search."""
        return SetImporter(self.store, self.read, self._embed, max_bytes=self.settings.max_bytes)

    def coverage(self) -> Coverage:
        """Count what the encoder's space covers."""
        products, pictures = self.store.products.count()
        return Coverage(self.encoder.space, products, pictures, self._search().count_again())

    def index(
        self, on_progress: OnProgress, *, again: bool = False, retry: bool = False
    ) -> Indexed:
        """Encode the catalogue's pictures that have no vector in the encoder's space.

        See `indexing`, which does the same in the background. Raises EncoderError,
        IndexingElsewhere or StoreError; what was encoded until then is kept.
        """
        return self.indexing.run(on_progress, again=again, retry=retry)

    def check_space(self, within: timedelta = timedelta()) -> SpaceCheck:
        """Encode a few catalogue pictures again and compare with their stored vectors.

        What was found `within` such a time is believed, see Checking. It is kept as `last_check`.
        """
        self.last_check = self._checking.check(within)
        return self.last_check

    def samples(self) -> Sequence[Sample]:
        """Return photos to try, as long as the catalogue has the products that they show."""
        return self._demo.samples()

    def sample(self, key: str) -> bytes | None:
        """Return a sample photo's JPEG file; None when there is no such sample."""
        return self._demo.sample(key)

    def categories(self) -> list[tuple[Mapping[str, str], int]]:
        """Return the categories' names by language, each with its number of products."""
        return self.store.products.categories()

    def load_demo(self) -> int:
        """Put the demo catalogue into the database; return how many products were new."""
        added = self._demo.load()
        if self._searching is not None:
            self._searching.count_again()
        return added

    def close(self) -> None:
        """Let go of the encoder and the database, when all that happened is written down."""
        with self._lock:
            searching = self._searching
        self.indexing.close()
        if searching is not None:
            # Not with the lock: searches that are under way need it to come to their end.
            searching.close(CLOSING_SECONDS)
        self._upkeep.close()
        self.journal.close()
        self.store.close()

    def _indexed(self) -> None:
        """Look again at what has changed with an indexing run."""
        self._search().count_again()
        self._checking.forget()
        self.last_check = None

    def _embed(self, photo: Photo) -> Embedding:
        """Return a photo's embedding for an evaluation; the encoder is asked once, as ever."""
        with on_errand(Errand(Purpose.EVALUATE)):
            return self._search().embed(photo)[0]

    def _search(self) -> Searching:
        """Return what searches, with the encoder; made when it is first needed."""
        with self._lock:
            if self._searching is None:
                self._searching = Searching(
                    self.store,
                    self._recorded(self._given or choose_encoder(self.settings)),
                    self.thresholds.active,
                    self.journal,
                    limit=self.settings.result_limit,
                    now=self._now,
                    clock=self._clock,
                )
            return self._searching

    def _recorded(self, encoder: Encoder) -> RecordedEncoder:
        guard = QuotaGuard(self.store.calls, self.settings)
        hooks = Hooks(self.journal.call, self.journal.breaker, guard.admit)
        made = recorded(encoder, hooks, now=self._now, clock=self._clock)
        if made.host:
            # Its breaker is a new one. That of a process of the same name, which is gone and may
            # have left it open, says no more how things stand.
            closed = BreakerState.CLOSED
            self.journal.take_over([BreakerChange(self._now(), this_process(), made.host, closed)])
        return made

"""SearchEngine: everything that a page, the command line or the HTTP routes need."""

from __future__ import annotations

import logging
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from search.dealing import Dealing
from search.demo.loading import Demo
from search.demo.pack import Sample
from search.encoders import Encoder
from search.encoders.choice import choose_encoder
from search.evaluating import Evaluating
from search.examples import Examples
from search.hits import Distribution, Search
from search.importing_sets import SetImporter
from search.indexing import Indexed, OnProgress, index
from search.judging import Judging
from search.photo import Photo, read_photo
from search.previews import Previews
from search.progress import Progress, Report, Stage, Stopwatch, silent
from search.remembering import Remembering
from search.settings import Settings
from search.store.products import StoredPicture
from search.store.store import Store
from search.thresholds import Thresholds
from search.vectors import Embedding, VectorSpace

# Encoding a stored picture again gives the stored vector within this, unless the model differs.
AGREEMENT = 0.98
CHECKED_PICTURES = 3

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of the catalogue can be searched: products, pictures, pictures with a vector."""

    space: VectorSpace
    products: int
    pictures: int
    indexed: int


@dataclass(frozen=True, slots=True)
class SpaceCheck:
    """Do the encoder and the stored vectors agree? `lowest` is the least cosine that was met."""

    pictures: int
    lowest: float | None

    @property
    def agrees(self) -> bool:
        """Whether they do, as far as was looked at."""
        return self.lowest is not None and self.lowest >= AGREEMENT

    @property
    def differs(self) -> bool:
        """Whether they certainly do not."""
        return self.lowest is not None and not self.agrees


class SearchEngine:
    """One a process. Every method may be called from several threads at once.

    What it takes to choose a threshold stands in objects of their own: `thresholds`, `judging`,
    `evaluating`, `examples`, `dealing`, `previews`.
    """

    def __init__(self, settings: Settings, store: Store, encoder: Encoder | None = None) -> None:
        self.settings = settings
        self.store = store
        self._encoder = encoder
        self._remembering: Remembering | None = None
        self._pictures: dict[VectorSpace, int] = {}
        self._demo = Demo(store)
        self.thresholds = Thresholds(store, settings.default_threshold, lambda: self.encoder.space)
        self.judging = Judging(store, lambda: self.encoder.space)
        self.evaluating = Evaluating(store, lambda: self.encoder.space, self._embed)
        self.examples = Examples(store, self.evaluating)
        self.previews = Previews(
            store, settings.result_limit, self.thresholds.active, lambda: self.encoder.space
        )
        self.dealing = Dealing(store, self.evaluating)
        self.last_check: SpaceCheck | None = None
        self._lock = threading.Lock()

    @classmethod
    def open(cls, settings: Settings) -> SearchEngine:
        """Start or reach the database and bring it up to date; raise a StoreError if that fails.

        An embedded database that has no products gets the demo catalogue.
        """
        engine = cls(settings, Store.open(settings))
        if engine.store.is_embedded and engine.store.products.count()[0] == 0:
            engine.load_demo()
        return engine

    @property
    def encoder(self) -> Encoder:
        """The encoder, built when it is first needed: a wrong token must not keep the app shut."""
        with self._lock:
            if self._encoder is None:
                self._encoder = choose_encoder(self.settings)
            return self._encoder

    def read(self, data: bytes) -> Photo:
        """Read a picture from anywhere; raise a PhotoError when it cannot be searched with."""
        return read_photo(
            data, max_bytes=self.settings.max_bytes, max_pixels=self.settings.max_pixels
        )

    def search(self, photo: Photo, report: Report = silent) -> Search:
        """Find the products that look like the photo, and store the search.

        Raises EncoderError, StoreError or CatalogueError.
        """
        watch = Stopwatch()
        compared = self._compared(self.encoder.space)
        if not compared:
            # Known before anything is asked: nobody waits for a model, no call is spent.
            raise self.store.why_nothing(self.encoder.space)
        with watch.timing(Stage.ENCODING):
            query, remembered = self._remember().embed(photo, report)
        report(Progress(Stage.COMPARING, count=compared))
        with watch.timing(Stage.COMPARING):
            threshold = self.thresholds.active()
            hits = self.store.embeddings.nearest(
                query, self.settings.result_limit, threshold.scale, threshold.centre
            )
            if not hits:
                raise self.store.why_nothing(self.encoder.space)
            search = Search(uuid4(), photo, query, hits, remembered, threshold, watch.seconds)
            self.store.searches.save(search)
        log.info("search %s: %s", search.id, _in_words(watch))
        return search

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
        space = self.encoder.space
        indexed = self._pictures[space] = self.store.embeddings.count(space)
        return Coverage(space, products, pictures, indexed)

    def index(self, on_progress: OnProgress, *, again: bool = False) -> Indexed:
        """Encode the catalogue's pictures that have no vector in the encoder's space.

        Raises EncoderError or StoreError; what was encoded until then is kept.
        """
        coverage = self.coverage()
        total = coverage.pictures if again else coverage.pictures - coverage.indexed
        try:
            return index(
                self.encoder,
                self.store.embeddings,
                total=total,
                on_progress=on_progress,
                again=again,
            )
        finally:
            self.coverage()
            self.last_check = None

    def check_space(self) -> SpaceCheck:
        """Encode a few catalogue pictures again and compare with their stored vectors.

        What came of it is kept as `last_check`.
        """
        sample = self.store.embeddings.sample(self.encoder.space, CHECKED_PICTURES)
        similarities = [
            self.encoder.encode(read_photo(picture.content)).similarity(stored)
            for picture, stored in sample
        ]
        self.last_check = SpaceCheck(len(sample), min(similarities, default=None))
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
        self._pictures.clear()
        return added

    def close(self) -> None:
        """Let go of the encoder and the database."""
        with self._lock:
            if self._encoder is not None:
                self._encoder.close()
        self.store.close()

    def _embed(self, photo: Photo) -> Embedding:
        """Return a photo's embedding; the encoder is asked once, whoever asks us."""
        return self._remember().embed(photo, silent)[0]

    def _remember(self) -> Remembering:
        encoder = self.encoder
        with self._lock:
            if self._remembering is None:
                self._remembering = Remembering(encoder, self.store.photos)
            return self._remembering

    def _compared(self, space: VectorSpace) -> int:
        """Return how many pictures there are to compare with.

        Counted until there are any, and again whenever coverage is asked for.
        """
        if not self._pictures.get(space):
            self._pictures[space] = self.store.embeddings.count(space)
        return self._pictures[space]


def _in_words(watch: Stopwatch) -> str:
    return ", ".join(f"{stage} {1000 * taken:.0f} ms" for stage, taken in watch.seconds.items())

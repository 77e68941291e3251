"""SearchEngine: everything that a page, the command line or the HTTP routes need."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Unpack

from search.adopting.service import Adoption
from search.api_keys import Keys
from search.batch.service import Batches, Means
from search.calls import utc_now
from search.collage import side_by_side
from search.dealing import Dealing
from search.demo.loading import Demo
from search.demo.pack import Sample
from search.distributions import Distributions
from search.encoders import Encoder
from search.encoders.recording import RecordedEncoder
from search.errors import LikenessError
from search.evaluating import Evaluating
from search.examples import Examples
from search.exporting import Exporting
from search.facets import Faceting
from search.finding import DEFAULT_LIMIT, Finding, Found
from search.history import History
from search.hits import Distribution, Search
from search.importing_sets import SetImporter
from search.indexing import Indexed, Indexing, OnProgress
from search.journal import Journal, Observer
from search.judging import Judging
from search.logs import SearchLine
from search.looking import Looking
from search.models.desk import Desk, Desks, Supplies
from search.models.switching import Models
from search.monitoring import Monitoring
from search.narrowing import Narrow
from search.notes import Occasion, OccasionGiven
from search.photo import Photo
from search.planning.service import Planning
from search.previews import Previews
from search.progress import Report, silent
from search.reading import Reading
from search.settings import Settings
from search.showing import Showing
from search.space_check import SpaceCheck
from search.store.samples import FOLLOWS_SECONDS
from search.store.store import Store
from search.subject import Subject
from search.thresholds import Thresholds
from search.upkeep import Upkeep
from search.vectors import Embedding, VectorSpace
from search.word_facets import WordFaceting

# What closing waits for: searches that were let go on, until they have written what they found.
CLOSING_SECONDS = 3.0
# How long whoever searches waits for the first sample of a large catalogue.
COUNTING_SECONDS = 5.0


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
    `evaluating`, `examples`, `dealing`, `previews`. `indexing` encodes the catalogue, `showing` has
    its pictures, `adoption` copies it from a shop's own tables, `planning` says how it is searched.
    `reading` reads photos, `batches` searches with many of them, `exporting` makes files,
    `looking` shows a product, `history` has the searches that were made, `keys` those of programs.
    `facets` counts what they can be narrowed by, `word_facets` what a text finds can be. What
    happens is written into the `journal`, and told by `monitoring`. All of these are the active
    model's, and `models` switches to another; `beside` is the desk of the next one.
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
        self.history = History(store, settings, now)
        self.keys = Keys(store.api_keys, now, clock)
        self.reading = Reading(settings)
        self._upkeep = Upkeep(
            lambda: store.rollups.maintain(now(), settings.usage_days),
            store.maintain,
            self.history.purge,
        )
        self._following = Upkeep(
            store.samples.follow,
            seconds=FOLLOWS_SECONDS,
            name="samples",
            fails="the sample of the catalogue could not be drawn",
        )
        self._demo = Demo(store)
        self.models = Models(store, settings, encoder)
        self.thresholds = Thresholds(store, settings.default_threshold, self.models.active)
        self.judging = Judging(store, self.models.active)
        self.monitoring = Monitoring(
            store, settings, lambda: self.encoder, self.journal.flush, now, models=self.models
        )
        self.showing = Showing(store, settings, self.reading.read)
        self._finding = Finding(store.words, self.models.wanted)
        self.facets = Faceting(store.facets, self.models.wanted)
        self.word_facets = WordFaceting(
            store.word_counts, store.facets, self._finding.meant, self.models.wanted
        )
        self._distributions = Distributions(store, self.facets)
        line = self.thresholds.active
        alike = settings.duplicate_similarity
        self.looking = Looking(store, self.models.wanted, line, alike=alike)
        supplies = Supplies(store, settings, self.journal, self.showing, line, now, clock)
        self._desks = Desks(self.models, supplies)
        self.planning = Planning(store, settings.recall_target, self.models.active, now)
        self.adoption = Adoption(store, settings, self.reading.read, self._desks.count_again, now)
        read, keep, space = self.reading.read, self.keep_photo, self.models.active
        means = Means(read, self.search, keep, lambda: self.encoder, space, now)
        self.batches = Batches(store, settings, self.monitoring, means)
        self.history.on_forgotten(self.batches.sweep)
        self.exporting = Exporting(store, settings, self.showing)

    @classmethod
    def open(cls, settings: Settings, observers: Sequence[Observer] = ()) -> SearchEngine:
        """Start or reach the database and bring it up to date; raise a StoreError if that fails.

        An embedded database that has no products, and is to get none by CATALOGUE_QUERY, gets the
        demo catalogue.
        """
        engine = cls(settings, Store.open(settings), observers=observers)
        wants_demo = engine.store.is_embedded and not engine.adoption.is_wanted
        if wants_demo and engine.store.products.count()[0] == 0:
            engine.load_demo()
        engine._upkeep.start()
        return engine

    def start_background(self) -> None:
        """Begin what goes on beside an app: follow tables, draw samples, measure plans; once.

        No command does so unasked: it would end in the middle, and a shell that has not the app's
        settings would change what the app has copied.
        """
        self._following.start()
        self.planning.start()
        self.adoption.start()

    @property
    def encoder(self) -> RecordedEncoder:
        """The encoder, built when it is first needed: a wrong token must not keep the app shut.

        It is the active model's. Raises ModelLost when the settings have none for it any more.
        """
        return self._desks.active().encoder

    @property
    def beside(self) -> Desk:
        """What is done with the model beside the active one; raise ModelMissing without any."""
        return self._desks.next()

    @property
    def indexing(self) -> Indexing:
        """What encodes the catalogue."""
        return self._desks.active().indexing

    @property
    def evaluating(self) -> Evaluating:
        """What measures thresholds, in the space that is active now, whatever is switched then."""
        return self._desks.active().evaluating

    @property
    def examples(self) -> Examples:
        """What finds the pictures behind a figure."""
        return self._desks.active().examples

    @property
    def dealing(self) -> Dealing:
        """What deals out pairs to judge."""
        return self._desks.active().dealing

    @property
    def previews(self) -> Previews:
        """What shows the last searches as they would be with another threshold."""
        return self._desks.active().previews

    @property
    def last_check(self) -> SpaceCheck | None:
        """What the last check of the active space in this process came to."""
        try:
            return self._desks.active().last_check
        except LikenessError:  # of a model that cannot be asked nothing was checked
            return None

    def search(
        self, photo: Photo, report: Report = silent, **given: Unpack[OccasionGiven]
    ) -> Search:
        """Find the products that look like the photo, and store the search.

        `origin` is "page", "command" or "api", `who` a person's name where that is known, `visitor`
        in whose history it is, `limit` how many products it finds at most, RESULT_LIMIT without
        it. Raises EncoderError, StoreError, CatalogueError or ModelLost. Where
        somebody switches to another model meanwhile, it ends in the space in which it began. With
        `narrow` only products that fulfil it are found; raises NothingLeft when there are none.
        """
        occasion = Occasion(**given)
        return self._desks.search(
            lambda searching: searching.search(photo, report, occasion), occasion, photo.read_in
        )

    def search_together(
        self, photos: Sequence[Photo], report: Report = silent, **given: Unpack[OccasionGiven]
    ) -> Search:
        """Find the products that look like the one thing that two or three photos show.

        As `search`; each photo that nobody searched with before is a call of its own. Raises
        PhotosUncombinable when there are fewer or more.
        """
        occasion = Occasion(**given)
        return self._desks.search(
            lambda searching: searching.search_together(photos, report, occasion),
            occasion,
            sum(photo.read_in for photo in photos),
        )

    def more_like(
        self,
        product_id: int,
        report: Report = silent,
        *,
        picture_id: int | None = None,
        **given: Unpack[OccasionGiven],
    ) -> Search:
        """Find the products that look like a product of the catalogue, which is not among them.

        As `search`, by the stored vector of its main picture, or of the one with the number
        `picture_id`: no encoder is asked. Raises ProductUnknown, or ProductNotIndexed when there is
        no such vector.
        """
        occasion = Occasion(**given)
        return self._desks.search(
            lambda searching: searching.more_like(product_id, picture_id, report, occasion),
            occasion,
        )

    def again(
        self, past: Search, report: Report = silent, **given: Unpack[OccasionGiven]
    ) -> Search:
        """Search once more with what an earlier search was made with; no encoder is asked.

        As `search`, in the catalogue and at the threshold of today. Raises SearchOfAnotherModel
        when another model is active by now, and SearchUnknown when the photo was forgotten.
        """
        occasion = Occasion(**given)
        return self._desks.search(
            lambda searching: searching.again(past, report, occasion), occasion
        )

    def find(self, text: str, limit: int = DEFAULT_LIMIT, narrow: Narrow | None = None) -> Found:
        """Find products by their article, or by words, see `Finding.find`; no encoder is asked.

        Raises FindingError or StoreError.
        """
        return self._finding.find(text, limit, narrow)

    def distribution(
        self, search: Search, *, patience: float | None = COUNTING_SECONDS
    ) -> Distribution:
        """Count the products that a search was among, by their score for what it was made with.

        They are the whole catalogue's, or those that fulfil its `narrow` today. Many are counted by
        a sample. While that is being drawn only the best products are known: what is returned after
        `patience` seconds; None waits for all of it.
        """
        return self._distributions.count(search, patience=patience)

    def keep_photo(self, *photos: Photo) -> None:
        """Keep a small picture of what was searched with: a photo, or two or three of one thing.

        Searches are listed and judged by it, so the search is stored first: of what nothing refers
        to, nothing is kept. Not without KEEP_PHOTOS.
        """
        if not self.settings.keep_photos:
            return
        if len(photos) == 1:
            photo, small = photos[0].fingerprint, photos[0].small
        else:
            photo, small = Subject.of_photos(photos).fingerprint, side_by_side(photos)
        self.store.photo_pictures.add(photo, "image/jpeg", small)

    def set_importer(self) -> SetImporter:
        """Return what brings evaluation sets in; every photo is encoded once, as in a search."""
        return SetImporter(
            self.store, self.reading.read, self._embed, max_bytes=self.settings.max_bytes
        )

    def coverage(self) -> Coverage:
        """Count what the active space covers."""
        products, pictures = self.store.products.count()
        desk = self._desks.active()
        return Coverage(desk.space, products, pictures, desk.searching.count_again())

    def index(
        self,
        on_progress: OnProgress,
        *,
        again: bool = False,
        afresh: bool = False,
        retry: bool = False,
        beside: bool = False,
    ) -> Indexed:
        """Encode the catalogue's pictures that have no vector in the active space, or `beside` it.

        See `indexing`, which does the same in the background. Raises EncoderError,
        IndexingElsewhere, ModelMissing or StoreError; what was encoded until then is kept.
        """
        indexing = self.beside.indexing if beside else self.indexing
        return indexing.run(on_progress, again=again, afresh=afresh, retry=retry)

    def check_space(self, within: timedelta = timedelta()) -> SpaceCheck:
        """Encode a few catalogue pictures again and compare with their stored vectors.

        What was found `within` such a time is believed, see Checking. It is kept as `last_check`.
        """
        return self._desks.active().check(within)

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
        self._desks.count_again()
        return added

    def finish(self, seconds: float) -> None:
        """Let searches that are under way come to their end, for so long at most; before `close`.

        The encoders go on answering meanwhile. Of many photos at once no further one is begun.
        """
        self.batches.close()
        self._desks.finish(seconds)

    def close(self) -> None:
        """Let go of the encoders and the database, when all that happened is written down."""
        self.batches.close()
        self._desks.close_indexing()
        self.planning.close()
        self.adoption.close()
        self.showing.close()
        self.reading.close()
        self._desks.close(CLOSING_SECONDS)
        self._following.close()
        self._upkeep.close()
        self.journal.close()
        self.store.close()

    def _embed(self, photo: Photo) -> Embedding:
        """Return a photo's embedding for an evaluation, in the space that is active now."""
        return self._desks.active().embed(photo)

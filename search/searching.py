"""A photo, or what stands for one, in; products out; and a record of how it went."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from search.calls import OK, current_errand, on_errand, utc_now
from search.encoders.recording import RecordedEncoder, remembered
from search.errors import LikenessError, NothingLeft, SearchOfAnotherModel
from search.hits import Search
from search.journal import Journal
from search.notes import Notes, Occasion
from search.photo import Photo
from search.progress import Progress, Report, Stage, Stopwatch, silent
from search.remembering import Remembering
from search.store.store import Store
from search.subject import Kind, Subject, mean
from search.threshold import Threshold
from search.under_way import UnderWay
from search.vectors import Embedding, VectorSpace


@dataclass(frozen=True, slots=True)
class _Query:
    """What is searched with and its vector, and whether that was known.

    `without` is a product that is not to be found: the one that is searched with. `again` is the
    earlier search whose photo it is, where nobody has the photo itself.
    """

    subject: Subject
    vector: Embedding
    is_known: bool
    without: int | None = None
    again: UUID | None = None


class Searching:
    """One an encoder. Every method may be called from several threads at once.

    `active` returns the active threshold, `limit` is how many products a search finds at most
    where its occasion names no other number.
    Those whose pictures have a cosine of `alike` or more share a place; with 0 each has its own.
    `now` is the time of day, aware; `clock` measures, in seconds.
    """

    def __init__(
        self,
        store: Store,
        encoder: RecordedEncoder,
        active: Callable[[], Threshold],
        journal: Journal,
        *,
        limit: int,
        alike: float = 0.0,
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.encoder = encoder
        self._store = store
        self._active = active
        self._journal = journal
        self._limit = limit
        self._alike = alike
        self._now = now
        self._clock = clock
        self._remembering = Remembering(encoder, store.photos)
        self._pictures: dict[VectorSpace, int] = {}
        self._under_way = UnderWay()
        self._waiting = UnderWay()

    def search(self, photo: Photo, report: Report, occasion: Occasion) -> Search:
        """Find the products that look like the photo, store the search, and record it.

        Raises EncoderError, StoreError or CatalogueError; that is recorded as well.
        """
        log = self._log(occasion, photo.read_in)
        subject = Subject.of_photo(photo)  # here, so that hashing it counts as nobody's time

        def ask() -> _Query:
            return _Query(subject, *self.embed(photo, report, log.asking))

        return self._run(ask, report, log)

    def search_together(
        self, photos: Sequence[Photo], report: Report, occasion: Occasion
    ) -> Search:
        """Find the products that look like what two or three photos show; see `search`.

        Each photo is encoded, and remembered, by itself. Raises PhotosUncombinable as well.
        """
        log = self._log(occasion, sum(photo.read_in for photo in photos))
        subject = Subject.of_photos(photos)

        def ask() -> _Query:
            known = [self.embed(photo, report, log.asking) for photo in photos]
            middle = mean([embedding for embedding, _ in known])
            return _Query(subject, middle, all(is_known for _, is_known in known))

        return self._run(ask, report, log)

    def more_like(
        self, product_id: int, picture_id: int | None, report: Report, occasion: Occasion
    ) -> Search:
        """Find the products that look like one of the catalogue, by its vector; see `search`.

        The encoder is not asked. Raises ProductUnknown or ProductNotIndexed as well.
        """

        def ask() -> _Query:
            report(Progress(Stage.REMEMBERED))
            space = self.encoder.space
            picture, vector = self._store.pictures.vector_of(product_id, space, picture_id)
            subject = Subject.of_product(product_id, picture, vector)
            return _Query(subject, vector, is_known=True, without=product_id)

        return self._run(ask, report, self._log(occasion))

    def again(self, past: Search, report: Report, occasion: Occasion) -> Search:
        """Search once more with what an earlier search was made with, by its vector; see `search`.

        The encoder is not asked. Raises SearchOfAnotherModel as well, and SearchUnknown where the
        photo was forgotten meanwhile: whoever has the search open still does not bring it back.
        """

        def ask() -> _Query:
            report(Progress(Stage.REMEMBERED))
            if past.query.space != self.encoder.space:
                raise SearchOfAnotherModel(then=str(past.query.space), now=str(self.encoder.space))
            without = past.subject.product_id
            # A product's vector is the catalogue's, which nobody forgets.
            again = None if past.subject.kind is Kind.PRODUCT else past.id
            return _Query(past.subject, past.query, is_known=True, without=without, again=again)

        return self._run(ask, report, self._log(occasion))

    def embed(
        self, photo: Photo, report: Report = silent, watch: Stopwatch | None = None
    ) -> tuple[Embedding, bool]:
        """Return a photo's embedding, and whether it was known: the encoder is asked once."""
        with self._waiting:
            embedding, known = self._remembering.embed(photo, report, watch)
        if known:
            self._journal.call(remembered(self.encoder, self._now()))
        return embedding, known

    @property
    def waits_for_encoder(self) -> bool:
        """Whether anybody waits for an embedding: indexing lets them go first."""
        return self._waiting.is_anything

    def finish(self, seconds: float) -> None:
        """Wait so long, at most, for searches that are under way; the encoder goes on answering."""
        self._under_way.wait(seconds)

    def close(self, seconds: float) -> None:
        """Close the encoder, and wait so long, at most, for searches that are under way."""
        self.encoder.close()
        self._under_way.wait(seconds)

    def compared(self) -> int:
        """Return how many pictures there are to compare with; counted until there are any."""
        space = self.encoder.space
        if not self._pictures.get(space):
            self.count_again()
        return self._pictures[space]

    def count_again(self) -> int:
        """Return how many pictures there are to compare with, now."""
        space = self.encoder.space
        self._pictures[space] = self._store.embeddings.count(space)
        return self._pictures[space]

    def _log(self, occasion: Occasion, read_in: float = 0.0) -> Notes:
        return Notes(self._now(), self._clock, self.encoder.space, occasion, read_in)

    def _run(self, ask: Callable[[], _Query], report: Report, log: Notes) -> Search:
        with self._under_way, on_errand(log.errand(current_errand())):
            try:
                found = self._find(ask, report, log)
            except BaseException as error:
                code = error.code if isinstance(error, LikenessError) else LikenessError.code
                self._journal.search(log.record(code))
                raise
            self._journal.search(log.record(OK, found))
        return found

    def _find(self, ask: Callable[[], _Query], report: Report, log: Notes) -> Search:
        space, watch, narrow = self.encoder.space, log.stages, log.occasion.narrow
        with log.counting.timing(Stage.COMPARING):
            compared = self.compared()
            if not compared:
                # Known before anything is asked: nobody waits for a model, no call is spent.
                raise self._store.why_nothing(space)
        with watch.timing(Stage.ENCODING):
            query = ask()
            log.remembered = query.is_known
        report(Progress(Stage.COMPARING, count=compared))
        with watch.timing(Stage.COMPARING):
            threshold = self._active()
            hits = self._store.embeddings.nearest(
                query.vector,
                log.occasion.limit or self._limit,
                threshold.scale,
                threshold.centre,
                narrow,
                alike=self._alike,
                without=query.without,
            )
            if not hits:
                is_all = not narrow and query.without is None
                raise self._store.why_nothing(space) if is_all else NothingLeft
            search = Search(
                id=log.id,
                subject=query.subject,
                query=query.vector,
                hits=hits,
                remembered=log.remembered,
                threshold=threshold,
                seconds=watch.seconds,
                made_at=log.made_at,
                narrow=narrow or None,
            )
            self._store.searches.save(search, log.occasion.visitor, again=query.again)
        return search

"""A photo in, products out, and a record of how it went."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from search.calls import (
    OK,
    Call,
    Errand,
    Purpose,
    SearchRecord,
    current_errand,
    on_errand,
    utc_now,
)
from search.encoders.recording import RecordedEncoder, remembered
from search.errors import LikenessError, NothingLeft
from search.hits import Search
from search.journal import Journal
from search.narrowing import Narrow
from search.photo import Photo
from search.progress import Progress, Report, Stage, Stopwatch, silent
from search.remembering import Remembering
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.scales import hundredths
from search.under_way import UnderWay
from search.vectors import Embedding, VectorSpace


class Searching:
    """One an encoder. Every method may be called from several threads at once.

    `active` returns the active threshold, `limit` is how many products a search finds at most.
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

    def search(
        self,
        photo: Photo,
        report: Report,
        *,
        origin: str,
        who: str,
        narrow: Narrow | None = None,
    ) -> Search:
        """Find the products that look like the photo, store the search, and record it.

        Raises EncoderError, StoreError or CatalogueError; that is recorded as well.
        """
        log = _Log(self._now(), self._clock, self.encoder.space, origin=origin, who=who)
        with self._under_way, on_errand(log.errand(current_errand())):
            try:
                found = self._find(photo, report, log, narrow)
            except BaseException as error:
                code = error.code if isinstance(error, LikenessError) else LikenessError.code
                self._journal.search(log.record(photo, code))
                raise
            self._journal.search(log.record(photo, OK, found))
        return found

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

    def _find(self, photo: Photo, report: Report, log: _Log, narrow: Narrow | None) -> Search:
        _ = photo.fingerprint  # so that computing it counts as nobody's time
        space, watch = self.encoder.space, log.stages
        with log.counting.timing(Stage.COMPARING):
            compared = self.compared()
            if not compared:
                # Known before anything is asked: nobody waits for a model, no call is spent.
                raise self._store.why_nothing(space)
        with watch.timing(Stage.ENCODING):
            query, log.remembered = self.embed(photo, report, log.asking)
        report(Progress(Stage.COMPARING, count=compared))
        with watch.timing(Stage.COMPARING):
            threshold = self._active()
            hits = self._store.embeddings.nearest(
                query, self._limit, threshold.scale, threshold.centre, narrow, alike=self._alike
            )
            if not hits:
                raise NothingLeft if narrow else self._store.why_nothing(space)
            search = Search(log.id, photo, query, hits, log.remembered, threshold, watch.seconds)
            self._store.searches.save(search, log.made_at)
        return search


def unbegun(
    photo: Photo,
    error: LikenessError,
    space: VectorSpace,
    made_at: datetime,
    *,
    origin: str,
    who: str,
) -> SearchRecord:
    """Return the record of a search for which there was no encoder to begin with."""
    log = _Log(made_at, time.perf_counter, space, origin=origin, who=who)
    return log.record(photo, error.code)


class _Log:
    """What is noted while a search goes on."""

    def __init__(
        self,
        made_at: datetime,
        clock: Callable[[], float],
        space: VectorSpace,
        *,
        origin: str,
        who: str,
    ) -> None:
        self.id = uuid4()
        self.made_at = made_at
        self.remembered = False
        self.cold = False
        self.stages = Stopwatch(clock)  # what a reader is told
        self.counting = Stopwatch(clock)  # what comes before them
        self.asking = Stopwatch(clock)  # the encoder's part of them
        self._clock = clock
        self._started = clock()
        self._space = space
        self._origin = origin
        self._who = who

    def errand(self, outer: Errand) -> Errand:
        """Return the search's errand: its calls are listened to, as well as by who listens now."""

        def heard(call: Call) -> None:
            self.cold |= call.cold
            outer.heard(call)

        return Errand(Purpose.SEARCH, self.id, heard)

    def record(self, photo: Photo, outcome: str, found: Search | None = None) -> SearchRecord:
        """Sum up: what neither the encoder nor the database took is the rest."""
        total = self._clock() - self._started
        encoder = self.asking.total
        database = self.counting.total + self.stages.total - encoder
        blank = SearchRecord(
            id=self.id,
            made_at=self.made_at,
            space=self._space,
            outcome=outcome,
            origin=self._origin,
            who=self._who,
            remembered=self.remembered,
            encoder_seconds=encoder,
            database_seconds=max(database, 0.0),
            rest_seconds=photo.read_in + max(total - encoder - database, 0.0),
            cold=self.cold,
        )
        if found is None:
            return blank
        best, line = found.hits[0], found.threshold
        return replace(
            blank,
            shown=len(found.hits),
            above=sum(hundredths(hit.score) >= hundredths(line.value) for hit in found.hits),
            scale=line.scale,
            threshold=line.value,
            best_score=best.score,
            best_similarity=best.similarity,
            product_id=best.product.id,
        )

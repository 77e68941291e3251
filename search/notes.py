"""What is noted while a search goes on, and what that comes to in the log."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypedDict
from uuid import uuid4

from search.calls import Call, Errand, Purpose, SearchRecord
from search.errors import LikenessError
from search.hits import Search
from search.narrowing import Narrow
from search.progress import Stopwatch
from search.subject import Kind
from search.tuning.scales import reaches
from search.vectors import VectorSpace


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who searches, from where, among what, and how many products are wanted at most.

    None is as many as the settings say. See `SearchEngine.search`.
    """

    origin: str = "page"
    who: str = ""
    visitor: str = ""
    narrow: Narrow | None = None
    limit: int | None = None


class OccasionGiven(TypedDict, total=False):
    """An Occasion as keywords, each of which may be left out."""

    origin: str
    who: str
    visitor: str
    narrow: Narrow | None
    limit: int | None


class Notes:
    """One a search. `read_in` is how many seconds it took to read what is searched with."""

    def __init__(
        self,
        made_at: datetime,
        clock: Callable[[], float],
        space: VectorSpace,
        occasion: Occasion,
        read_in: float,
    ) -> None:
        self.id = uuid4()
        self.occasion = occasion
        self.made_at = made_at
        self.remembered = False
        self.cold = False
        self.stages = Stopwatch(clock)  # what a reader is told
        self.counting = Stopwatch(clock)  # what comes before them
        self.asking = Stopwatch(clock)  # the encoder's part of them
        self._clock = clock
        self._started = clock()
        self._space = space
        self._read_in = read_in

    def errand(self, outer: Errand) -> Errand:
        """Return the search's errand: its calls are listened to, as well as by who listens now."""

        def heard(call: Call) -> None:
            self.cold |= call.cold
            outer.heard(call)

        return Errand(Purpose.SEARCH, self.id, heard)

    def record(self, outcome: str, found: Search | None = None) -> SearchRecord:
        """Sum up: what neither the encoder nor the database took is the rest."""
        total = self._clock() - self._started
        encoder = self.asking.total
        database = self.counting.total + self.stages.total - encoder
        blank = SearchRecord(
            id=self.id,
            made_at=self.made_at,
            space=self._space,
            outcome=outcome,
            origin=self.occasion.origin,
            who=self.occasion.who,
            remembered=self.remembered,
            encoder_seconds=encoder,
            database_seconds=max(database, 0.0),
            rest_seconds=self._read_in + max(total - encoder - database, 0.0),
            cold=self.cold,
        )
        if found is None:
            return blank
        best, line = found.hits[0], found.threshold
        is_photo = found.subject.kind is not Kind.PRODUCT
        return replace(
            blank,
            shown=len(found.hits),
            above=sum(reaches(hit.score, line.value) for hit in found.hits),
            scale=line.scale,
            threshold=line.value,
            best_score=best.score,
            best_similarity=best.similarity if is_photo else None,
            product_id=best.product.id,
        )


def unbegun(
    error: LikenessError,
    space: VectorSpace,
    made_at: datetime,
    occasion: Occasion,
    read_in: float,
) -> SearchRecord:
    """Return the record of a search for which there was no encoder to begin with."""
    return Notes(made_at, time.perf_counter, space, occasion, read_in).record(error.code)

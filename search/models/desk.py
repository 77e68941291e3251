"""What is done with one model: searching, indexing, evaluating, checking, all in its own space."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.calls import BreakerChange, BreakerState, Errand, Purpose, on_errand, this_process
from search.checking import Checking
from search.dealing import Dealing
from search.encoders.recording import Hooks, RecordedEncoder, recorded
from search.errors import LikenessError
from search.evaluating import Evaluating
from search.examples import Examples
from search.hits import Search
from search.indexing import Indexing
from search.journal import Journal
from search.models.configured import Configured
from search.models.switching import Models
from search.notes import Occasion, unbegun
from search.photo import Photo
from search.previews import Previews
from search.quota_guard import QuotaGuard
from search.searching import Searching
from search.settings import Settings
from search.showing import Showing
from search.space_check import SpaceCheck
from search.store.store import Store
from search.threshold import Threshold
from search.vectors import Embedding, VectorSpace


@dataclass(frozen=True, slots=True)
class Supplies:
    """What all desks share. `line` returns the active threshold of a space.

    `now` is the time of day, aware, `clock` measures, in seconds.
    """

    store: Store
    settings: Settings
    journal: Journal
    showing: Showing
    line: Callable[[VectorSpace], Threshold]
    now: Callable[[], datetime]
    clock: Callable[[], float]


class Desk:
    """One a model. Every method may be called from several threads at once.

    The encoder is built when it is first needed: one that is broken is no trouble to the other.
    `busy` tells whether a search waits for any encoder: indexing lets it go first.
    """

    def __init__(self, model: Configured, supplies: Supplies, busy: Callable[[], bool]) -> None:
        store, settings = supplies.store, supplies.settings
        self.space = model.space
        self.last_check: SpaceCheck | None = None
        self.indexing = Indexing(store, settings, lambda: self.encoder, busy, self._indexed)
        self.evaluating = Evaluating(store, lambda: self.space, self.embed)
        self.examples = Examples(store, self.evaluating)
        self.dealing = Dealing(store, self.evaluating)
        self.previews = Previews(
            store,
            settings.result_limit,
            lambda: supplies.line(self.space),
            lambda: self.space,
            settings.duplicate_similarity,
        )
        self._model = model
        self._supplies = supplies
        self._checking = Checking(store, lambda: self.encoder, supplies.showing, supplies.now)
        self._searching: Searching | None = None
        self._building = threading.Lock()

    @property
    def encoder(self) -> RecordedEncoder:
        """The encoder; raise SettingError or the EncoderError that keeps it from being built."""
        return self.searching.encoder

    @property
    def searching(self) -> Searching:
        """What searches, with the encoder; raise as `encoder` does."""
        with self._building:
            if self._searching is None:
                self._searching = Searching(
                    self._supplies.store,
                    self._recorded(),
                    lambda: self._supplies.line(self.space),
                    self._supplies.journal,
                    limit=self._supplies.settings.result_limit,
                    alike=self._supplies.settings.duplicate_similarity,
                    now=self._supplies.now,
                    clock=self._supplies.clock,
                )
            return self._searching

    @property
    def waits_for_encoder(self) -> bool:
        """Whether anybody waits for an embedding."""
        return self._searching is not None and self._searching.waits_for_encoder

    def embed(self, photo: Photo) -> Embedding:
        """Return a photo's embedding for an evaluation; the encoder is asked once, as ever."""
        with on_errand(Errand(Purpose.EVALUATE)):
            return self.searching.embed(photo)[0]

    def check(self, within: timedelta = timedelta()) -> SpaceCheck:
        """Check whether encoder and catalogue agree, see Checking; kept as `last_check`."""
        self.last_check = self._checking.check(within)
        return self.last_check

    def count_again(self) -> None:
        """Look again at how much there is to compare with."""
        if self._searching is not None:
            self._searching.count_again()

    def finish(self, seconds: float) -> None:
        """Wait so long, at most, for searches that are under way; the encoder goes on answering."""
        if self._searching is not None:
            self._searching.finish(seconds)

    def close(self, seconds: float) -> None:
        """Close the encoder, and wait so long, at most, for searches that are under way."""
        searching = self._searching
        if searching is not None:
            # Not with the lock: searches that are under way need it to come to their end.
            searching.close(seconds)

    def _indexed(self) -> None:
        """Look again at what has changed with an indexing run."""
        self.searching.count_again()
        self._checking.forget()
        self.last_check = None

    def _recorded(self) -> RecordedEncoder:
        supplies, journal = self._supplies, self._supplies.journal
        guard = QuotaGuard(supplies.store.calls, supplies.settings)
        hooks = Hooks(journal.call, journal.breaker, guard.admit)
        made = recorded(self._model.build(), hooks, now=supplies.now, clock=supplies.clock)
        if made.host:
            # Its breaker is a new one. That of a process of the same name, which is gone and may
            # have left it open, says no more how things stand.
            closed = BreakerState.CLOSED
            journal.take_over([BreakerChange(supplies.now(), this_process(), made.host, closed)])
        return made


class Desks:
    """One an engine: the active model's desk, and that of the model beside it."""

    def __init__(self, models: Models, supplies: Supplies) -> None:
        self._models = models
        self._supplies = supplies
        self._desks: dict[VectorSpace, Desk] = {}
        self._lock = threading.Lock()

    def active(self) -> Desk:
        """Return the active model's; raise ModelLost or StoreError, see `Models.active`."""
        return self.of(self._models.active())

    def next(self) -> Desk:
        """Return that of the model beside it; raise ModelMissing when there is none."""
        return self.of(self._models.next())

    def of(self, space: VectorSpace) -> Desk:
        """Return that of a configured model; raise ModelUnknown."""
        with self._lock:
            if space not in self._desks:
                model = self._models.encoder_of(space)
                self._desks[space] = Desk(model, self._supplies, self._anybody_waits)
            return self._desks[space]

    def search(
        self, search: Callable[[Searching], Search], occasion: Occasion, read_in: float = 0.0
    ) -> Search:
        """Let the active model's Searching search; without an encoder, that is recorded.

        `read_in` is how many seconds it took to read what is searched with.
        """
        try:
            searching = self.active().searching
        except LikenessError as error:
            now, space = self._supplies.now(), self._models.wanted()
            self._supplies.journal.search(unbegun(error, space, now, occasion, read_in))
            raise
        return search(searching)

    def count_again(self) -> None:
        """Look again, everywhere, at how much there is to compare with."""
        for desk in self._used():
            desk.count_again()

    def close_indexing(self) -> None:
        """End what is indexed in the background."""
        for desk in self._used():
            desk.indexing.close()

    def finish(self, seconds: float) -> None:
        """Wait so long, at most, for the searches of all desks."""
        deadline = time.monotonic() + seconds
        for desk in self._used():
            desk.finish(max(0.0, deadline - time.monotonic()))

    def close(self, seconds: float) -> None:
        """Close the encoders."""
        for desk in self._used():
            desk.close(seconds)

    def _used(self) -> list[Desk]:
        with self._lock:
            return list(self._desks.values())

    def _anybody_waits(self) -> bool:
        # Without the lock: it is asked before every call, and a list of a dictionary is whole.
        return any(desk.waits_for_encoder for desk in list(self._desks.values()))

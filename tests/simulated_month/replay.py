"""The story happens: a real engine, HTTP and PostgreSQL, and time that passes when it is told."""

from __future__ import annotations

import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter

from search.encoders.dialects import Message
from search.encoders.http import HttpEncoder
from search.encoders.wire import TIMED_OUT, Body, NoReply, Reply, Wire
from search.engine import SearchEngine
from search.errors import LikenessError
from search.progress import Progress
from search.settings import Settings
from search.store.store import Store
from tests.fake_huggingface import FakeHuggingFace, VirtualClock
from tests.simulated_month.pictures import Model, catalogue, photo_of
from tests.simulated_month.story import DAY, DAYS, Asked, Story
from tests.simulated_month.weather import FIRST_TOKEN, Weather, schedule, token_at

THRESHOLD = 0.82
# Who was told to try again does so, this many times, after so many seconds.
_TRIES_AGAIN, _AFTER = 2, (6.0, 20.0)
# Real seconds: longer than any machine needs for an answer.
_PATIENCE = 120.0

Look = Callable[[SearchEngine], object]
"""Looks at the engine at a moment of the story."""
Listen = Callable[[SearchEngine, Progress], None]
"""Hears what the people hear who wait for a search."""


def _deaf(_engine: SearchEngine, _progress: Progress) -> None:
    """Hear nothing."""


@dataclass(slots=True)
class Tally:
    """What was counted while it happened, to hold the database against.

    `served` counts the server's requests by UTC day as they came in, `failed` searches by the code
    of their error, `woken` has the seconds of every cold start.
    """

    host: str = ""
    searches: int = 0
    remembered: int = 0
    failed: Counter[str] = field(default_factory=Counter)
    served: Counter[date] = field(default_factory=Counter)
    woken: list[float] = field(default_factory=list)


class Month:
    """One replay: `run` it once. `port` is the played server's, any free one for 0."""

    def __init__(self, story: Story, settings: Settings, *, port: int = 0) -> None:
        self.story = story
        self.clock = VirtualClock()
        self.model = Model()
        self.server = FakeHuggingFace(
            token=FIRST_TOKEN,
            embed=self.model,
            clock=self.clock,
            sleep=self.clock.sleep,
            port=port,
        )
        self.tally = Tally(self.server.host)
        self._settings = settings
        self._token = ""
        self._engine: SearchEngine | None = None
        self._weather = Weather(story, self.clock)
        self._people = random.Random(story.seed)  # noqa: S311 - a story, no secret
        self._numbers = itertools.count()
        self._queue: list[tuple[float, int, int, Asked]] = []
        self._listen: Listen = _deaf

    def run(
        self,
        *,
        until: float = DAYS * DAY,
        looks: Mapping[float, Look] | None = None,
        listen: Listen = _deaf,
    ) -> Tally:
        """Let it happen up to a moment, in seconds from the first midnight, and count."""
        self._listen = listen
        self.server.otherwise(self._weather)
        schedule(self.story, self.clock, self.server, self.model)
        for asked in self.story.asked:
            self._plan(asked.at, asked, _TRIES_AGAIN)
        for moment, look in sorted((looks or {}).items()):
            self._search_until(moment)
            look(self._app())
        self._search_until(until)
        self._close()
        for received in self.server.received:
            self.tally.served[self.moment(received.at).date()] += 1
        self.tally.woken = self._weather.woken
        return self.tally

    def moment(self, seconds: float) -> datetime:
        """Return a moment of the story as a date and time."""
        return datetime.combine(self.story.first, time(), UTC) + timedelta(seconds=seconds)

    def now(self) -> datetime:
        """Return the present moment of the story."""
        return self.moment(self.clock())

    def _plan(self, at: float, asked: Asked, tries: int) -> None:
        heapq.heappush(self._queue, (at, next(self._numbers), tries, asked))

    def _search_until(self, moment: float) -> None:
        while self._queue and self._queue[0][0] < moment:
            at, _, tries, asked = heapq.heappop(self._queue)
            self.clock.sleep_until(at)
            self._search(asked, tries)
        self.clock.sleep_until(moment)

    def _search(self, asked: Asked, tries: int) -> None:
        engine = self._app()
        self._weather.expect(asked.mishap)
        self.tally.searches += 1
        try:
            found = engine.search(
                engine.reading.read(photo_of(asked)),
                lambda progress: self._listen(engine, progress),
                origin=asked.origin,
                who=asked.who,
            )
        except LikenessError as error:
            self.tally.failed[error.code] += 1
            if error.retry and tries:
                self._plan(self.clock() + self._people.uniform(*_AFTER), asked, tries - 1)
        else:
            self.tally.remembered += found.remembered

    def _app(self) -> SearchEngine:
        """Return the engine; one that has a token of yesterday is started anew, as people do."""
        token = token_at(self.story, self.clock())
        if self._engine is None or token != self._token:
            self._close()
            self._token = token
            self._engine = self._started(token)
        return self._engine

    def _started(self, token: str) -> SearchEngine:
        encoder = HttpEncoder(
            self.server.model_url,
            token=token,
            clock=self.clock,
            sleep=self.clock.sleep,
            now=self.now,
        )
        encoder._wire = _VirtualWire(self.clock)
        engine = SearchEngine(
            self._settings,
            Store.open(self._settings),
            encoder,
            now=self.now,
            # What the database takes is real time; what the server and waiting take is the story's.
            clock=lambda: self.clock() + perf_counter(),
        )
        if engine.store.products.add("simulated", catalogue()):
            engine.thresholds.save(THRESHOLD, who="Chen", why="eleven of twelve matches pass")
        return engine

    def _close(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = None


class _VirtualWire(Wire):
    """Is out of time by the story's clock, which the server moves while it is waited for.

    Never by the real one: with a second of the story left, a busy machine may need longer.
    """

    def __init__(self, clock: VirtualClock) -> None:
        super().__init__(connect_timeout=5.0)
        self._clock = clock

    def post(
        self, url: str, message: Message, seconds: float, out: Body | None = None
    ) -> Reply | NoReply:
        if seconds <= 0:
            return TIMED_OUT
        began = self._clock()
        reply = super().post(url, message, _PATIENCE, out)
        if self._clock() - began < seconds:
            return reply
        return replace(TIMED_OUT, sent=isinstance(reply, Reply) or reply.sent)

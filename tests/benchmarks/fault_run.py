"""Indexing a catalogue under faults, with everything counted: for the command and for its test.

Links are broken, answers are 429 and 503, `python -m search index` is killed (kill -9) and started
again, PostgreSQL is stopped (fast and immediate, in turn) and started again.
"""

from __future__ import annotations

import hashlib
import io
import itertools
import math
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field

from PIL import Image

from search.store.database import Database
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import Behaviour, Exchange, FakeHuggingFace, pixels_vector, status
from tests.fake_huggingface.behaviours import slow
from tests.restarts import OwnServer, Stop, own_server
from tests.search.fetching.played_site import Site, answer

IN_FLIGHT = 16
BROKEN, LIMITED, FAILING = 0.03, 0.02, 0.01
RETRY_AFTER = 1.0
# What has come back may wait so long to be written: a group of the run, and the time to write it.
UNWRITTEN_SECONDS = 0.5
SIDE = 512
LOOK_SECONDS = 0.02

Due = Callable[[], bool]


@dataclass(slots=True)
class Blow:
    """A kill of the command, or a restart of PostgreSQL, and what it met."""

    kind: str
    at: float
    # Calls that the server had begun, and those whose answers may not have been written yet.
    under_way: int
    # Seconds until the next call came; NaN if none did.
    pause: float = math.nan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to.

    `again` is how many good answers were asked for once more by a later call: of what was in flight
    at a kill, and of what had come back but was not written yet, `at_most` in all. `doubled` is how
    many pictures have two vectors. `held` is the share of the time in which the server had asked
    everybody to wait.
    """

    name: str
    pictures: int
    broken: int
    indexed: int
    listed: int
    left: int
    doubled: int
    again: int
    at_most: int
    seconds: float
    held: float
    blows: list[Blow] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Pictures a second."""
        return self.indexed / self.seconds

    @property
    def is_whole(self) -> bool:
        """Whether all good pictures are indexed, all bad ones listed, and none is there twice."""
        good = self.pictures - self.broken
        return (self.indexed, self.listed, self.left, self.doubled) == (good, self.broken, 0, 0)


class Api:
    """Takes its time, errs as often as it is told, and remembers every good answer."""

    def __init__(self, seconds: float, *, errs: bool, retry_after: float = RETRY_AFTER) -> None:
        self._good = slow(seconds)
        told = {"Retry-After": f"{retry_after:g}"}
        self._limited = status(429, {"error": "Rate limit reached"}, told)
        self._retry_after = retry_after
        self._failing = status(503, {"error": "Service Unavailable"})
        self._errs = errs
        self._random = random.Random(1)  # noqa: S311 - the same faults every time
        self._lock = threading.Lock()
        self._ends: list[float] = []
        self._waits: list[float] = []
        self.begun: list[float] = []
        self.answers: Counter[str] = Counter()

    def __call__(self, exchange: Exchange) -> None:
        """Answer."""
        behave = self._choose(exchange)
        behave(exchange)
        if behave is self._good:
            self._ends.append(time.monotonic())

    @property
    def last(self) -> float:
        """When the last good answer went out."""
        return max(self._ends)

    def under_way(self, at: float) -> int:
        """Count the good answers that were on their way then, or too fresh to be written."""
        fresh = at - UNWRITTEN_SECONDS
        return sum(self.answers.values()) - sum(ended < fresh for ended in list(self._ends))

    def held(self) -> float:
        """Return for how many seconds calls were to be waited with: what overlaps counts once."""
        seconds, until = 0.0, 0.0
        for told in sorted(self._waits):
            seconds += told + self._retry_after - max(told, until)
            until = told + self._retry_after
        return seconds

    def _choose(self, exchange: Exchange) -> Behaviour:
        with self._lock:
            self.begun.append(time.monotonic())
            chance = self._random.random()
            if self._errs and chance < LIMITED:
                self._waits.append(time.monotonic())
                return self._limited
            if self._errs and chance < LIMITED + FAILING:
                return self._failing
            self.answers[hashlib.sha256(exchange.received.body).hexdigest()] += 1
            return self._good


def paint(number: int, side: int) -> bytes:
    """Paint a picture that differs from all others."""
    image, part = Image.new("RGB", (side, side), "navy"), side // 4
    for bit in range(16):
        if number >> bit & 1:
            left, top = bit % 4 * part, bit // 4 * part
            image.paste("white", (left, top, left + part, top + part))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def stock(store: Store, site: Site, pictures: int, broken: set[int], side: int) -> None:
    """Fill the catalogue with addresses of pictures, some of which lead nowhere."""
    for number in range(pictures):
        good = answer(200, paint(number, side), {"Content-Type": "image/jpeg"})
        site.answers[f"/{number}.jpg"] = answer(404, b"") if number in broken else good
    with store.database.connection() as connection:
        connection.execute(
            "WITH made AS (INSERT INTO likeness.products (source, key, article_number, name)"
            " SELECT 'web', n::text, n::text, '{}' FROM generate_series(0, %s) AS n"
            " RETURNING id, article_number)"
            " INSERT INTO likeness.pictures (product_id, address)"
            " SELECT id, %s || '/' || article_number || '.jpg' FROM made ORDER BY id",
            (pictures - 1, site.url),
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run is. `kill` and `restart` are made on its server; each tells when it is due."""

    name: str
    pictures: int
    seconds: float
    errs: bool = False
    kill: Callable[[Api], Due] | None = None
    restart: Callable[[Api], Due] | None = None
    side: int = SIDE
    retry_after: float = RETRY_AFTER
    quiet: bool = False


def measure(plan: Plan) -> Outcome:
    """Index one catalogue and count what came of it."""
    chosen = random.Random(2)  # noqa: S311 - the same links every time
    broken = {n for n in range(plan.pictures) if plan.errs and chosen.random() < BROKEN}
    api = Api(plan.seconds, errs=plan.errs, retry_after=plan.retry_after)
    with own_server() as server, Site() as site, FakeHuggingFace(embed=pixels_vector) as fake:
        with closing(Store.on(Database(server.conninfo))) as store:
            stock(store, site, plan.pictures, broken, plan.side)
        fake.otherwise(api)
        blows = _Command(plan, server, fake, api).run()
        with closing(Store.on(Database(server.conninfo))) as store:
            indexed, doubled = _stored(store)
            seconds = api.last - api.begun[0]
            return Outcome(
                plan.name,
                plan.pictures,
                len(broken),
                indexed,
                store.picture_failures.count(CLIP),
                store.index_queue.count(CLIP),
                doubled,
                sum(count - 1 for count in api.answers.values()),
                sum(blow.under_way for blow in blows if blow.kind == "kill"),
                seconds,
                api.held() / seconds,
                blows,
            )


def _stored(store: Store) -> tuple[int, int]:
    """Return how many pictures have a vector, and how many vectors there are beyond that."""
    with store.database.connection() as connection:
        row = connection.execute(
            "SELECT count(DISTINCT picture_id), count(*) FROM likeness.image_embeddings"
        ).fetchone()
    assert row
    return row[0], row[1] - row[0]


class _Command:
    """Runs the command until it ends by itself, through all that befalls it."""

    def __init__(self, plan: Plan, server: OwnServer, fake: FakeHuggingFace, api: Api) -> None:
        self._quiet = plan.quiet
        self._server = server
        self._fake = fake
        self._api = api
        self._kill = plan.kill(api) if plan.kill else lambda: False
        self._restart = plan.restart(api) if plan.restart else lambda: False
        self._ways = itertools.cycle(Stop)

    def run(self) -> list[Blow]:
        """Return the blows."""
        blows: list[Blow] = []
        process = self._start()
        try:
            while process.poll() is None:
                time.sleep(LOOK_SECONDS)
                if self._kill():
                    at = time.monotonic()
                    process.kill()
                    process.wait()
                    # Only now: what it had sent is answered although nobody is there any more.
                    blows.append(Blow("kill", at, self._api.under_way(at)))
                    process = self._start()
                elif self._restart():
                    at = time.monotonic()
                    blows.append(Blow("restart", at, self._api.under_way(at)))
                    self._server.restart(next(self._ways))
        finally:
            # After the end nothing happens; whoever interrupts a run leaves no command behind.
            process.kill()
            process.wait()
        for blow in blows:
            after = [begun for begun in self._api.begun if begun > blow.at]
            blow.pause = min(after, default=math.nan) - blow.at
        return blows

    def _start(self) -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "VECTOR_DATABASE_URL": self._server.url,
            "ENCODER": "http",
            "ENCODER_URL": self._fake.model_url,
            "FETCH_PRIVATE": "true",
            "INDEX_CONCURRENCY": str(IN_FLIGHT),
        }
        output = subprocess.DEVNULL if self._quiet else None
        return subprocess.Popen(  # our own program
            [sys.executable, "-m", "search", "index"],
            env=environment,
            stdout=output,
            stderr=output,
        )


def every(seconds: float) -> Callable[[Api], Due]:
    """Return what is due each time so many seconds have passed."""

    def on(_: Api) -> Due:
        due = time.monotonic() + seconds

        def ask() -> bool:
            nonlocal due
            if time.monotonic() < due:
                return False
            due = time.monotonic() + seconds
            return True

        return ask

    return on


def after_calls(number: int) -> Callable[[Api], Due]:
    """Return what is due once, when the server was asked so often."""

    def on(api: Api) -> Due:
        done = False

        def ask() -> bool:
            nonlocal done
            due = not done and len(api.begun) >= number
            done = done or due
            return due

        return ask

    return on

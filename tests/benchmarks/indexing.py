"""How fast a catalogue is indexed through a slow API, and what becomes of it when all goes wrong.

    python -m tests.benchmarks.indexing [--pictures 2000] [--seconds 1.5] [--kill-every 60]

Both runs are `python -m search index` in a process of its own, from a played server of pictures
and through a played Hugging Face. The first measures the rate against the ideal one, 16 calls in
flight without a gap. In the second, 3 % of the links are broken, 2 % of the answers are 429 and
1 % are 503, and the command is killed (kill -9) every so many seconds, if that is asked for; it is
then counted what was indexed, what was listed, and what was served twice.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL import Image
from psycopg.conninfo import make_conninfo

from search.indexing.telling import duration
from search.store.database import Database
from search.store.embedded import EmbeddedServer, start_embedded
from search.store.store import Store
from search.vectors import CLIP
from tests.embedded_apps import data_folder
from tests.fake_huggingface import Behaviour, Exchange, FakeHuggingFace, pixels_vector, status
from tests.fake_huggingface.behaviours import slow
from tests.search.fetching.played_site import Site, answer

IN_FLIGHT = 16
BROKEN, LIMITED, FAILING = 0.03, 0.02, 0.01
SIDE = 512


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one run came to."""

    name: str
    pictures: int
    broken: int
    indexed: int
    listed: int
    seconds: float
    rate: float
    kills: int
    answers: int
    twice: int


class Api:
    """Takes its time, errs as often as it is told, and remembers every good answer."""

    def __init__(self, seconds: float, *, errs: bool) -> None:
        self._good = slow(seconds)
        self._limited = status(429, {"error": "Rate limit reached"}, {"Retry-After": "1"})
        self._failing = status(503, {"error": "Service Unavailable"})
        self._errs = errs
        self._random = random.Random(1)  # noqa: S311 - the same faults every time
        self._lock = threading.Lock()
        self.answers: Counter[str] = Counter()
        self.first = self.last = 0.0

    def __call__(self, exchange: Exchange) -> None:
        """Answer."""
        self.first = self.first or time.monotonic()
        self._choose(exchange)(exchange)
        self.last = time.monotonic()

    def _choose(self, exchange: Exchange) -> Behaviour:
        with self._lock:
            chance = self._random.random()
            if self._errs and chance < LIMITED:
                return self._limited
            if self._errs and chance < LIMITED + FAILING:
                return self._failing
            self.answers[hashlib.sha256(exchange.received.body).hexdigest()] += 1
            return self._good


def paint(number: int) -> bytes:
    """Paint a picture that differs from all others, as large as shops' pictures are."""
    image = Image.new("RGB", (SIDE, SIDE), "navy")
    for bit in range(16):
        if number >> bit & 1:
            left, top = bit % 4 * SIDE // 4, bit // 4 * SIDE // 4
            image.paste("white", (left, top, left + SIDE // 4, top + SIDE // 4))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=90)
    return buffer.getvalue()


def stock(store: Store, site: Site, pictures: int, broken: set[int]) -> None:
    """Fill the catalogue with addresses of pictures, some of which lead nowhere."""
    for number in range(pictures):
        good = answer(200, paint(number), {"Content-Type": "image/jpeg"})
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


@contextmanager
def database(server: EmbeddedServer, name: str) -> Iterator[tuple[Store, str]]:
    """Make a database of a run's own."""
    with Store.on(Database(server.conninfo)).database.connection() as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    conninfo = make_conninfo(server.conninfo, dbname=name)
    store = Store.on(Database(conninfo))
    try:
        yield store, conninfo
    finally:
        store.close()


def index(conninfo: str, fake: FakeHuggingFace, kill_every: float | None) -> int:
    """Run the command until it ends by itself; return how often it was killed."""
    environment = {
        **os.environ,
        "VECTOR_DATABASE_URL": conninfo,
        "ENCODER": "http",
        "ENCODER_URL": fake.model_url,
        "FETCH_PRIVATE": "true",
        "INDEX_CONCURRENCY": str(IN_FLIGHT),
    }
    kills = 0
    while True:
        command = [sys.executable, "-m", "search", "index"]
        process = subprocess.Popen(command, env=environment)  # noqa: S603 - our own program
        try:
            process.wait(kill_every)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            print()
            kills += 1
        else:
            return kills


def measure(
    server: EmbeddedServer,
    name: str,
    pictures: int,
    seconds: float,
    *,
    errs: bool,
    kill_every: float | None = None,
) -> Outcome:
    """Index one catalogue and count what came of it."""
    chosen = random.Random(2)  # noqa: S311 - the same links every time
    broken = {n for n in range(pictures) if errs and chosen.random() < BROKEN}
    api = Api(seconds, errs=errs)
    with (
        database(server, name) as (store, conninfo),
        Site() as site,
        FakeHuggingFace(embed=pixels_vector) as fake,
    ):
        stock(store, site, pictures, broken)
        fake.otherwise(api)
        kills = index(conninfo, fake, kill_every)
        took = api.last - api.first
        indexed = store.embeddings.count(CLIP)
        return Outcome(
            name,
            pictures,
            len(broken),
            indexed,
            store.picture_failures.count(CLIP),
            took,
            indexed / took,
            kills,
            sum(api.answers.values()),
            sum(count - 1 for count in api.answers.values()),
        )


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=2000)
    parser.add_argument("--seconds", type=float, default=1.5)
    parser.add_argument("--kill-every", type=float, metavar="SECONDS")
    options = parser.parse_args()
    with data_folder() as folder, start_embedded(folder) as server:
        given = server, options.pictures, options.seconds
        outcomes = [
            measure(given[0], "well", given[1], given[2], errs=False),
            measure(given[0], "faulty", *given[1:], errs=True, kill_every=options.kill_every),
        ]
    ideal = IN_FLIGHT / options.seconds
    print(f"\n{options.seconds} s a call, {IN_FLIGHT} in flight: ideal {ideal:.2f} a second")
    print("run     pictures  broken  indexed  listed     took   rate  of ideal  kills  twice")
    for run in outcomes:
        print(
            f"{run.name:7} {run.pictures:8} {run.broken:7} {run.indexed:8} {run.listed:7} "
            f"{duration(run.seconds):>8} {run.rate:6.2f} {run.rate / ideal:8.0%} "
            f"{run.kills:6} {run.twice:6}"
        )


if __name__ == "__main__":
    main()

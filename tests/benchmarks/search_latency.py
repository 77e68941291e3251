"""From photo bytes to fifty hits, the encoder's own time excluded, against NumPy's brute force.

    python -m tests.benchmarks.search_latency [--pictures 12907] [--photos FOLDER]

Both ways start from the same photo's bytes and end with fifty products' names. The other way is
the least that anyone could do: read the photo, multiply one matrix with one vector in memory, and
fetch the names in one round trip. Ours also looks the photo up, takes its turn, stores the
embedding, scans in PostgreSQL, groups by product, and stores the search. The two take turns within
one run, because a shared machine is faster one minute than the next.
"""

from __future__ import annotations

import argparse
import io
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.engine import SearchEngine
from search.photo import Photo, read_photo
from search.progress import Report, silent
from search.settings import Settings
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.vectors import CLIP, Embedding, Vector
from tests.catalogues import products, unit_vectors

K = 50
ROUNDS = 60
MULTIPLY = "NumPy: one matrix times one vector"
ROUND_TRIP = "one round trip for fifty names"
NUMPY = "NumPy, from photo bytes to names"
NEW = "Likeness, a photo never seen"
KNOWN = "Likeness, a photo seen before"
SCAN = "the nearest fifty in PostgreSQL"
DISTRIBUTION = "the whole catalogue's distribution"
PHOTOS = Path(__file__).parents[3] / "shared" / "photos" / "clothing" / "test"


class Instant:
    """Knows the answer to every photo and counts the time it is asked for."""

    name = "instant"
    address = ""
    space = CLIP

    def __init__(self) -> None:
        self.next: Vector = unit_vectors(1)[0]

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:  # noqa: ARG002 - the protocol's
        """Return the next vector."""
        return Embedding(self.next, CLIP)

    def close(self) -> None:
        """Nothing to close."""


def real_photos(folder: Path, count: int) -> list[bytes]:
    """Return photographs, or drawn ones of 800 x 600 where there are none."""
    found = [path.read_bytes() for path in sorted(folder.glob("*/*.jpg"))[:count]]
    random = np.random.default_rng(1)
    while len(found) < count:
        noise = Image.fromarray(random.integers(0, 255, (60, 80, 3), dtype=np.uint8))
        buffer = io.BytesIO()
        noise.resize((800, 600), Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=90)
        found.append(buffer.getvalue())
    return found


def timed(call: Callable[..., object], *arguments: object) -> float:
    """Return how many milliseconds a call takes."""
    start = time.perf_counter()
    call(*arguments)
    return (time.perf_counter() - start) * 1000


def brute_force(matrix: npt.NDArray[np.float32], query: Vector) -> npt.NDArray[np.intp]:
    """Return the numbers of the K nearest rows, best first."""
    scores = matrix @ query
    best = np.argpartition(-scores, K)[:K]
    return best[np.argsort(-scores[best])]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=12_907)
    parser.add_argument("--photos", type=Path, default=PHOTOS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        server = start_embedded(Path(folder))
        database = Database(server.conninfo)
        try:
            measure(Store.on(database), options.pictures, real_photos(options.photos, ROUNDS))
        finally:
            database.close()
            server.close(wait=True)


def measure(store: Store, pictures: int, photos: list[bytes]) -> None:
    """Fill the database, let both ways take turns, print the table."""
    matrix = unit_vectors(pictures)
    store.products.add("benchmark", products(matrix))
    with store.database.connection() as connection:
        connection.execute("VACUUM ANALYZE")
    encoder = Instant()
    engine = SearchEngine(Settings.read(), store, encoder)
    queries = unit_vectors(len(photos), seed=5)
    rows: dict[str, list[float]] = {}
    recalls: list[float] = []

    def note(name: str, milliseconds: float) -> None:
        rows.setdefault(name, []).append(milliseconds)

    def round_trip(best: npt.NDArray[np.intp]) -> object:
        with store.database.connection() as connection:
            return connection.execute(
                "SELECT id, name FROM likeness.products WHERE id = ANY(%s)",
                ([int(number) + 1 for number in best],),
            ).fetchall()

    def without_postgres(photo: bytes, query: Vector) -> object:
        return read_photo(photo).fingerprint, round_trip(brute_force(matrix, query))

    for photo, query in zip(photos, queries, strict=True):
        encoder.next = query
        note(MULTIPLY, timed(brute_force, matrix, query))
        best = brute_force(matrix, query)
        note(ROUND_TRIP, timed(round_trip, best))
        note(NUMPY, timed(without_postgres, photo, query))
        read = timed(engine.reading.read, photo)
        note("   of it reading", read)
        found = engine.search(engine.reading.read(photo))
        for stage, seconds in found.seconds.items():
            note(f"   of it {stage}", seconds * 1000)
        note(NEW, read + sum(found.seconds.values()) * 1000)
        again = engine.search(engine.reading.read(photo))
        assert again.remembered
        note(KNOWN, read + sum(again.seconds.values()) * 1000)
        note(SCAN, timed(store.embeddings.nearest, Embedding(query, CLIP), K))
        note(DISTRIBUTION, timed(engine.distribution, found))
        articles = {hit.product.article for hit in found.hits}
        recalls.append(len(articles & {f"ART-{number}" for number in best}) / K)
    engine.close()
    print_table(rows, pictures, recalls)


def print_table(rows: dict[str, list[float]], pictures: int, recalls: list[float]) -> None:
    """Print medians and 95 % points, then the two figures that are aimed at."""
    print(f"{pictures} pictures, {len(recalls)} photos, recall@{K} {np.mean(recalls):.4f}\n")
    print(f"{'milliseconds':40} {'p50':>8} {'p95':>8}")
    for name, values in rows.items():
        print(f"{name:40} {np.median(values):8.2f} {np.percentile(values, 95):8.2f}")
    middle = {name: float(np.median(values)) for name, values in rows.items()}
    bare = middle[MULTIPLY] + middle[ROUND_TRIP]
    print(f"\nphoto bytes to hits, p50: {middle[NEW]:.1f} ms (aim: 25)")
    print(f"against NumPy from the same bytes: {middle[NEW] / middle[NUMPY]:.1f} times (aim: 3)")
    print(f"the scan against NumPy and a round trip, both bare: {middle[SCAN] / bare:.1f} times")


if __name__ == "__main__":
    main()

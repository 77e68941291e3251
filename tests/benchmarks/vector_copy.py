"""How fast vectors come in from a file, beside what one would write without thinking about it.

    python -m tests.benchmarks.vector_copy [--rows 100000] [--slow-rows 10000]

The first line is all of what `python -m search import vectors` does: the file is read, the articles
are looked up, the vectors normalised, compared with what is stored, and written; the second the
same once more, when nothing is new. The others are psycopg's own ways with vectors that need no
such thing, into tables of the same kind, with the same foreign keys. All in one run and on one
server, so that their ratios hold wherever the figures do not.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

from search.importing.vector_file import VectorFile
from search.importing.vector_importer import VectorImporter
from search.importing.vector_names import VectorNames
from search.importing.vector_report import VectorReport
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.spaces import Spaces
from search.store.store import Store
from search.vectors import CLIP, Vector, VectorSpace
from tests.catalogues import unit_vectors
from tests.embedded_apps import data_folder

AIM = 25_000
# Made up once and used again: what is in them costs no writer anything.
VARIETY = 5_000


def stock(store: Store, rows: int) -> None:
    """Fill the catalogue with products that have a picture each, numbered alike."""
    with store.database.patient_connection() as connection:
        connection.execute(
            "INSERT INTO likeness.products (source, key, article_number, name)"
            " SELECT 'big', 'A' || n, 'A' || n, '{}' FROM generate_series(1, %s) AS n",
            (rows,),
        )
        connection.execute(
            "INSERT INTO likeness.pictures (product_id, address)"
            " SELECT id, 'https://shop.example/' || id FROM likeness.products ORDER BY id"
        )
        connection.execute("ANALYZE likeness.products, likeness.pictures")


def write_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """Write vectors that were not normalised, and the list of their articles."""
    array = np.lib.format.open_memmap(folder / "v.npy", "w+", np.float32, (rows, CLIP.dimensions))
    vectors = 10 * unit_vectors(VARIETY)
    for first in range(0, rows, VARIETY):
        array[first : first + VARIETY] = vectors[: rows - first]
    array.flush()
    articles = "".join(f"A{number}\n" for number in range(1, rows + 1))
    (folder / "articles.txt").write_text(articles, "utf-8")
    return folder / "v.npy", folder / "articles.txt"


def by_the_command(store: Store, file: Path, articles: Path) -> VectorReport:
    """Do what the command does."""
    importer = VectorImporter(store)
    vectors, names = VectorFile(file, CLIP.dimensions), VectorNames(articles)
    return importer.run(vectors, names, CLIP, lambda _: None)


def by_insert(store: Store, vectors: Vector, rows: int) -> None:
    """Write row by row, as psycopg's executemany does, in one transaction."""
    number = Spaces(store.database).id_of(VectorSpace("by-insert"))
    with store.database.patient_connection() as connection, connection.transaction():
        connection.cursor().executemany(
            "INSERT INTO likeness.image_embeddings"
            " (space_id, picture_id, product_id, image_embedding) VALUES (%s, %s, %s, %s)",
            [(number, n + 1, n + 1, vectors[n % VARIETY]) for n in range(rows)],
        )


def by_text_copy(store: Store, vectors: Vector, rows: int) -> None:
    """Write by COPY in text, in one transaction."""
    number = Spaces(store.database).id_of(VectorSpace("by-text-copy"))
    with (
        store.database.patient_connection() as connection,
        connection.transaction(),
        connection.cursor().copy(
            "COPY likeness.image_embeddings"
            " (space_id, picture_id, product_id, image_embedding) FROM STDIN"
        ) as copy,
    ):
        for n in range(rows):
            copy.write_row((number, n + 1, n + 1, vectors[n % VARIETY]))


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> int:
    """Measure and print a table; 1 when the aim is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--slow-rows", type=int, default=10_000)
    options = parser.parse_args()
    rows, slow = options.rows, min(options.rows, options.slow_rows)
    with (
        data_folder() as data,
        tempfile.TemporaryDirectory() as folder,
        start_embedded(data) as server,
    ):
        store = Store.on(Database(server.conninfo))
        try:
            stock(store, rows)
            file, articles = write_files(Path(folder), rows)
            vectors = unit_vectors(VARIETY)
            command = partial(by_the_command, store, file, articles)
            results = [
                ("import vectors", rows, timed(command)),
                ("the same again", rows, timed(command)),
                ("executemany INSERT", slow, timed(partial(by_insert, store, vectors, slow))),
                ("COPY in text", slow, timed(partial(by_text_copy, store, vectors, slow))),
            ]
            stored = store.embeddings.count(CLIP)
        finally:
            store.close()
    first = results[0][1] / results[0][2]
    print(f"{'way':<20}{'rows':>10}{'seconds':>10}{'rows/s':>10}{'share':>8}")
    for way, count, seconds in results:
        rate = count / seconds
        print(f"{way:<20}{count:>10}{seconds:>10.2f}{rate:>10.0f}{rate / first:>8.2f}")
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{stored} vectors stored; at most {memory:.0f} MB of memory; the aim: {AIM} rows/s")
    return 0 if first >= AIM and stored == rows else 1


if __name__ == "__main__":
    sys.exit(main())

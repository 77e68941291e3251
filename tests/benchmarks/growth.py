"""How searching grows with the catalogue, from ten thousand pictures to a million.

    python -m tests.benchmarks.growth [--rows 10000,100000,1000000] [--folder FOLDER] [--float]

Each size is a catalogue of made-up, clustered vectors (see clustered.py) in an embedded PostgreSQL
that was started again once it was filled, so that its cache is as large as its tables: one picture
a product, fifty categories of two per cent each, spread over the whole table. What is true is told
by NumPy. `--folder` keeps the catalogues and their indexes for the next run; `--float` builds the
index of full precision at every size, not only up to 100,000. The table is printed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import psycopg

from search.narrowing import Narrow
from search.planning.measuring import PICTURES, K
from search.planning.plans import EXACT, Inventory, Plan, VectorIndex
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.benchmarks.clustered import PORTION, Clustered, Vectors

QUERIES = 200
EXACT_QUERIES = 30
CATEGORIES = 50
CATEGORY = 7
FLOAT_UP_TO = 100_000
EF_SEARCH = (200, 400, 800)
IVFFLAT = "USING ivfflat (image_embedding vector_cosine_ops) WITH (lists = 100)"
PROBES = (1, 10, 25)
MILLION_BYTES = 1e6

# What is measured of one size, in the order of the table.
Column = dict[str, str]


def main() -> None:
    """Measure every size and print them side by side."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="10000,100000,1000000")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--float", action="store_true")
    options = parser.parse_args()
    sizes = [int(number) for number in options.rows.split(",")]
    columns = []
    with tempfile.TemporaryDirectory() as passing:
        for rows in sizes:
            folder = (options.folder or Path(passing)) / str(rows)
            folder.mkdir(parents=True, exist_ok=True)
            full = options.float or rows <= FLOAT_UP_TO
            columns.append(_measured_in(folder, rows, full=full))
    print_table(sizes, columns)


def _measured_in(folder: Path, rows: int, *, full: bool) -> Column:
    column: Column = {}
    start = time.monotonic()
    with _size_in(folder, rows, column) as size:
        size.fill()
    # The cache of the server is made as large as its tables when it is started.
    with _size_in(folder, rows, column) as size:
        size.measure(full=full)
    column["all of it"] = f"{(time.monotonic() - start) / 60:.1f} min"
    return column


@contextmanager
def _size_in(folder: Path, rows: int, column: Column) -> Iterator[Size]:
    server = start_embedded(folder)
    store = Store.on(Database(server.conninfo), server)
    try:
        yield Size(store, server.conninfo, rows, column)
    finally:
        store.database.close()
        server.close(wait=True)


class Size:
    """One size of the catalogue; what is measured goes into a column of the table."""

    def __init__(self, store: Store, conninfo: str, rows: int, column: Column) -> None:
        self._store = store
        self._conninfo = conninfo
        self._rows = rows
        self._column = column
        self._catalogue = Clustered()
        self._queries = self._catalogue.queries(QUERIES)

    def measure(self, *, full: bool) -> None:
        """Build what is not there, and ask."""
        self._true, self._true_narrowed = self._truth()
        self._size("table on disk", f"likeness.{self._store.index_building.table(CLIP)}")
        self._exact()
        self._build("halfvec", "HNSW halfvec")
        self._column["server's memory, with a warm index"] = ""
        self._by("HNSW halfvec", self._index("halfvec"), EF_SEARCH)
        self._column["server's memory, with a warm index"] = self._memory()
        self._narrowed()
        self._chosen()
        self._distribution()
        if full:
            self._drop("halfvec")
            self._build("hnsw", "HNSW")
            self._by("HNSW", self._index("hnsw"), EF_SEARCH)
            self._drop("hnsw")
            self._build("halfvec", None)
        self._founding()

    def fill(self) -> None:
        """Write products, pictures and vectors, unless they are there from an earlier run."""
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            row = connection.execute("SELECT count(*) FROM likeness.image_embeddings").fetchone()
            if row and row[0] == self._rows:
                self._note("COPY of vectors", "kept from before")
                return
            connection.execute("TRUNCATE likeness.products, likeness.categories CASCADE")
            connection.execute("ALTER SEQUENCE likeness.products_id_seq RESTART")
            connection.execute("ALTER SEQUENCE likeness.pictures_id_seq RESTART")
            connection.execute("ALTER SYSTEM SET max_wal_size = '8GB'")
            connection.execute("SELECT pg_reload_conf()")
            for statement in _PRODUCTS:
                connection.execute(statement, {"rows": self._rows, "categories": CATEGORIES})
        seconds = 0.0
        for number, vectors in enumerate(self._catalogue.portions(self._rows)):
            ids = np.arange(len(vectors), dtype=np.int64) + number * PORTION + 1
            start = time.perf_counter()
            self._store.vectors.write(CLIP, ids, ids, vectors)
            seconds += time.perf_counter() - start
        self._note("COPY of vectors", f"{self._rows / seconds:,.0f} rows/s")
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    def _truth(self) -> tuple[list[list[int]], list[list[int]]]:
        """Return the numbers of the K nearest pictures a query: of all, and of one category."""
        best, narrowed = _Nearest(QUERIES), _Nearest(QUERIES)
        for number, vectors in enumerate(self._catalogue.portions(self._rows)):
            ids = np.arange(len(vectors), dtype=np.int64) + number * PORTION + 1
            scores = self._queries @ vectors.T
            best.add(scores, ids)
            inside = ids % CATEGORIES == CATEGORY
            narrowed.add(scores[:, inside], ids[inside])
        return best.lists(), narrowed.lists()

    def _exact(self) -> None:
        seconds, found = self._ask(EXACT, self._queries[:EXACT_QUERIES])
        self._times("exact", seconds, recall(found, self._true[: len(found)]))

    def _build(self, kind: str, name: str | None) -> None:
        if any(index.name.endswith(f"_{kind}") for index in self._inventory().indexes):
            if name:
                self._note(f"{name}: build", "kept from before")
        else:
            build = self._store.index_building.plan(CLIP, kind, self._rows)
            start = time.perf_counter()
            self._store.index_building.build(build, lambda *_: None)
            if name:
                self._note(f"{name}: build", f"{time.perf_counter() - start:.0f} s")
        if name:
            self._size(f"{name}: on disk", f"likeness.{self._index(kind).name}")

    def _drop(self, kind: str) -> None:
        self._store.index_building.drop(self._index(kind).name)

    def _founding(self) -> None:
        """Measure the founding kind of index, with the probes that it is used with, and more."""
        table = self._store.index_building.table(CLIP)
        with self._store.database.patient_connection() as connection:
            connection.execute("SET maintenance_work_mem = '1GB'")
            connection.execute("DROP INDEX IF EXISTS likeness.founding")
            connection.execute(f"CREATE INDEX founding ON likeness.{table} {IVFFLAT}".encode())
        index = next(one for one in self._inventory().usable if one.name == "founding")
        self._by("ivfflat, lists 100", index, PROBES)
        self._store.index_building.drop("founding")

    def _by(self, name: str, index: VectorIndex, parameters: Sequence[int]) -> None:
        # So that the index is in memory.
        self._ask(Plan.by(index, parameters[0]), self._queries)
        for parameter in parameters:
            seconds, found = self._ask(Plan.by(index, parameter), self._queries)
            self._times(f"{name}, {parameter}", seconds, recall(found, self._true))

    def _narrowed(self) -> None:
        """Measure searching in one category of two per cent, as a search does it."""
        narrow = Narrow(categories=(f"c{CATEGORY}",))
        self._searches("2 % category", self._true_narrowed, narrow)

    def _chosen(self) -> None:
        """Measure a whole search in the store: by the plan that was chosen, with products."""
        plans = self._store.search_plans
        plans.look_again()
        plan = plans.chosen(CLIP)[1].plan
        self._note("chosen, unmeasured", f"{plan.kind} {plan.parameter or ''}".strip())
        self._searches("as chosen, with 50 products", self._true, None)

    def _searches(self, name: str, true: list[list[int]], narrow: Narrow | None) -> None:
        seconds, found = [], []
        for warm in (True, False):
            for query in self._queries[:20] if warm else self._queries:
                start = time.perf_counter()
                hits = self._store.embeddings.nearest(Embedding(query, CLIP), K, narrow=narrow)
                if not warm:
                    seconds.append(time.perf_counter() - start)
                    found.append([hit.picture_id for hit in hits])
        self._times(name, seconds, recall(found, true))

    def _distribution(self) -> None:
        start = time.perf_counter()
        self._store.comparisons.compare(Embedding(self._queries[0], CLIP))
        self._note("distribution: the first", f"{time.perf_counter() - start:.1f} s")
        seconds = []
        for query in self._queries[1:21]:
            start = time.perf_counter()
            self._store.comparisons.compare(Embedding(query, CLIP))
            seconds.append(time.perf_counter() - start)
        self._note("distribution: p50", f"{statistics.median(seconds) * 1000:.0f} ms")

    def _ask(self, plan: Plan, queries: Vectors) -> tuple[list[float], list[list[int]]]:
        with self._store.plan_trials.asking(CLIP, self._inventory().pgvector) as asking:
            assert plan.is_exact or asking.is_used(plan), f"not searched by {plan.index}"
            wanted = K if plan.is_exact else PICTURES
            asking.ask(plan, queries[0], wanted)
            answers = [asking.ask(plan, query, wanted) for query in queries]
        return [one.seconds for one in answers], [one.pictures[:K] for one in answers]

    def _inventory(self) -> Inventory:
        return self._store.search_plans.inventory(CLIP)

    def _index(self, kind: str) -> VectorIndex:
        found = self._inventory().usable
        return next(index for index in found if index.name.endswith(f"_{kind}"))

    def _times(self, name: str, seconds: Sequence[float], found: float) -> None:
        p50, p95 = np.percentile(seconds, [50, 95]) * 1000
        self._note(f"{name}: recall@50 · p50 · p95", f"{found:.4f} · {p50:.1f} · {p95:.1f} ms")

    def _size(self, name: str, relation: str) -> None:
        with self._store.database.connection() as connection:
            row = connection.execute(
                "SELECT pg_table_size(%s::text::regclass)", (relation,)
            ).fetchone()
        self._note(name, f"{(row[0] if row else 0) / MILLION_BYTES:,.0f} MB")

    def _memory(self) -> str:
        """Return what all of the server's processes hold, shared pages counted once (Linux)."""
        with psycopg.connect(self._conninfo) as connection:
            status = Path(f"/proc/{connection.info.backend_pid}/status")
            if not status.exists():
                return "–"
            parent = _field(status, "PPid")
            children = [
                place.parent
                for place in Path("/proc").glob("[0-9]*/status")
                if _field(place, "PPid") == parent
            ]
            held = [_pss(place) for place in (*children, Path(f"/proc/{parent}"))]
        return f"{sum(held) / 1000:,.0f} MB"

    def _note(self, name: str, said: str) -> None:
        self._column[name] = said
        print(f"{self._rows:>9,}  {name}: {said}", flush=True)


class _Nearest:
    """The K nearest of each query so far, portion by portion."""

    def __init__(self, queries: int) -> None:
        self._scores = np.full((queries, 0), 0.0, np.float32)
        self._ids = np.zeros((queries, 0), np.int64)

    def add(self, scores: Vectors, ids: npt.NDArray[np.int64]) -> None:
        """Look at the scores of further pictures, float32 [queries, n]."""
        everything = np.concatenate([self._scores, scores], axis=1)
        known = np.concatenate([self._ids, np.broadcast_to(ids, scores.shape)], axis=1)
        best = np.argsort(-everything, axis=1)[:, :K]
        self._scores = np.take_along_axis(everything, best, axis=1)
        self._ids = np.take_along_axis(known, best, axis=1)

    def lists(self) -> list[list[int]]:
        """Return the numbers, best first."""
        found: list[list[int]] = self._ids.tolist()
        return found


# Both sequences begin at 1: a picture and its product have one number.
_PRODUCTS = (
    """
    INSERT INTO likeness.categories
    SELECT 'c' || i, jsonb_build_object('en', 'Category ' || i)
    FROM generate_series(0, %(categories)s - 1) AS i
    """,
    """
    INSERT INTO likeness.products (source, key, article_number, name, category_id, price, currency)
    SELECT 'growth', 'A' || i, 'A' || i, jsonb_build_object('en', 'Product ' || i),
           'c' || (i %% %(categories)s), 100 + i %% 1000, 'RUB'
    FROM generate_series(1, %(rows)s) AS i
    """,
    """
    INSERT INTO likeness.pictures (product_id, address)
    SELECT id, 'https://shop.example/' || id FROM likeness.products ORDER BY id
    """,
)


def _field(status: Path, name: str) -> str:
    try:
        lines = status.read_text().splitlines()
    except OSError:  # it has just ended
        return ""
    return next((line.split()[1] for line in lines if line.startswith(f"{name}:")), "")


def _pss(process: Path) -> int:
    try:
        lines = (process / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def recall(found: Sequence[Sequence[int]], true: Sequence[Sequence[int]]) -> float:
    """Return the share of the true nearest that were found: made-up pictures are all different."""
    hits = sum(len(set(some) & set(nearest)) for some, nearest in zip(found, true, strict=True))
    return hits / sum(len(nearest) for nearest in true)


def print_table(sizes: Sequence[int], columns: Sequence[Column]) -> None:
    """Print a table in Markdown, one column a size."""
    names = list(dict.fromkeys(name for column in columns for name in column))
    rows = [["", *(f"{size:,} pictures" for size in sizes)]]
    rows += [[name, *(column.get(name, "–") for column in columns)] for name in names]
    print()
    for number, row in enumerate(rows):
        print(f"| {' | '.join(row)} |")
        if number == 0:
            print("|" + " --- |" * len(row))


if __name__ == "__main__":
    main()

"""How long it takes to count what a search can be narrowed by, in catalogues of several sizes.

    python -m tests.benchmarks.facets [--products 12907,100000] [--rounds 15]

Products are made up: 40 categories, several hundred projects of which a few have most products, 12
regions, prices in two currencies, descriptions as long as a shop's, one vector each. On a shared
machine the fastest tells more than the middle one. "Again" is the same question once more, when
nothing has changed.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from decimal import Decimal
from pathlib import Path

import psycopg

from search.facets import Faceting
from search.narrowing import Narrow, PriceRange, Trait
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.vectors import CLIP

_PRODUCTS = (
    """
    INSERT INTO likeness.categories
    SELECT 'c' || i, jsonb_build_object('en', 'Category ' || i, 'ru', 'Категория ' || i)
    FROM generate_series(0, 39) AS i
    """,
    """
    INSERT INTO likeness.products (source, key, article_number, name, category_id, price, currency,
        project, region, description)
    SELECT 'facets', 'A' || i, 'A' || i,
           jsonb_build_object('en', 'Product ' || i, 'ru', 'Товар для подарков ' || i),
           'c' || floor(40 * power(random(), 2)),
           CASE WHEN i %% 20 > 0 THEN round((5 + 5000 * power(random(), 3))::numeric, 2) END,
           CASE WHEN i %% 20 > 0 THEN CASE WHEN i %% 5 > 0 THEN 'RUB' ELSE 'USD' END END,
           CASE WHEN i %% 10 > 0
                THEN 'Проект ' || floor(sqrt(%(rows)s) * 6 * power(random(), 3)) END,
           'Регион ' || floor(12 * random()),
           repeat('Подходит для нанесения логотипа, поставляется в коробке. ', 1 + i %% 6)
    FROM generate_series(1, %(rows)s) AS i
    """,
    """
    INSERT INTO likeness.pictures (product_id, address)
    SELECT id, 'https://shop.example/' || id FROM likeness.products ORDER BY id
    """,
    """
    INSERT INTO likeness.image_embeddings (space_id, picture_id, product_id, image_embedding)
    SELECT %(space)s, id, product_id, array_fill(1, ARRAY[512])::vector
    FROM likeness.pictures ORDER BY id
    """,
)
QUESTIONS = {
    "nothing chosen": Narrow(),
    "a category": Narrow(categories=("c3",)),
    "a category and a project": Narrow(categories=("c3",), projects=("Проект 7",)),
    "a range of prices": Narrow(price=PriceRange(Decimal(100), Decimal(900), "RUB")),
    "three regions and a range": Narrow(
        regions=("Регион 1", "Регион 2", "Регион 3"),
        price=PriceRange(Decimal(100), None, "RUB"),
    ),
}


def main() -> None:
    """Print a table, a row a question and size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--products", default="12907,100000")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    print("| products | chosen | p50, ms | fastest, ms | slowest, ms | again, ms | left |")
    print("|---|---|---|---|---|---|---|")
    for rows in map(int, options.products.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            _measure_in(Path(folder) / "data", rows, options.rounds)


def _measure_in(folder: Path, rows: int, rounds: int) -> None:
    with start_embedded(folder) as server:
        store = Store.on(Database(server.conninfo))
        _fill(server.conninfo, rows, store.spaces.id_of(CLIP))
        store.close()
    # Its cache is made as large as its tables when it is started.
    with start_embedded(folder) as server:
        store = Store.on(Database(server.conninfo))
        for name, narrow in QUESTIONS.items():
            print(f"| {rows:,} | {name} | {_measured(store, narrow, rounds)} |", flush=True)
        store.close()


def _fill(conninfo: str, rows: int, space: int) -> None:
    with psycopg.connect(conninfo, autocommit=True) as connection:
        for statement in _PRODUCTS:
            connection.execute(statement, {"rows": rows, "space": space})
        connection.execute("VACUUM (ANALYZE)")


def _measured(store: Store, narrow: Narrow, rounds: int) -> str:
    took, again, left = [], [], 0
    for _ in range(rounds):
        # One that has counted everything, as it has when the panel was opened, and no more.
        facets = Faceting(store.facets, lambda: CLIP)
        if narrow:
            facets.count()
        seconds, left = _timed(facets, narrow)
        took.append(seconds)
        again.append(_timed(facets, narrow, {Trait.PROJECT: "проект 1"})[0])
    times = statistics.median(took), min(took), max(took)
    told = [f"{1000 * seconds:.0f}" for seconds in times]
    return " | ".join([*told, f"{1000 * statistics.median(again):.1f}", f"{left:,}"])


def _timed(
    facets: Faceting, narrow: Narrow, texts: dict[Trait, str] | None = None
) -> tuple[float, int]:
    start = time.perf_counter()
    left = facets.count(narrow, texts=texts).products
    return time.perf_counter() - start, left


if __name__ == "__main__":
    main()

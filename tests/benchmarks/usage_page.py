"""How quick the figures of the usage page are when a million calls are recorded.

    python -m tests.benchmarks.usage_page [--calls 1000000] [--days 90]

The rows are spread evenly over the days; a third of the photos were remembered, one call in fifty
failed, the model slept once a day. First what the page asks for, query by query, as the median of
three, for spans of several lengths by a clock that is three hours and a half away from UTC. Then
what is written: a batch of the journal, a call that is reserved under a hard limit, and days that
become sums.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from statistics import median
from uuid import uuid4

from search.calls import OK, Call, Purpose, SearchRecord
from search.monitoring import MOST_CHANGES, MOST_FAILURES
from search.store.database import Database
from search.store.embedded import start_embedded
from search.store.store import Store
from search.usage.span import Preset, Span, custom_span, span_of
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import data_folder

HOST = "played.endpoint.example"
NOW = datetime(2026, 9, 30, 21, 17, 3, tzinfo=UTC)
ZONE = "Asia/Tehran"
AIM_SECONDS = 1.0
NO_LIMIT = 10**9
RESERVED = 50

CALLS = """
    INSERT INTO likeness.calls
    SELECT gen_random_uuid(), %(now)s - (n + random()) * %(apart)s::interval, 'Hugging Face',
           %(host)s, %(space)s, 'search',
           CASE WHEN kind < 0.33 THEN 'remembered' WHEN kind < 0.98 THEN 'ok'
                WHEN kind < 0.985 THEN 'encoder_timeout' WHEN kind < 0.99 THEN 'rate_limited'
                ELSE 'encoder_failed' END,
           CASE WHEN kind < 0.33 THEN 0 WHEN n %% %(a_day)s < 5 THEN 25 + 10 * random()
                ELSE exp(0.3 + 0.4 * (random() + random() + random() - 1.5)) END,
           1 + (kind > 0.97)::integer, kind >= 0.33, kind >= 0.33 AND n %% %(a_day)s < 5,
           CASE WHEN kind < 0.33 THEN NULL WHEN kind < 0.98 THEN 200 WHEN kind < 0.985 THEN NULL
                WHEN kind < 0.99 THEN 429 ELSE 500 END,
           48000, 11000, CASE WHEN kind < 0.33 THEN '' ELSE gen_random_uuid()::text END,
           CASE WHEN kind < 0.98 THEN '' ELSE repeat('what the server said ', 7) END,
           gen_random_uuid()
    FROM (SELECT n, random() AS kind FROM generate_series(%(calls)s - 1, 0, -1) AS n) AS made
"""
SEARCHES = """
    INSERT INTO likeness.search_log
    SELECT gen_random_uuid(), %(now)s - (n + random()) * %(apart)s::interval, %(space)s,
           CASE WHEN kind > 0.98 THEN 'encoder_failed' ELSE 'ok' END,
           (ARRAY['page', 'command', 'api'])[1 + floor(2.2 * random())::integer],
           'Person ' || floor(30 * random() * random()), kind < 0.33,
           CASE WHEN kind < 0.33 THEN 0.002 ELSE exp(0.3 + 0.4 * (random() + random() - 1)) END,
           exp(-4 + random()), exp(-3 + random()), kind >= 0.33 AND n %% %(a_day)s < 5,
           50, floor(50 * random() * random()), 'cosine', 0.74,
           CASE WHEN kind <= 0.98 THEN 0.6 + 0.35 * random() END,
           CASE WHEN kind <= 0.98 THEN 0.6 + 0.35 * random() END,
           CASE WHEN kind <= 0.98 THEN 1 + floor(1000 * random() * random() * random()) END
    FROM (SELECT n, random() AS kind FROM generate_series(%(calls)s - 1, 0, -1) AS n) AS made
"""


def main() -> int:
    """Print the tables; the exit code tells whether the aim was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=1_000_000)
    parser.add_argument("--days", type=int, default=90)
    options = parser.parse_args()
    with data_folder() as folder, start_embedded(folder) as server:
        store = Store.on(Database(server.conninfo))
        try:
            stock(store, options.calls, options.days)
            met = measure_page(store, options.days)
            measure_writing(store, options.days)
        finally:
            store.close()
    return 0 if met else 1


def stock(store: Store, calls: int, days: int) -> None:
    """Fill the tables, and let the server tidy up as it does of itself."""
    store.products.add("benchmark", products(unit_vectors(1000)))
    # It makes the space known, and is soon lost among the others.
    store.calls.write([call(NOW)])
    start = time.perf_counter()
    with store.database.patient_connection() as connection:
        asked = {
            "now": NOW,
            "apart": timedelta(days=days) / calls,
            "a_day": calls // days,
            "host": HOST,
            "space": 1,
            "calls": calls,
        }
        for statement in (CALLS, SEARCHES):
            connection.execute(statement, asked)
        connection.execute("VACUUM ANALYZE")
        sizes = connection.execute(
            "SELECT pg_total_relation_size('likeness.calls') / 1000000,"
            " pg_total_relation_size('likeness.search_log') / 1000000"
        ).fetchone()
    took = time.perf_counter() - start
    print(f"{calls:,} calls and as many searches in {took:.0f} s; MB with indexes: {sizes}")


def spans(days: int) -> dict[str, Span]:
    """Return what the range picker offers, and everything there is."""
    presets = {str(preset): span_of(preset, NOW, ZONE) for preset in Preset}
    first = (NOW - timedelta(days=days)).date()
    return presets | {f"{days} days": custom_span(first, NOW.date(), ZONE, NOW)}


def measure_page(store: Store, days: int) -> bool:
    """Print the milliseconds of every query for every span; tell whether each sum is in time."""
    offered = spans(days)
    print(f"{'ms':<24}" + "".join(f"{name:>12}" for name in offered))
    sums = dict.fromkeys(offered, 0.0)
    for name, query in queries(store).items():
        row = {}
        for span_name, span in offered.items():
            row[span_name] = timed(lambda query=query, span=span: query(span))  # type: ignore[misc]
            sums[span_name] += row[span_name]
        print(f"{name:<24}" + "".join(f"{1000 * seconds:12.1f}" for seconds in row.values()))
    print(f"{'together':<24}" + "".join(f"{1000 * seconds:12.1f}" for seconds in sums.values()))
    met = max(sums.values()) <= AIM_SECONDS
    print(f"aim: {AIM_SECONDS:.0f} s together: {'met' if met else 'MISSED'}")
    return met


def queries(store: Store) -> dict[str, Callable[[Span], object]]:
    """Return everything that one opening of the page asks the database for."""
    calls, log = store.calls, store.search_log
    first = NOW.date().replace(day=1)
    month = datetime(first.year, first.month, 1, tzinfo=UTC)
    return {
        "calls.last": lambda _: calls.last(HOST, NOW, 50),
        "calls.last_success": lambda _: calls.last_success(HOST, NOW),
        "breakers.current": lambda _: store.breakers.current(HOST, NOW),
        "calls.used_by_day": lambda _: calls.used_by_day(HOST, first),
        "calls.saved": lambda _: calls.saved(HOST, month, NOW),
        "calls.latency": lambda span: calls.latency(HOST, span),
        "search_log.latency": lambda span: log.latency(CLIP, span),
        "calls.outcomes": lambda span: calls.outcomes(HOST, span),
        "calls.failures": lambda span: calls.failures(HOST, span, MOST_FAILURES),
        "breakers.last": lambda span: store.breakers.last(
            HOST, span.since, span.until, MOST_CHANGES
        ),
        "search_log.figures": lambda span: log.figures(CLIP, span),
    }


def timed(work: Callable[[], object], often: int = 3) -> float:
    """Return the median of the seconds that some work takes."""
    taken = []
    for _ in range(often):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return median(taken)


def measure_writing(store: Store, days: int) -> None:
    """Print what the journal, a hard limit and the roll-ups cost."""
    batch = [call(NOW) for _ in range(1000)]
    print(f"1,000 calls written {1000 * timed(lambda: store.calls.write(batch)):8.1f} ms")
    records = [record(NOW) for _ in range(1000)]
    print(f"1,000 searches      {1000 * timed(lambda: store.search_log.write(records)):8.1f} ms")
    limits = {"month_limit": NO_LIMIT, "day_limit": NO_LIMIT}
    reserved = timed(lambda: store.calls.reserve(call(NOW), **limits), RESERVED)
    used = sum(store.calls.used_by_day(HOST, date(NOW.year, NOW.month, 1)).values())
    print(f"a call reserved     {1000 * reserved:8.1f} ms, {used:,} counted in the month")
    start = time.perf_counter()
    store.rollups.maintain(NOW, days - 3)
    took = time.perf_counter() - start
    print(f"3 days rolled up    {1000 * took:8.1f} ms")


def call(at: datetime) -> Call:
    """Return a call as most of them are."""
    return Call(
        id=uuid4(),
        started_at=at,
        encoder="Hugging Face",
        host=HOST,
        space=CLIP,
        purpose=Purpose.SEARCH,
        outcome=OK,
        seconds=1.4,
        reached=True,
        status=200,
        bytes_out=48_000,
        bytes_in=11_000,
        request_id=str(uuid4()),
        search_id=uuid4(),
    )


def record(at: datetime) -> SearchRecord:
    """Return a search as most of them are."""
    return SearchRecord(uuid4(), at, CLIP, OK, "page", "Person", False, 1.4, 0.02, 0.05)  # noqa: FBT003


if __name__ == "__main__":
    sys.exit(main())

"""Rows that are too old become sums, and no figure changes for it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest

from search.calls import OK, BreakerChange, BreakerState, Call, SearchRecord
from search.store.store import Store
from search.usage.latency import WIDTH
from search.usage.span import Span, custom_span
from search.usage.views import Percentiles
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.recorded import HOST, NOON, a_call, calls_by_chance, days, searches_by_chance

FIRST = date(2026, 9, 1)
SPAN = Span((*(datetime(2026, 9, day, tzinfo=UTC) for day in range(1, 16)), NOON))
KEPT = 5


@pytest.fixture
def calls(store: Store) -> list[Call]:
    """Return the calls of two weeks, which are in the store."""
    made = calls_by_chance(400, SPAN.since, NOON)
    store.calls.write(made)
    return made


@pytest.fixture
def searches(store: Store) -> list[SearchRecord]:
    """Return the searches of two weeks, which are in the store, and the products they found."""
    store.products.add("test", products(unit_vectors(5)))
    made = searches_by_chance(300, SPAN.since, NOON)
    store.search_log.write(made)
    return made


def counts(store: Store) -> list[Any]:
    """Return every figure that is counted."""
    latency, figures = store.calls.latency(HOST, SPAN), store.search_log.figures(CLIP, SPAN)
    return [
        store.calls.outcomes(HOST, SPAN),
        store.calls.used_by_day(HOST, FIRST),
        store.calls.saved(HOST, SPAN.since, SPAN.until),
        latency.counts,
        latency.cold,
        latency.cold_longest,
        latency.cold_counts,
        latency.cold_by_bucket,
        [found.count for found in latency.by_bucket],
        store.search_log.latency(CLIP, SPAN).searches.count,
        (figures.total, figures.failed, figures.remembered, figures.none_above),
        (figures.above_median, figures.by_bucket, figures.failed_by_bucket, figures.origins),
        figures.top,
    ]


def rows(store: Store) -> Sequence[int]:
    """Return how many calls and searches are kept as rows."""
    with store.database.connection() as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM likeness.calls),"
            " (SELECT count(*) FROM likeness.search_log)"
        ).fetchone()
    return row or (0, 0)


def shares(found: Percentiles) -> list[float | None]:
    """Return the percentiles themselves."""
    return [found.p50, found.p90, found.p95, found.p99]


def test_no_count_changes_when_rows_become_sums(
    store: Store, calls: list[Call], searches: list[SearchRecord]
) -> None:
    """Rows of the last days stay, older ones go, and everything that was counted still is."""
    before = counts(store)
    store.rollups.maintain(NOON, KEPT)
    kept_from = datetime(2026, 9, 10, tzinfo=UTC)
    assert list(rows(store)) == [
        sum(call.started_at >= kept_from for call in calls),
        sum(record.made_at >= kept_from for record in searches),
    ]
    assert counts(store) == before
    store.rollups.maintain(NOON, KEPT)
    assert counts(store) == before


def test_many_rows_beside_sums_are_weighed(
    store: Store, searches: list[SearchRecord], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the kept rows one in four is looked at, and counts as four beside the summed-up ones."""
    store.rollups.maintain(NOON, KEPT)
    monkeypatch.setattr("search.store.search_times.EXACT_UP_TO", 100)
    kept_from = datetime(2026, 9, 10, tzinfo=UTC)
    times = [
        record.encoder_seconds
        for record in searches
        if record.outcome == OK and not (record.remembered or record.cold)
        for _ in range(1 if record.made_at < kept_from else 4)
        if record.made_at < kept_from or record.id.int < 2**126
    ]
    found = store.search_log.latency(CLIP, SPAN)
    assert found.split.encoder == pytest.approx(float(np.median(times)), rel=WIDTH)


@pytest.mark.usefixtures("calls", "searches")
def test_percentiles_are_nearly_the_same_from_sums(store: Store) -> None:
    """Within 2 %, and said to be not exact; the best hits' cosines to a thousandth."""
    latency, searches = store.calls.latency(HOST, SPAN), store.search_log.latency(CLIP, SPAN)
    best = store.search_log.figures(CLIP, SPAN).best_by_bucket
    store.rollups.maintain(NOON, KEPT)
    binned, timed = store.calls.latency(HOST, SPAN), store.search_log.latency(CLIP, SPAN)
    for exact, found in zip(
        [latency.calls, *latency.by_bucket, searches.searches],
        [binned.calls, *binned.by_bucket, timed.searches],
        strict=True,
    ):
        assert (exact.exact, found.exact) == (True, False)
        assert shares(found) == pytest.approx(shares(exact), rel=WIDTH)
    for exact_split, split in zip(searches.split_by_bucket, timed.split_by_bucket, strict=True):
        assert split.encoder == pytest.approx(exact_split.encoder, rel=WIDTH)
        assert split.database == pytest.approx(exact_split.database, rel=WIDTH)
        assert split.rest == pytest.approx(exact_split.rest, rel=WIDTH)
    for exact_best, of_step in zip(
        best, store.search_log.figures(CLIP, SPAN).best_by_bucket, strict=True
    ):
        assert of_step == pytest.approx(exact_best, abs=0.0006)


@pytest.mark.usefixtures("calls")
def test_what_comes_late_is_added_to_its_day(store: Store) -> None:
    """Rows of a day that was rolled up count at once, and still once when they are rolled up."""
    store.rollups.maintain(NOON, KEPT)
    at = datetime(2026, 9, 2, 3, tzinfo=UTC)
    before = store.calls.latency(HOST, SPAN).calls.count
    late = [a_call(at), a_call(at, outcome="rate_limited", status=429)]
    used = store.calls.used_by_day(HOST, FIRST)[at.date()]
    store.calls.write(late)
    for _ in range(2):
        assert store.calls.used_by_day(HOST, FIRST)[at.date()] == used + 2
        assert store.calls.latency(HOST, SPAN).calls.count == before + 1
        store.rollups.maintain(NOON, KEPT)
    assert store.calls.failures(HOST, Span((at, at + days(1))), 9) == []


@pytest.mark.usefixtures("calls", "searches")
def test_two_at_once_do_it_once(store: Store) -> None:
    """However many processes tidy up together, nothing is lost and nothing counted twice."""
    before = counts(store)
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda _: store.rollups.maintain(NOON, KEPT), range(4)))
    store.rollups.maintain(NOON, KEPT)
    assert counts(store) == before


@pytest.mark.usefixtures("calls")
def test_nobody_waits_while_another_process_is_at_it(store: Store, conninfo: str) -> None:
    """Whoever comes second does nothing, and the rows are left to the first."""
    before = rows(store)
    with psycopg.connect(conninfo) as first:
        first.execute("SELECT pg_advisory_xact_lock(%s)", (0x11CE_DA15,))
        store.rollups.maintain(NOON, KEPT)
        assert rows(store) == before
    store.rollups.maintain(NOON, KEPT)
    assert rows(store) != before


def test_a_day_is_in_its_first_step_where_steps_are_shorter(store: Store) -> None:
    """Of a day that was rolled up only the day is known; its calls are still all there."""
    at = datetime(2026, 9, 2, 20, tzinfo=UTC)
    store.calls.write([a_call(at)])
    store.rollups.maintain(NOON, KEPT)
    span = custom_span(date(2026, 9, 2), date(2026, 9, 3), "UTC", NOON)
    latency = store.calls.latency(HOST, span)
    assert [found.count for found in latency.by_bucket] == [1] + [0] * (len(span.buckets) - 1)


def test_a_cold_start_across_midnight_is_one_and_of_the_day_in_which_it_begins(
    store: Store,
) -> None:
    """Also when only its first day is summed up, or the span ends between the two."""
    midnight = datetime(2026, 9, 10, tzinfo=UTC)
    seconds = [timedelta(seconds=number) for number in (-50, -10, 20, 60, 300)]
    store.calls.write(
        [
            *(a_call(midnight + later, cold=True, seconds=1.0) for later in seconds),
            a_call(midnight + seconds[2], host="other.example", cold=True),
            a_call(midnight - days(1)),
            a_call(midnight + days(1)),
        ]
    )
    step = SPAN.edges.index(midnight)
    expected = [int(number in (step - 1, step)) for number in range(len(SPAN.buckets))]
    second = Span((midnight, midnight + days(1)))
    for keep_days in (0, 5, 4):
        store.rollups.maintain(NOON, keep_days)
        latency = store.calls.latency(HOST, SPAN)
        assert latency.cold_by_bucket == expected
        assert latency.cold_longest == pytest.approx(111)
        assert store.calls.latency(HOST, second).cold == 1
        assert store.calls.latency("other.example", SPAN).cold_by_bucket[step] == 1


@pytest.mark.usefixtures("calls", "searches")
def test_zero_days_keep_everything(store: Store) -> None:
    """Without a limit nothing is ever deleted."""
    before = rows(store)
    store.rollups.maintain(NOON + days(5000), 0)
    assert rows(store) == before


def test_people_and_breakers_are_forgotten_with_the_rows(
    store: Store, searches: list[SearchRecord]
) -> None:
    """Who searched, and when a breaker opened, is known for as long as rows are kept."""
    store.breakers.write(
        [
            BreakerChange(NOON - days(age), "one:1", HOST, BreakerState.CLOSED)
            for age in (KEPT + 1, KEPT - 1)
        ]
    )
    store.rollups.maintain(NOON, KEPT)
    assert len(store.breakers.last(HOST, SPAN.since, SPAN.until, 9)) == 1
    kept = [one for one in searches if one.made_at >= datetime(2026, 9, 10, tzinfo=UTC)]
    people = store.search_log.figures(CLIP, SPAN).people
    assert sum(people.values()) == sum(bool(record.who) for record in kept)

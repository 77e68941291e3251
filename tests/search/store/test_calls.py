"""Calls as they are written, counted against limits, listed and summed up."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pytest

from search.calls import OK, REMEMBERED, UNDER_WAY, Call
from search.store.calls import Used
from search.store.database import Database
from search.store.store import Store
from search.usage.latency import DISPLAY_EDGES, WIDTH
from search.usage.span import Preset, Span, custom_span, span_of
from tests.recorded import HOST, NOON, a_call, calls_by_chance, days, step_of

MINUTE = timedelta(minutes=1)
LATER = NOON + timedelta(days=2)
DAY = date(2026, 9, 15)
SPANS = [
    span_of(Preset.HOUR, NOON, "UTC"),
    span_of(Preset.DAY, NOON + timedelta(seconds=17), "Asia/Kathmandu"),
    span_of(Preset.MONTH, NOON + 11 * MINUTE, "Europe/Moscow"),
    custom_span(date(2026, 9, 1), DAY, "Australia/Adelaide", NOON),
    Span((NOON - 20 * MINUTE, NOON)),  # no whole quarter of an hour
]


def expected(calls: list[Call], span: Span) -> Counter[tuple[Any, ...]]:
    """Count calls as the database should."""
    return Counter(
        (step, call.outcome, call.status, call.cold, call.reached, call.purpose)
        for call in calls
        if call.host == HOST and (step := step_of(call.started_at, span)) is not None
    )


def counted(store: Store, span: Span) -> dict[tuple[Any, ...], int]:
    """Return what the database counts."""
    tallies = store.calls.outcomes(HOST, span)
    counts = Counter[tuple[Any, ...]]()
    for one in tallies:
        counts[one.step, one.outcome, one.status, one.cold, one.reached, one.purpose] += one.calls
    return dict(counts)


def test_what_is_written_is_read_back_the_latest_first(store: Store) -> None:
    """Every field of a call comes back; remembered photos and other hosts are not listed."""
    whole = a_call(
        cold=True,
        attempt=3,
        bytes_out=48_000,
        bytes_in=9,
        request_id="abc",
        detail="Модель спит",
        search_id=UUID(int=7),
    )
    later = a_call(NOON + MINUTE, outcome="encoder_timeout", status=None)
    saved = a_call(NOON + MINUTE, outcome=REMEMBERED, reached=False)
    elsewhere = a_call(NOON + MINUTE, host="other.example")
    store.calls.write([whole, later, saved, elsewhere])
    assert store.calls.last(HOST, LATER, 10) == [later, whole]
    assert store.calls.last(HOST, LATER, 1) == [later]
    assert store.calls.last_success(HOST, LATER) == NOON
    assert store.calls.last_success("nobody.example", LATER) is None


def test_a_call_is_there_and_counted_once_however_often_it_is_written(store: Store) -> None:
    """The last version of it stays, within a batch and after one; the sums follow."""
    call = a_call()
    store.calls.write([replace(call, seconds=9.0), call])
    store.calls.write([call])
    moved = replace(call, outcome="rate_limited", status=429, started_at=NOON + days(1))
    store.calls.write([moved])
    assert store.calls.last(HOST, LATER, 10) == [moved]
    assert store.calls.used_by_day(HOST, DAY) == {date(2026, 9, 16): 1}
    assert counted(store, Span((NOON, NOON + days(2)))) == {
        (0, "rate_limited", 429, False, True, "search"): 1
    }


def test_odd_texts_are_kept_as_far_as_they_can_be(store: Store) -> None:
    """A NUL and half a surrogate pair are replaced; nothing is lost for them."""
    store.calls.write([a_call(detail="a\0b\ud800c", request_id="\0")])
    [call] = store.calls.last(HOST, LATER, 1)
    assert (call.detail, call.request_id) == ("a\ufffdb?c", "\ufffd")


def test_what_a_clock_that_was_ahead_recorded_is_not_the_latest(store: Store) -> None:
    """One success of next year hides nothing; clocks may differ by minutes."""
    refused = a_call(outcome="token_refused", status=401)
    store.calls.write([refused, a_call(NOON + days(300))])
    assert store.calls.last(HOST, NOON, 10) == [refused]
    assert store.calls.last_success(HOST, NOON) is None
    soon = a_call(NOON + 2 * MINUTE)
    store.calls.write([soon])
    assert store.calls.last(HOST, NOON, 10) == [soon, refused]
    assert store.calls.last_success(HOST, NOON) == soon.started_at


def test_processes_that_count_the_same_never_wait_for_each_other_both(
    store: Store, conninfo: str
) -> None:
    """One replaces what another adds, and the other way round: the sums are locked in turns."""
    limited: dict[str, Any] = {"outcome": "rate_limited", "status": 429}
    begun, done = a_call(outcome=UNDER_WAY, status=None), a_call()
    store.calls.write([begun, done])
    with store.database.connection() as connection:
        # Widens the gap between the triggers of one statement, which is there in any case.
        connection.execute(
            "CREATE FUNCTION nap() RETURNS trigger LANGUAGE plpgsql AS"
            " 'BEGIN PERFORM pg_sleep(0.2); RETURN NULL; END'"
        )
        connection.execute(
            "CREATE TRIGGER calls_replacing_done AFTER UPDATE ON likeness.calls"
            " EXECUTE FUNCTION nap()"
        )
    other = Store.on(Database(conninfo))
    written = [
        (store, [replace(begun, **limited), a_call()]),
        (other, [done, a_call(**limited)]),
    ]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda one: one[0].calls.write(one[1]), written))
    other.close()
    assert store.calls.used_by_day(HOST, DAY) == {DAY: 4}


@pytest.mark.parametrize("strange", [float("nan"), float("inf"), float("-inf")])
def test_a_time_that_is_no_number_stops_nothing(store: Store, strange: float) -> None:
    """It counts as none: whoever sums up or sorts times goes on."""
    store.calls.write([a_call(seconds=strange), a_call(cold=True, seconds=strange)])
    assert {call.seconds for call in store.calls.last(HOST, NOON, 10)} == {0.0}
    store.rollups.maintain(LATER + days(100), 30)
    found = store.calls.latency(HOST, Span((NOON - days(1), NOON + days(1))))
    assert (found.cold, found.cold_longest, found.calls.count) == (1, 0.0, 1)


def test_a_call_that_no_database_can_keep_costs_no_other(store: Store) -> None:
    """It is left out of its batch, and everything else is written."""
    good = [a_call(NOON + number * MINUTE) for number in range(5)]
    store.calls.write([*good[:2], a_call(status=10**12), *good[2:]])
    assert store.calls.last(HOST, LATER, 10) == good[::-1]
    store.calls.write([])


@pytest.mark.parametrize("span", SPANS, ids=range(len(SPANS)))
def test_outcomes_are_counted_by_the_steps_of_every_span(store: Store, span: Span) -> None:
    """Minutes or days, of any clock, from any moment: each call in the step in which it began."""
    calls = [
        *calls_by_chance(300, span.since - MINUTE, span.until + MINUTE),
        a_call(span.since),
        a_call(span.until),
        a_call(span.since - timedelta.resolution),
        *(a_call(edge) for edge in span.edges[1:-1]),
        a_call(span.since, host="other.example"),
    ]
    store.calls.write(calls)
    assert counted(store, span) == expected(calls, span)
    within = [call for call in calls if step_of(call.started_at, span) is not None]
    retries = sum(one.retries for one in store.calls.outcomes(HOST, span))
    assert retries == sum(call.attempt > 1 for call in within)


def test_used_and_saved_calls_are_those_that_plain_sql_counts(store: Store) -> None:
    """By days of UTC's, whatever time zone the session is in."""
    since = datetime(2026, 9, 1, tzinfo=UTC)
    calls = calls_by_chance(400, since - days(3), NOON)
    store.calls.write([*calls, a_call(host="other.example")])
    within = [call for call in calls if call.started_at >= since]
    used = Counter(call.started_at.date() for call in within if call.reached)
    assert store.calls.used_by_day(HOST, since.date()) == used
    saved = sum(call.outcome == REMEMBERED for call in within)
    assert store.calls.saved(HOST, since, NOON) == saved
    assert store.calls.saved("other.example", since, NOON) == 0


def test_failures_of_a_span_are_the_latest_first(store: Store) -> None:
    """Successes, remembered photos and calls under way are none of them."""
    calls = calls_by_chance(200, NOON - days(2), NOON)
    store.calls.write(calls)
    failed = [
        call
        for call in calls
        if call.outcome not in (OK, REMEMBERED, UNDER_WAY) and call.started_at >= NOON - days(1)
    ]
    failed.sort(key=lambda call: call.started_at, reverse=True)
    assert store.calls.failures(HOST, Span((NOON - days(1), NOON)), 7) == failed[:7]


def test_a_reserved_call_counts_until_it_is_known_what_became_of_it(store: Store) -> None:
    """It is under way and used; completed, it counts as it was, or not when it reached nobody."""
    kept, lost = a_call(), a_call()
    for call in (kept, lost):
        assert store.calls.reserve(call, month_limit=2, day_limit=0) is None
    assert [call.outcome for call in store.calls.last(HOST, LATER, 9)] == [UNDER_WAY, UNDER_WAY]
    assert store.calls.reserve(a_call(), month_limit=2, day_limit=0) == Used("month", 2, 2)
    store.calls.write([kept, replace(lost, outcome="encoder_unreachable", reached=False)])
    assert store.calls.used_by_day(HOST, DAY) == {DAY: 1}
    assert store.calls.reserve(a_call(), month_limit=2, day_limit=0) is None


def test_limits_are_of_the_month_and_day_of_utc(store: Store) -> None:
    """The day before counts in the month, the month before nowhere; no limit is no limit."""
    first = datetime(2026, 9, 1, tzinfo=UTC)
    store.calls.write([a_call(first - timedelta.resolution), a_call(NOON - days(1)), a_call()])
    late = a_call(NOON + timedelta(hours=11, minutes=59))
    assert store.calls.reserve(late, month_limit=2, day_limit=1) == Used("month", 2, 2)
    assert store.calls.reserve(late, month_limit=0, day_limit=1) == Used("day", 1, 1)
    tomorrow = a_call(NOON + timedelta(hours=12))
    assert store.calls.reserve(tomorrow, month_limit=3, day_limit=1) is None
    assert store.calls.reserve(a_call(NOON), month_limit=0, day_limit=0) is None
    elsewhere = a_call(host="other.example")
    assert store.calls.reserve(elsewhere, month_limit=1, day_limit=1) is None


def test_many_who_reserve_at_once_get_exactly_what_is_left(store: Store) -> None:
    """Of sixty that ask together for twenty-five calls, twenty-five get one."""
    limits = {"month_limit": 25, "day_limit": 0}
    with ThreadPoolExecutor(8) as threads:
        refused = list(threads.map(lambda _: store.calls.reserve(a_call(), **limits), range(60)))
    assert refused.count(None) == 25
    assert store.calls.used_by_day(HOST, DAY) == {DAY: 25}


def test_writers_that_meet_lose_and_double_nothing(store: Store) -> None:
    """Batches written at once, each of them twice, are counted once."""
    calls = calls_by_chance(400, NOON - days(1), NOON)
    batches = [calls[start : start + 40] for start in range(0, 400, 40)] * 2
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(store.calls.write, batches))
    span = Span((NOON - days(1), NOON))
    assert counted(store, span) == expected(calls, span)


@pytest.mark.parametrize("exact", [True, False])
def test_percentiles_are_those_of_warm_successes(
    store: Store, monkeypatch: pytest.MonkeyPatch, *, exact: bool
) -> None:
    """Exact while there are few of them, within 2 % from bins when there are many."""
    if not exact:
        monkeypatch.setattr("search.store.call_latency.EXACT_UP_TO", 10)
    span = span_of(Preset.WEEK, NOON, "Asia/Kathmandu")
    calls = calls_by_chance(500, span.since - MINUTE, span.until - days(1))
    store.calls.write(calls)
    latency = store.calls.latency(HOST, span)
    times: dict[int, list[float]] = {number: [] for number in range(len(span.buckets))}
    for call in calls:
        step = step_of(call.started_at, span)
        if call.outcome == OK and not call.cold and step is not None:
            times[step].append(call.seconds)
    everything = [time for of_step in times.values() for time in of_step]
    for found, of_step in zip(
        [latency.calls, *latency.by_bucket], [everything, *times.values()], strict=True
    ):
        assert found.exact is exact
        assert found.count == len(of_step)
        shares = [found.p50, found.p90, found.p95, found.p99]
        if of_step:
            true = np.quantile(of_step, [0.5, 0.9, 0.95, 0.99])
            assert shares == pytest.approx(true.tolist(), rel=1e-9 if exact else WIDTH)
        else:
            assert shares == [None] * 4
    assert list(latency.counts) == np.histogram(everything, DISPLAY_EDGES)[0].tolist()
    assert latency.by_bucket[-1].count == 0


def test_all_that_waits_for_one_start_of_the_model_is_one_cold_start(store: Store) -> None:
    """From the first refusal to the end of the last answer; a minute later comes another."""
    second = timedelta(seconds=1)
    waking: dict[str, Any] = {
        "outcome": "model_waking",
        "status": 503,
        "cold": True,
        "seconds": 0.2,
    }
    store.calls.write(
        [
            *(a_call(NOON + number * 20 * second, **waking) for number in range(3)),
            a_call(NOON + 5 * second, cold=True, seconds=40.0),
            a_call(NOON + 41 * second, cold=True, seconds=3.0),
            a_call(NOON + 50 * second, seconds=2.0),
            a_call(NOON + 200 * second, cold=True, seconds=12.5),
            a_call(NOON + 50 * second, cold=True, host="other.example"),
        ]
    )
    span = Span((NOON, NOON + 2 * MINUTE, NOON + 4 * MINUTE))
    latency = store.calls.latency(HOST, span)
    assert latency.calls.count == 1
    assert latency.cold == 2
    assert latency.cold_longest == pytest.approx(45.0)
    assert list(latency.cold_by_bucket) == [1, 1]
    bars = dict(zip(DISPLAY_EDGES, latency.cold_counts, strict=False))
    assert (bars[40.0], bars[12.0], sum(latency.cold_counts)) == (1, 1, 2)


def test_nothing_has_no_figures(store: Store) -> None:
    """A host that was never asked has zeros, no percentiles, and no error."""
    span = span_of(Preset.DAY, NOON, "UTC")
    latency = store.calls.latency(HOST, span)
    assert (latency.calls.count, latency.calls.p50, latency.cold_longest) == (0, None, None)
    assert len(latency.by_bucket) == len(span.buckets)
    assert store.calls.outcomes(HOST, span) == []
    assert store.calls.used_by_day(HOST, DAY) == {}

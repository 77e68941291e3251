"""Searches as they are recorded: counted, timed, and what they found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import numpy as np
import pytest

from search.calls import OK, SearchRecord
from search.store.store import Store
from search.usage.span import Preset, Span, custom_span, span_of
from search.usage.views import TopProduct
from search.vectors import CLIP, VectorSpace
from tests.catalogues import products, unit_vectors
from tests.recorded import NOON, a_search, days, searches_by_chance, step_of

MINUTE = timedelta(minutes=1)
SPANS = [
    span_of(Preset.HOUR, NOON, "UTC"),
    span_of(Preset.WEEK, NOON + 7 * MINUTE, "Asia/Kathmandu"),
    custom_span(date(2026, 9, 1), NOON.date(), "Europe/Moscow", NOON),
]


def by_step(records: Sequence[SearchRecord], span: Span) -> list[list[SearchRecord]]:
    """Return the searches of every step."""
    steps: list[list[SearchRecord]] = [[] for _ in span.buckets]
    for record in records:
        step = step_of(record.made_at, span)
        if step is not None:
            steps[step].append(record)
    return steps


def is_looked_at(record: SearchRecord, weight: int) -> bool:
    """Tell whether a search is one of those that stand for so many."""
    return record.id.int < 2**128 // weight


@pytest.mark.parametrize("span", SPANS, ids=range(len(SPANS)))
def test_figures_are_those_that_are_counted_one_by_one(store: Store, span: Span) -> None:
    """Every count, the middle one of those above the line, and the best hits' cosines by step."""
    records = searches_by_chance(300, span.since - MINUTE, span.until + MINUTE)
    other = VectorSpace.named("some/other-model")
    store.search_log.write([*records, a_search(span.since, space=other)])
    steps = by_step(records, span)
    found = [record for step in steps for record in step]
    succeeded = [record for record in found if record.outcome == OK]
    figures = store.search_log.figures(CLIP, span)
    assert figures.total == len(found)
    assert figures.failed == len(found) - len(succeeded)
    assert figures.remembered == sum(record.remembered for record in found)
    assert figures.none_above == sum(record.above == 0 for record in succeeded)
    assert figures.above_median == np.median([record.above for record in succeeded])
    assert figures.buckets == span.buckets
    assert list(figures.by_bucket) == [len(step) for step in steps]
    failed = [sum(record.outcome != OK for record in step) for step in steps]
    assert list(figures.failed_by_bucket) == failed
    assert figures.origins == Counter(record.origin for record in found)
    assert figures.people == Counter(record.who for record in found if record.who)
    for best, step in zip(figures.best_by_bucket, steps, strict=True):
        scores = [one.best_similarity for one in step if one.best_similarity is not None]
        true = np.quantile(scores, [0.1, 0.5, 0.9]).tolist() if scores else None
        assert (best and list(best)) == (true and pytest.approx(true))


def test_top_products_are_named_and_pictured(store: Store) -> None:
    """The most frequent best hits first; one that left the catalogue is not among them."""
    store.products.add("test", products(unit_vectors(3)))
    numbers = store.products.numbers(["ART-0", "ART-1", "ART-2"])
    often = {"ART-1": 4, "ART-0": 2, "ART-2": 1}
    hits = [numbers[article] for article, searches in often.items() for _ in range(searches)]
    store.search_log.write([a_search(product_id=number) for number in [*hits, 999, 999, 999]])
    top = store.search_log.figures(CLIP, Span((NOON, NOON + MINUTE)), limit=2).top
    assert list(top) == [
        TopProduct(
            numbers[article],
            {"en": f"Product {article[-1]}", "ru": f"Товар {article[-1]}"},
            article,
            sha256(f"ART {article[-1]}".encode()).hexdigest(),
            often[article],
        )
        for article in ("ART-1", "ART-0")
    ]


def test_a_search_is_counted_once_however_often_it_is_written(store: Store) -> None:
    """The last version of it stays, and the sums follow."""
    span = Span((NOON - days(2), NOON + days(2)))
    first = a_search(who="Anna", above=0)
    store.search_log.write([first])
    store.search_log.write([first, replace(first, who="Ben", above=5, origin="api")])
    figures = store.search_log.figures(CLIP, span)
    assert (figures.total, figures.none_above, figures.above_median) == (1, 0, 5)
    assert (figures.people, figures.origins) == ({"Ben": 1}, {"api": 1})


@pytest.mark.parametrize(("weight", "limit"), [(1, 1000), (4, 200), (16, 20)])
def test_times_are_those_of_searches_that_asked_the_encoder(
    store: Store, monkeypatch: pytest.MonkeyPatch, weight: int, limit: int
) -> None:
    """All of them while there are few; of many one in four or sixteen is looked at.

    Whose time it was is told of warm ones.
    """
    monkeypatch.setattr("search.store.search_times.EXACT_UP_TO", limit)
    span = span_of(Preset.WEEK, NOON, "Asia/Kathmandu")
    records = searches_by_chance(600, span.since - MINUTE, span.until - days(1))
    store.search_log.write(records)
    timed = [record for record in records if record.outcome == OK and not record.remembered]
    looked_at = [one for one in timed if is_looked_at(one, weight)]
    steps = by_step(looked_at, span)
    found = [record for step in steps for record in step]
    latency = store.search_log.latency(CLIP, span)
    assert latency.searches.count == len([one for step in by_step(timed, span) for one in step])
    assert latency.searches.exact is (weight == 1)
    shares = [
        latency.searches.p50,
        latency.searches.p90,
        latency.searches.p95,
        latency.searches.p99,
    ]
    whole = [one.encoder_seconds + one.database_seconds + one.rest_seconds for one in found]
    assert shares == pytest.approx(np.quantile(whole, [0.5, 0.9, 0.95, 0.99]).tolist())
    splits = [latency.split, *latency.split_by_bucket]
    for split, step in zip(splits, [found, *steps], strict=True):
        warm = [one for one in step if not one.cold]
        parts = [
            [one.encoder_seconds for one in warm],
            [one.database_seconds for one in warm],
            [one.rest_seconds for one in warm],
        ]
        true = [float(np.median(part)) if part else None for part in parts]
        for median, expected in zip((split.encoder, split.database, split.rest), true, strict=True):
            assert median == (pytest.approx(expected) if expected else None)


def test_best_hits_of_many_searches_are_taken_from_a_sample(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are those of one in four."""
    monkeypatch.setattr("search.store.search_times.EXACT_UP_TO", 100)
    records = searches_by_chance(400, NOON - days(1), NOON)
    store.search_log.write(records)
    looked_at = [
        one.best_similarity
        for one in records
        if is_looked_at(one, 4) and one.best_similarity is not None
    ]
    [best] = store.search_log.figures(CLIP, Span((NOON - days(1), NOON))).best_by_bucket
    assert best is not None
    assert list(best) == pytest.approx(np.quantile(looked_at, [0.1, 0.5, 0.9]).tolist())


def test_odd_names_cost_no_search(store: Store) -> None:
    """A NUL in a person's name is replaced, a number that is too large leaves its search out."""
    store.search_log.write([a_search(who="An\0na"), a_search(shown=10**12), a_search()])
    figures = store.search_log.figures(CLIP, Span((NOON, NOON + MINUTE)))
    assert (figures.total, figures.people) == (2, {"An\ufffdna": 1})


def test_nothing_has_no_figures(store: Store) -> None:
    """A space in which nobody searched has zeros, and no error."""
    span = span_of(Preset.DAY, NOON, "UTC")
    figures = store.search_log.figures(CLIP, span)
    assert (figures.total, figures.above_median, list(figures.top)) == (0, None, [])
    assert set(figures.best_by_bucket) == {None}
    latency = store.search_log.latency(CLIP, span)
    assert (latency.searches.count, latency.searches.p50, latency.split.rest) == (0, None, None)

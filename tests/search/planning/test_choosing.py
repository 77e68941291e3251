"""Which plan follows from what is there and what was measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from search.planning.building import Build, newest_of_ours
from search.planning.choosing import (
    Advice,
    Way,
    advise,
    best_build,
    choose,
    is_due,
    most_first,
    way_of,
)
from search.planning.plans import EXACT, Inventory, Measured, Method, Plan, VectorIndex

MILLION = 1_000_000
HNSW = VectorIndex(
    id=7,
    name="by_hnsw",
    method=Method.HNSW,
    halfvec=True,
    usable=True,
    lists=0,
    m=16,
    ef_construction=128,
    bytes=1,
)
LISTS = replace(
    HNSW, id=8, name="by_lists", method=Method.IVFFLAT, halfvec=False, lists=100, m=0, bytes=2
)


def there(pictures: int, *indexes: VectorIndex, storage: str = "plain") -> Inventory:
    """Return an inventory of so many pictures and these indexes."""
    return Inventory(pictures, storage, 0, indexes, (), (0, 8, 6))


def reached(index_id: int, parameter: int, recall: float, p50: float, pictures: int) -> Measured:
    """Return what a plan was measured to reach, p50 in milliseconds."""
    when = datetime(2026, 11, 1, tzinfo=UTC)
    seconds = p50 / 1000
    return Measured(index_id, parameter, pictures, 20, recall, seconds, seconds, when)


def test_a_small_catalogue_is_scanned_whatever_indexes_it_has() -> None:
    """Up to 25,000 pictures every one is compared, although nothing was measured."""
    assert choose(there(25_000, HNSW, LISTS), [], 0.98).plan == EXACT


def test_a_scan_that_was_measured_to_be_fast_stays() -> None:
    """A fast machine compares more than 25,000 pictures and misses nothing."""
    measured = [reached(0, 0, 1.0, 24, 60_000), reached(7, 200, 1.0, 2, 60_000)]
    assert choose(there(60_000, HNSW), measured, 0.98).plan == EXACT


def test_above_it_the_fastest_that_reaches_the_target_is_taken() -> None:
    """Neither the fastest of all, which misses too much, nor a slower one that misses less."""
    measured = [
        reached(0, 0, 1.0, 900, MILLION),
        reached(7, 200, 0.97, 5, MILLION),
        reached(7, 400, 0.985, 9, MILLION),
        reached(7, 800, 0.995, 15, MILLION),
        reached(8, 25, 0.99, 90, MILLION),
    ]
    choice = choose(there(MILLION, HNSW, LISTS), measured, 0.98)
    assert choice.plan == Plan.by(HNSW, 400)
    assert choice.measured == measured[2]
    assert not choice.stale


def test_the_founding_index_is_looked_far_into_or_not_used() -> None:
    """With enough probes it reaches the target; where a scan is sooner there, the scan is taken."""
    some = [reached(0, 0, 1.0, 80, 100_000), reached(8, 4, 0.9, 9, 100_000)]
    enough = [*some, reached(8, 13, 0.985, 20, 100_000)]
    assert choose(there(100_000, LISTS), enough, 0.98).plan == Plan.by(LISTS, 13)
    too_slow = [*some, reached(8, 50, 0.985, 95, 100_000)]
    assert choose(there(100_000, LISTS), too_slow, 0.98).plan == EXACT


def test_an_index_that_was_never_measured_is_looked_far_into() -> None:
    """Nobody knows what it reaches yet, so it is not used the quick way."""
    assert choose(there(MILLION, HNSW), [], 0.98).plan == Plan.by(HNSW, 400)
    assert choose(there(MILLION, LISTS), [], 0.98).plan == Plan.by(LISTS, 25)
    # A measurement of the scan alone does not keep an index, built since then, from being used.
    known = [reached(0, 0, 1.0, 900, MILLION)]
    choice = choose(there(MILLION, LISTS, HNSW), known, 0.98)
    assert choice.plan == Plan.by(HNSW, 400)
    assert choice.measured is None


def test_what_was_measured_of_an_index_that_is_gone_counts_no_more() -> None:
    """A dropped index, or one of another distance, is not searched by."""
    measured = [reached(0, 0, 1.0, 900, MILLION), reached(7, 200, 1.0, 5, MILLION)]
    assert choose(there(MILLION), measured, 0.98).plan == EXACT
    other = replace(HNSW, usable=False)
    assert choose(there(MILLION, other), measured, 0.98).plan == EXACT


@pytest.mark.parametrize(("pictures", "stale"), [(1_190_000, False), (1_210_000, True)])
def test_a_fifth_more_pictures_make_a_measurement_old(pictures: int, stale: bool) -> None:  # noqa: FBT001 - a parameter of the test
    """It is said, and measured anew."""
    measured = [reached(0, 0, 1.0, 900, MILLION), reached(7, 200, 0.99, 5, MILLION)]
    inventory = there(pictures, HNSW)
    choice = choose(inventory, measured, 0.98)
    assert choice.plan == Plan.by(HNSW, 200)
    assert choice.stale is stale
    assert is_due(inventory, measured, 25_000) is stale
    assert (Advice.MEASURE in advise(inventory, measured, choice)) is stale


def test_small_catalogues_are_never_measured_by_themselves() -> None:
    """There is nothing to choose between."""
    assert not is_due(there(25_000, HNSW), [], 25_000)
    assert is_due(there(25_001), [], 25_000)


def test_what_would_be_better_is_said() -> None:
    """A slow scan wants an index, vectors beside their rows want to be inside, rests want to go."""
    slow = there(MILLION)
    assert Advice.BUILD in advise(slow, [], choose(slow, [], 0.98))
    small = there(5000)
    assert advise(small, [], choose(small, [], 0.98)) == ()
    beside = there(5000, storage="external")
    assert advise(beside, [], choose(beside, [], 0.98)) == (Advice.STORAGE_PLAIN,)
    rest = replace(small, leftovers=("half_built",))
    assert advise(rest, [], choose(rest, [], 0.98)) == (Advice.DROP_LEFTOVERS,)
    indexed = there(MILLION, HNSW)
    assert Advice.BUILD not in advise(indexed, [], choose(indexed, [], 0.98))


def test_half_precision_is_built_where_the_server_knows_it() -> None:
    """It is half as large; pgvector has it from 0.7 on."""
    assert best_build(there(1)) == "halfvec"
    assert best_build(replace(there(1), pgvector=(0, 6, 2))) == "hnsw"


def test_a_build_says_what_it_runs_and_how_it_is_taken_back() -> None:
    """The statement is the one that will run, and names itself for the way back."""
    build = Build("halfvec", "image_embeddings_1", "image_embeddings_1_halfvec", 512, MILLION, 1, 1)
    assert build.statement == (
        'CREATE INDEX CONCURRENTLY "image_embeddings_1_halfvec"'
        ' ON likeness."image_embeddings_1" USING hnsw'
        " ((image_embedding::halfvec(512)) halfvec_cosine_ops) WITH (m = 16, ef_construction = 128)"
    )
    assert build.undo == 'DROP INDEX CONCURRENTLY likeness."image_embeddings_1_halfvec"'
    assert replace(build, memory=build.needed).seconds < build.seconds
    ours = replace(HNSW, name="image_embeddings_1_halfvec")
    assert newest_of_ours(there(1, LISTS, ours), "image_embeddings_1") == ours.name
    assert newest_of_ours(there(1, LISTS), "image_embeddings_1") is None


def test_few_products_are_read_first_and_many_are_left_out_afterwards() -> None:
    """A part of two per cent is read; of half the catalogue an index finds the nearest sooner."""
    plan = Plan.by(HNSW, 400)
    assert way_of(plan, 20_000, MILLION) is Way.FIRST
    assert way_of(plan, 500_000, MILLION) is Way.AFTER
    assert way_of(EXACT, 20_000, MILLION) is Way.FIRST
    assert way_of(EXACT, 500_000, MILLION) is Way.SCAN
    assert most_first(plan, MILLION) < most_first(EXACT, MILLION)

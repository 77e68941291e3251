"""A large catalogue is counted by a sample of it; here "large" begins above 200 pictures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import numpy as np
import pytest

from search.store import samples as samples_module
from search.store.embedded import EmbeddedServer
from search.store.samples import Sample, Sampling
from search.store.store import Store
from search.tuning.scales import THRESHOLDS, Integers, Scale, bins
from search.tuning.suggestion import suggest
from search.vectors import CLIP, Embedding, Vector
from tests.catalogues import products, unit_vectors
from tests.search.store.sampled_tables import lent, opened

PRODUCTS, PICTURES, SAMPLED = 800, 1200, 300
LOWERED = Sampling(above=200, products=SAMPLED)
PATIENCE = 20.0
DRAWS = 30


def load(store: Store) -> None:
    """Store 800 products: every other one has two pictures."""
    store.products.add("test", products(unit_vectors(PICTURES)))
    with store.database.connection() as connection, connection.transaction():
        for table in ("pictures", "image_embeddings"):
            connection.execute(
                f"UPDATE likeness.{table} SET product_id = 2 * (product_id - {PRODUCTS})"  # noqa: S608 - ours
                f" WHERE product_id > {PRODUCTS}"
            )
        connection.execute(f"DELETE FROM likeness.products WHERE id > {PRODUCTS}")  # noqa: S608 - ours


@pytest.fixture(scope="module")
def loaded(server: EmbeddedServer, _migrated: str) -> Iterator[str]:
    """Return a database with the catalogue, which the tests that use it leave as it is."""
    with lent(server, _migrated, "sampled_catalogue", load, LOWERED) as conninfo:
        yield conninfo


@pytest.fixture(scope="module")
def sampled(loaded: str) -> Iterator[Store]:
    """Return the catalogue as a large one."""
    with opened(loaded, LOWERED) as store:
        yield store


@pytest.fixture(scope="module")
def whole(loaded: str) -> Iterator[Store]:
    """Return the same catalogue as a small one, of which everything is counted."""
    with opened(loaded, Sampling()) as store:
        yield store


@pytest.fixture
def changing(conninfo: str) -> Iterator[Store]:
    """Return a catalogue of the test's own, a large one without a sample yet."""
    with opened(conninfo, LOWERED) as store:
        load(store)
        yield store


def queries(count: int) -> list[Embedding]:
    """Return photos' embeddings."""
    return [Embedding(vector, CLIP) for vector in unit_vectors(count, seed=5)]


def the_sample(store: Store) -> Sample:
    """Return the sample that there is."""
    found = store.samples.of(CLIP)
    assert found is not None
    return found


def members(store: Store) -> dict[int, int]:
    """Return how many pictures each product of the sample has there."""
    with store.database.connection() as connection:
        return dict(
            connection.execute(
                "SELECT product_id, count(*) FROM likeness.sample_vectors GROUP BY product_id"
            ).fetchall()
        )


def execute(store: Store, statement: str) -> None:
    """Change something behind the program's back."""
    with store.database.connection() as connection:
        connection.execute(statement)


def test_a_small_catalogue_has_no_sample(whole: Store, store: Store) -> None:
    """It is counted exactly, and so is an empty one."""
    store.products.add("test", products(unit_vectors(3)))
    made = store.comparisons.compare(queries(1)[0])
    assert store.samples.of(CLIP) is None
    assert made.distribution.sampled is None
    assert set(made.distribution.margins()) == {0}
    assert whole.comparisons.compare(queries(1)[0]).distribution.total == PRODUCTS


def test_products_are_sampled_with_all_their_pictures(sampled: Store) -> None:
    """The best picture of a sampled product is the best one it has."""
    found = members(sampled)
    assert len(found) == SAMPLED == the_sample(sampled).sampled
    assert (the_sample(sampled).products, the_sample(sampled).pictures) == (PRODUCTS, PICTURES)
    assert all(pictures == (1 if product % 2 else 2) for product, pictures in found.items())


@pytest.mark.parametrize("scale", Scale)
def test_estimates_lie_within_their_margins(sampled: Store, whole: Store, scale: Scale) -> None:
    """For most of a hundred lines the true number is no further off than was said."""
    centre = sampled.comparisons.centre(CLIP)
    within, rng = 0, np.random.default_rng(3)
    for query in queries(20):
        guess = sampled.comparisons.compare(query, scale, centre).distribution
        exact = whole.comparisons.compare(query, scale, centre).distribution
        assert guess.sampled == SAMPLED
        assert guess.total == exact.total == PRODUCTS
        spread = np.flatnonzero((np.array(exact.margins()) == 0) & (np.array(guess.margins()) > 0))
        spread = spread[np.array(exact.counts)[spread] > 0]
        for line in THRESHOLDS[rng.choice(spread, 5)]:
            within += abs(guess.passing(line) - exact.passing(line)) <= guess.margin(line)
    assert within >= 88


@pytest.mark.parametrize("scale", Scale)
def test_the_best_are_counted(sampled: Store, whole: Store, scale: Scale) -> None:
    """Above the fiftieth hit the numbers are exact, and the best are the same by name."""
    centre = sampled.comparisons.centre(CLIP)
    for query in queries(3):
        guess = sampled.comparisons.compare(query, scale, centre)
        exact = whole.comparisons.compare(query, scale, centre)
        known = guess.distribution.exact_from
        assert known == bins(guess.scores).min() + 1
        assert guess.distribution.counts[known:] == exact.distribution.counts[known:]
        assert sum(guess.distribution.counts[known:]) > 10
        assert set(guess.distribution.margins()[known:]) == {0}
        assert guess.product_ids == exact.product_ids
        assert guess.best == pytest.approx(exact.best)
        assert suggest(guess.distribution) == suggest(exact.distribution)


def test_the_centre_is_the_samples_mean(sampled: Store, whole: Store) -> None:
    """It costs what the sample costs and lies where the whole catalogue's does."""
    guess, exact = sampled.comparisons.centre(CLIP), whole.comparisons.centre(CLIP)
    assert guess is not None
    assert exact is not None
    assert guess @ exact / np.linalg.norm(guess) / np.linalg.norm(exact) > 0.995
    assert not np.array_equal(guess, exact)


def test_what_was_estimated_is_kept_as_an_estimate(sampled: Store) -> None:
    """Read back it still says of how many products it speaks, and which counts are exact."""
    stamp, photo = sampled.comparisons.stamp(CLIP), bytes(32)
    made = sampled.comparisons.compare(queries(1)[0])
    sampled.comparisons.save(photo, CLIP, Scale.COSINE, stamp, made)
    read = sampled.comparisons.read([photo], CLIP, Scale.COSINE, stamp)
    assert read == {photo: made}


@pytest.mark.parametrize("scale", Scale)
def test_drawn_products_come_from_both_and_as_often(sampled: Store, scale: Scale) -> None:
    """Of a band across the known ones' edge each product has the same chance, known or sampled."""
    query, centre = queries(1)[0], sampled.comparisons.centre(CLIP)
    made = sampled.comparisons.compare(query, scale, centre)
    edge, rng = made.distribution.exact_from, np.random.default_rng(1)
    band = edge - 3, 201
    drawn = [
        sampled.pairs.draw(query, scale, band, excluded=[], seed=int(rng.integers(2**63)))
        for _ in range(DRAWS)
    ]
    found = [one for one in drawn if one is not None]
    assert len(found) == DRAWS
    assert all(bins(one.value) >= band[0] for one in found)
    top = sum(int(bins(one.value)) >= edge for one in found)
    counts: Integers = np.array(made.distribution.counts)
    share = counts[edge:].sum() / counts[band[0] :].sum()
    # Three standard errors.
    assert abs(top / DRAWS - share) < 3 * np.sqrt(share * (1 - share) / DRAWS)
    best = [one for one in found if one.product_id in made.product_ids]
    for one in best:
        place = made.product_ids.index(one.product_id)
        assert one.value == pytest.approx(made.scores[place])


def test_who_has_no_patience_sees_the_best(changing: Store) -> None:
    """While the sample is drawn the best products are known, and nothing else is claimed."""
    space_id = changing.spaces.id_of(CLIP)
    with changing.database.patient_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (samples_module._DRAWING, space_id))
        made = changing.comparisons.compare(queries(1)[0], patience=0.01)
    assert made.distribution.sampled == 0
    assert made.distribution.total == len(made.product_ids) == 50
    assert suggest(made.distribution) is None
    assert set(made.distribution.margins()) == {0}
    later = changing.comparisons.compare(queries(1)[0])
    assert later.distribution.sampled == SAMPLED
    assert later.product_ids == made.product_ids


def test_many_who_need_it_draw_it_once(changing: Store, conninfo: str) -> None:
    """Threads and processes that meet a large catalogue at once wait for one and the same."""
    found: list[Sample] = []
    with opened(conninfo, LOWERED) as other:
        threads = [
            threading.Thread(target=lambda one=one: found.append(the_sample(one)))
            for one in (changing, other) * 4
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert len(found) == 8
    assert sum(members(changing).values()) <= 2 * SAMPLED
    assert len(members(changing)) == SAMPLED


def test_it_is_drawn_before_anybody_asks_once_nothing_more_comes(changing: Store) -> None:
    """What was imported is sampled as soon as the import rests: a search finds the sample there."""
    samples = changing.samples
    samples.follow()
    assert members(changing) == {}
    changing.products.add("test", products(unit_vectors(30, seed=7), prefix="FEW"))
    samples.follow()  # more has come since: who knows how much will
    assert members(changing) == {}
    samples.follow()
    assert len(members(changing)) == SAMPLED
    execute(changing, "DELETE FROM likeness.sample_vectors")
    samples.follow()  # nothing has changed, so nothing is looked at again
    assert members(changing) == {}


def test_it_stays_when_little_changes_and_follows_when_much_does(changing: Store) -> None:
    """A sample is drawn anew after 5 % more or less, or a day; most of its products stay."""
    refresh: Callable[[], None] = changing.maintain
    refresh()
    first, there = the_sample(changing), members(changing)
    changing.products.add("test", products(unit_vectors(30, seed=7), prefix="FEW"))
    refresh()
    assert the_sample(changing) == first
    changing.products.add("test", products(unit_vectors(60, seed=8), prefix="MANY"))
    refresh()
    second = the_sample(changing)
    assert (second.products, second.pictures) == (PRODUCTS + 90, PICTURES + 90)
    assert len(set(members(changing)) & set(there)) > 0.8 * SAMPLED
    changing.products.add("test", products(unit_vectors(1, seed=9), prefix="ONE"))
    refresh()
    assert the_sample(changing) == second
    execute(changing, "UPDATE likeness.samples SET made_at = now() - interval '25 hours'")
    refresh()
    assert the_sample(changing).products == PRODUCTS + 91


def test_a_catalogue_that_is_no_longer_large_is_counted_again(changing: Store) -> None:
    """The sample goes with the products."""
    changing.maintain()
    execute(changing, "DELETE FROM likeness.products WHERE id > 100")
    changing.maintain()
    assert changing.samples.of(CLIP) is None
    assert members(changing) == {}
    assert changing.comparisons.compare(queries(1)[0]).distribution.total == 100


def test_many_pictures_a_product_make_a_sample_of_fewer(changing: Store) -> None:
    """What is looked at is bounded, however the pictures are spread."""
    changing.samples._sampling = Sampling(above=200, products=SAMPLED, pictures=150)
    assert the_sample(changing).sampled == 100
    vectors: Vector = unit_vectors(PICTURES)
    assert changing.comparisons.compare(Embedding(vectors[0], CLIP)).best == pytest.approx(1)

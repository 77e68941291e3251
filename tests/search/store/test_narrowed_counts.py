"""How the products that a search is narrowed to score, against NumPy; here "large" is above 200."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from search.hits import Distribution
from search.narrowing import Narrow, PriceRange
from search.store import samples as samples_module
from search.store.embedded import EmbeddedServer
from search.store.narrowed_counts import LEAST_SAMPLED, Narrowed
from search.store.samples import Sampling
from search.store.store import Store
from search.tuning.scales import BINS, THRESHOLDS, Floats, Integers, Scale, bins
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors
from tests.search.store.sampled_tables import lent, opened

# Every product has a picture; the first hundred have a second one.
PRODUCTS, PICTURES, SAMPLED = 800, 900, 300
LOWERED = Sampling(above=200, products=SAMPLED)
FIVE_EIGHTHS = Narrow(categories=("many",))
THREE_EIGHTHS = Narrow(categories=("fewer",))
# The prices of the products are 100, 101 and so on.
FEW = Narrow(price=PriceRange(Decimal(150), Decimal(200), "RUB"))
NARROWS = {
    "most": FIVE_EIGHTHS,
    "few": FEW,
    "both": replace(FEW, categories=("fewer",)),
    "one": Narrow(price=PriceRange(Decimal(107), Decimal(107))),
    "none": Narrow(projects=("nothing",)),
}
VECTORS = unit_vectors(PICTURES)
QUERIES = [Embedding(vector, CLIP) for vector in unit_vectors(20, seed=5)]


def load(store: Store) -> None:
    """Store the catalogue: product i has picture i, and the first hundred one more each."""
    made = products(VECTORS)
    store.products.add(
        "test",
        [
            replace(one, category_id="many" if number % 8 < 5 else "fewer")
            for number, one in enumerate(made)
        ],
    )
    with store.database.connection() as connection, connection.transaction():
        for table in ("pictures", "image_embeddings"):
            connection.execute(
                f"UPDATE likeness.{table} SET product_id = product_id - {PRODUCTS}"  # noqa: S608 - ours
                f" WHERE product_id > {PRODUCTS}"
            )
        connection.execute(f"DELETE FROM likeness.products WHERE id > {PRODUCTS}")  # noqa: S608 - ours


@pytest.fixture(scope="module")
def loaded(server: EmbeddedServer, _migrated: str) -> Iterator[str]:
    """Return a database with the catalogue, which the tests that use it leave as it is."""
    with lent(server, _migrated, "narrowed_catalogue", load, LOWERED) as conninfo:
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


def fulfilling(narrow: Narrow) -> Integers:
    """Return which products fulfil it, from 0."""
    numbers = np.arange(PRODUCTS)
    kept = numbers >= 0
    if narrow.categories:
        kept = (numbers % 8 < 5) == (narrow.categories == ("many",))
    if narrow.projects:
        kept &= numbers < 0
    if narrow.price:
        lowest, highest = (float(end or 0) for end in (narrow.price.lowest, narrow.price.highest))
        kept &= (numbers + 100 >= lowest) & (numbers + 100 <= highest)
    return numbers[kept]


def scores(query: Embedding, scale: Scale, store: Store, narrow: Narrow) -> Floats:
    """Return the score of every product that fulfils it, by its best picture and definitions."""
    stored, asked = VECTORS.astype(np.float64), query.vector.astype(np.float64)
    if scale is Scale.CENTRED:
        centre = store.comparisons.centre(CLIP)
        assert centre is not None
        stored, asked = stored - centre, asked - centre
    cosines = stored @ asked / np.linalg.norm(stored, axis=1) / np.linalg.norm(asked)
    best = cosines[:PRODUCTS].copy()
    more = PICTURES - PRODUCTS
    best[:more] = np.maximum(best[:more], cosines[PRODUCTS:])
    found: Floats = best[fulfilling(narrow)]
    return 1 - (found.max() - found) if scale is Scale.RELATIVE and found.size else found


def count(store: Store, asked: Narrowed, patience: float | None = None) -> Distribution:
    """Count as an engine has it done."""
    return store.narrowed_counts.count(
        asked, lambda: store.facets.products(CLIP, asked.narrow), patience=patience
    )


def asked_of(store: Store, query: Embedding, narrow: Narrow, scale: Scale) -> Narrowed:
    """Ask how what fulfils `narrow` scores."""
    return Narrowed(query, narrow, scale, store.comparisons.centre(CLIP))


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("name", NARROWS)
def test_what_fulfils_it_is_counted_once(whole: Store, name: str, scale: Scale) -> None:
    """As many at each hundredth as NumPy counts, read one by one or picked from all of them."""
    narrow = NARROWS[name]
    for query in QUERIES[:3]:
        made = count(whole, asked_of(whole, query, narrow, scale))
        expected = np.bincount(bins(scores(query, scale, whole, narrow)), minlength=BINS)
        assert made.counts == tuple(expected)
        assert (made.sampled, made.narrowed) == (None, True)
        assert set(made.margins()) == {0}


@pytest.mark.parametrize("scale", Scale)
def test_cards_and_bins_are_on_one_scale(whole: Store, scale: Scale) -> None:
    """What is found scores as it is counted: 1 is the best of those that are left."""
    asked = asked_of(whole, QUERIES[0], FEW, scale)
    hits = whole.embeddings.nearest(QUERIES[0], 60, scale, asked.centre, FEW)
    assert len(hits) == 51
    made = count(whole, asked)
    assert made.counts == tuple(np.bincount(bins([hit.score for hit in hits]), minlength=BINS))


def test_the_best_may_be_given(whole: Store) -> None:
    """A product that is searched with is more like itself than any that is left."""
    asked = replace(asked_of(whole, QUERIES[0], FEW, Scale.RELATIVE), best=1.0)
    cosines = count(whole, asked_of(whole, QUERIES[0], FEW, Scale.COSINE))
    assert count(whole, asked).counts == cosines.counts


def test_the_whole_catalogue_is_counted_as_before(whole: Store) -> None:
    """Narrowing a search changes nothing about what is kept of a photo."""
    before = whole.comparisons.compare(QUERIES[0])
    count(whole, asked_of(whole, QUERIES[0], FIVE_EIGHTHS, Scale.COSINE))
    assert whole.comparisons.compare(QUERIES[0]) == before
    assert not before.distribution.narrowed
    assert before.distribution.total == PRODUCTS
    with whole.database.connection() as connection:
        kept = connection.execute("SELECT count(*) FROM likeness.comparisons").fetchone()
    assert kept == (0,)


@pytest.mark.parametrize("scale", Scale)
def test_many_are_estimated_within_their_margins(
    sampled: Store, whole: Store, scale: Scale
) -> None:
    """From those of the sample that fulfil it; for most lines the truth is within the margin."""
    within, rng = 0, np.random.default_rng(3)
    for query in QUERIES:
        asked = asked_of(sampled, query, FIVE_EIGHTHS, scale)
        guess, exact = count(sampled, asked), count(whole, asked)
        assert LEAST_SAMPLED < (guess.sampled or 0) < SAMPLED
        assert guess.total == exact.total == PRODUCTS * 5 // 8
        spread = np.flatnonzero((np.array(guess.margins()) > 0) & (np.array(exact.counts) > 0))
        for line in THRESHOLDS[rng.choice(spread, 5)]:
            within += abs(guess.passing(line) - exact.passing(line)) <= guess.margin(line)
    assert within >= 88


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.parametrize("best", [None, 1.0])
def test_the_best_of_many_are_counted(
    sampled: Store, whole: Store, scale: Scale, best: float | None
) -> None:
    """Above the fiftieth that fulfils it the numbers are exact, whatever 1 stands for."""
    for query in QUERIES[:3]:
        asked = replace(asked_of(sampled, query, FIVE_EIGHTHS, scale), best=best)
        guess, exact = count(sampled, asked), count(whole, asked)
        known = guess.exact_from
        assert guess.counts[known:] == exact.counts[known:]
        assert 10 < sum(guess.counts[known:]) <= 50
        assert set(guess.margins()[known:]) == {0}


@pytest.mark.parametrize("scale", Scale)
def test_few_of_a_large_catalogue_are_counted(sampled: Store, whole: Store, scale: Scale) -> None:
    """No more than a sample has are looked at themselves."""
    for narrow in (THREE_EIGHTHS, FEW):
        asked = asked_of(sampled, QUERIES[0], narrow, scale)
        made = count(sampled, asked)
        assert made.sampled is None
        assert made == count(whole, asked)


def test_few_need_no_sample(changing: Store) -> None:
    """While it is being drawn for the first time, what is left by a filter is known at once."""
    space_id = changing.spaces.id_of(CLIP)
    asked = Narrowed(QUERIES[0], FEW)
    with changing.database.patient_connection() as other, other.transaction():
        other.execute("SELECT pg_advisory_xact_lock(%s, %s)", (samples_module._DRAWING, space_id))
        few = count(changing, asked, patience=0.01)
        many = count(changing, replace(asked, narrow=FIVE_EIGHTHS), patience=0.01)
    assert (few.total, few.sampled) == (51, None)
    assert (many.total, many.sampled, many.narrowed) == (50, 0, True)
    assert set(many.margins()) == {0}


def test_what_the_sample_hardly_has_is_counted(changing: Store) -> None:
    """Products that came after it was drawn are not in it: nothing is made up about them."""
    changing.samples.refresh(CLIP)
    with changing.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.products SET project = 'new' WHERE id NOT IN"
            " (SELECT product_id FROM likeness.sample_vectors)"
        )
    narrow = Narrow(projects=("new",))
    for scale in Scale:
        made = count(changing, asked_of(changing, QUERIES[0], narrow, scale))
        assert (made.total, made.sampled) == (PRODUCTS - SAMPLED, None)

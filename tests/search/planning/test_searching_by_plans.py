"""Searching by each plan: what it finds, and that it is the one that was chosen."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest

from search.narrowing import Narrow, PriceRange
from search.planning.choosing import Choice
from search.planning.plans import EXACT, Plan
from search.store import embeddings
from search.store.nearest import ask, candidates, indexes_used
from search.store.spaces import partition
from search.tuning.scales import Scale
from search.vectors import CLIP
from tests.search.planning.conftest import PRODUCTS, Indexed, query

PLANS = [("by_hnsw", 100), ("by_half", 100), ("by_lists", 100)]
PGVECTOR = (0, 8, 6)


@pytest.fixture
def searched(indexed: Indexed, monkeypatch: pytest.MonkeyPatch) -> Indexed:
    """Return the catalogue with the exact plan, until the test chooses another."""
    choose(indexed, EXACT, monkeypatch)
    return indexed


def choose(indexed: Indexed, plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have searches use this plan."""
    inventory = indexed.store.search_plans.inventory(CLIP)
    found = inventory, Choice(plan)
    monkeypatch.setattr(indexed.store.search_plans, "chosen", lambda _: found)


def articles(indexed: Indexed, limit: int, narrow: Narrow | None = None) -> list[str]:
    """Return the articles that a search finds."""
    hits = indexed.store.embeddings.nearest(query(), limit, narrow=narrow)
    return [hit.product.article for hit in hits]


def test_each_plan_uses_its_own_index_and_the_exact_scan_none(indexed: Indexed) -> None:
    """Three indexes could serve the same query: the server takes the one of the plan."""
    plans = [EXACT, *(indexed.plan(name, parameter) for name, parameter in PLANS)]
    table = partition(indexed.store.spaces.id_of(CLIP))
    used = []
    with indexed.store.database.connection() as connection:
        for plan in plans:
            found = candidates(
                table, plan, Scale.COSINE, dimensions=512, pictures=100, pgvector=PGVECTOR
            )
            asked = {"photo": query().vector, "query": query().vector, "pictures": 100}
            used.append(indexes_used(connection, found, asked))
    assert used == [set(), {"by_hnsw"}, {"by_half"}, {"by_lists"}]


@pytest.mark.parametrize(("name", "parameter"), PLANS)
def test_an_index_finds_nearly_what_a_scan_finds(
    searched: Indexed, monkeypatch: pytest.MonkeyPatch, name: str, parameter: int
) -> None:
    """Best first, with the same similarity to the last digit: also where the index halves them."""
    choose(searched, searched.plan(name, parameter), monkeypatch)
    hits = searched.store.embeddings.nearest(query(), 50)
    true_nearest = set(searched.nearest(query().vector, 50))
    assert len(true_nearest & {hit.product.article for hit in hits}) >= 48
    rows = [int(hit.product.article.removeprefix("ART-")) for hit in hits]
    true = searched.vectors[rows] @ query().vector
    assert [hit.similarity for hit in hits] == pytest.approx(true, abs=1e-6)
    assert sorted(true, reverse=True) == pytest.approx(true)


@pytest.mark.parametrize("limit", [60, 240, 700])
def test_no_index_ends_the_list_early(
    searched: Indexed, monkeypatch: pytest.MonkeyPatch, limit: int
) -> None:
    """HNSW gives 40 rows by itself and 1,000 at most; whoever asks for more gets more."""
    choose(searched, searched.plan("by_hnsw", 40), monkeypatch)
    assert len(articles(searched, limit)) == limit


def test_settings_end_with_the_query(indexed: Indexed) -> None:
    """The next one on the same connection has the server's own again."""
    plan = indexed.plan("by_hnsw", 777)
    found = candidates(
        partition(indexed.store.spaces.id_of(CLIP)),
        plan,
        Scale.COSINE,
        dimensions=512,
        pictures=10,
        pgvector=PGVECTOR,
    )
    names = "enable_seqscan", "enable_sort", "hnsw.ef_search"
    asked = {"photo": query().vector, "query": query().vector, "pictures": 10}
    with indexed.store.database.connection() as connection:

        def settings() -> list[str]:
            return [
                connection.execute("SELECT current_setting(%s)", (name,)).fetchall()[0][0]
                for name in names
            ]

        connection.execute("SELECT '[1]'::vector")  # so that the server knows pgvector's settings
        before = settings()
        for _ in range(7):  # as often as psycopg needs to prepare a statement
            assert len(ask(connection, found.statement, asked, found.settings)) == 10
        assert settings() == before


def test_the_exact_scan_misses_nothing_beside_three_indexes(searched: Indexed) -> None:
    """Also when it was asked so often that the server keeps its plan."""
    for _ in range(7):
        assert articles(searched, 50) == searched.nearest(query().vector, 50)


@pytest.mark.parametrize("name", ["exact", "by_hnsw"])
def test_a_small_part_of_the_catalogue_is_searched_whole(
    searched: Indexed, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Of thirty products in a range of prices all come, best first, whatever the plan."""
    if name != "exact":
        choose(searched, searched.plan(name, 40), monkeypatch)
    narrow = Narrow(price=PriceRange(Decimal(300), Decimal(329), "RUB"))
    among = searched.vectors[200:230]
    expected = [f"ART-{200 + row}" for row in np.argsort(-(among @ query().vector))]
    assert articles(searched, 50, narrow) == expected


@pytest.mark.parametrize("name", ["exact", "by_hnsw", "by_half", "by_lists"])
def test_a_large_part_is_filled_up_as_well(
    searched: Indexed, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Of half the catalogue an index finds enough, and nothing that was to be left out."""
    if name != "exact":
        choose(searched, searched.plan(name, 100), monkeypatch)
    narrow = Narrow(price=PriceRange(highest=Decimal(100 + PRODUCTS // 2 - 1)))
    found = articles(searched, 50, narrow)
    order = np.argsort(-(searched.vectors[: PRODUCTS // 2] @ query().vector))[:50]
    assert len(found) == len(set(found)) == 50
    assert len(set(found) & {f"ART-{row}" for row in order}) >= 45


def test_narrowing_by_nothing_changes_nothing(searched: Indexed) -> None:
    """And narrowing to what is not there finds nothing."""
    assert articles(searched, 50, Narrow()) == articles(searched, 50)
    assert articles(searched, 50, Narrow(projects=("nobody's",))) == []
    both = Narrow(categories=("things",), price=PriceRange(Decimal(100), Decimal(100)))
    assert articles(searched, 50, both) == ["ART-0"]


def test_the_centred_scale_orders_what_an_index_finds(
    searched: Indexed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a large catalogue its best come from the index, in the order of the centred distance."""
    centre = searched.vectors.mean(axis=0)
    exact = searched.store.embeddings.nearest(query(), 50, Scale.CENTRED, centre)
    monkeypatch.setattr(embeddings, "CENTRED_EXACT_UP_TO", 100)
    choose(searched, searched.plan("by_hnsw", 400), monkeypatch)
    found = searched.store.embeddings.nearest(query(), 50, Scale.CENTRED, centre)
    scores = [hit.score for hit in found]
    assert scores == sorted(scores, reverse=True)
    assert len({h.product.id for h in exact} & {h.product.id for h in found}) >= 45
    by_id = {hit.product.id: hit for hit in exact}
    both = [(hit, by_id[hit.product.id]) for hit in found if hit.product.id in by_id]
    assert [a.score for a, _ in both] == pytest.approx([b.score for _, b in both], abs=1e-5)
    assert [a.similarity for a, _ in both] == pytest.approx([b.similarity for _, b in both])

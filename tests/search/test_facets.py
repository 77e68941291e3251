"""What a search can be narrowed by, counted as a person expects who ticks one after another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from search.facets import Facet, Faceting
from search.narrowing import Narrow, PriceRange, Trait
from search.store.facets import FacetCounts
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import unit_vectors

NAMES = {
    "mugs": {"en": "Mugs", "ru": "Кружки"},
    "bags": {"en": "Bags", "ru": "Сумки"},
    "pens": {"en": "Pens", "ru": "Ручки"},
}


@dataclass(frozen=True, slots=True)
class Thing:
    """A product as far as it is counted."""

    category: str | None = None
    project: str | None = None
    region: str | None = None
    price: str | None = None
    currency: str | None = "RUB"
    vectors: int = 1


GOODS = (
    Thing("mugs", "Forum", "Ural", "100"),
    Thing("mugs", "Forum", "Ural", "300"),
    Thing("mugs", "Ёлка", "Volga", "2.50", "USD"),
    Thing("bags", "Forum", "Volga", "900", vectors=2),
    Thing("bags", None, "Ural"),
    Thing("pens", "Forum", "Ural", "50", vectors=0),
)


def write(store: Store, things: Sequence[Thing]) -> None:
    """Put things into the catalogue, each with as many pictures and vectors as it has."""
    space = store.spaces.id_of(CLIP)
    vectors = iter(unit_vectors(sum(thing.vectors for thing in things) + 1))
    with store.database.connection() as connection:
        for key, name in NAMES.items():
            connection.execute(
                "INSERT INTO likeness.categories VALUES (%s, %s) ON CONFLICT DO NOTHING",
                (key, Jsonb(name)),
            )
        for thing in things:
            row = connection.execute(
                "INSERT INTO likeness.products (source, key, article_number, name, category_id,"
                " project, region, price, currency)"
                " SELECT 'shop', count(*), count(*), '{}', %s, %s, %s, %s, %s"
                " FROM likeness.products RETURNING id",
                (
                    thing.category,
                    thing.project,
                    thing.region,
                    thing.price and Decimal(thing.price),
                    thing.price and thing.currency,
                ),
            ).fetchone()
            assert row
            for number in range(thing.vectors):
                picture = connection.execute(
                    "INSERT INTO likeness.pictures (product_id, address) VALUES (%s, %s)"
                    " RETURNING id",
                    (row[0], f"https://shop.example/{number}.png"),
                ).fetchone()
                assert picture
                connection.execute(
                    "INSERT INTO likeness.image_embeddings"
                    " (space_id, picture_id, product_id, image_embedding) VALUES (%s, %s, %s, %s)",
                    (space, picture[0], row[0], np.asarray(next(vectors))),
                )


@pytest.fixture
def facets(store: Store) -> Faceting:
    """Count a catalogue of five things that can be found, and one that cannot."""
    write(store, GOODS)
    return Faceting(store.facets, lambda: CLIP)


def said(facets: Sequence[Facet]) -> dict[str, dict[str, int]]:
    """Return the counts by trait and value, in their order."""
    return {
        facet.trait.value: {value.value: value.products for value in facet.values}
        for facet in facets
    }


def test_everything_is_counted_that_can_be_found(facets: Faceting) -> None:
    """Once each, whatever pictures it has; what has no vector and what says nothing is not."""
    found = facets.count()
    assert found.products == 5
    assert said(found.facets) == {
        "category": {"mugs": 3, "bags": 2},
        "project": {"Forum": 3, "Ёлка": 1},
        "region": {"Ural": 3, "Volga": 2},
    }
    assert found.facets[0].values[0].name == NAMES["mugs"]
    assert [(s.currency, s.lowest, s.highest, s.products) for s in found.prices] == [
        ("RUB", 100, 900, 3),
        ("USD", Decimal("2.5"), Decimal("2.5"), 1),
    ]
    assert found.unpriced == 1


def test_each_facet_is_counted_with_the_others_applied(facets: Faceting) -> None:
    """So a second category shows what it would add, and a project what it would leave."""
    mugs = facets.count(Narrow(categories=("mugs",)))
    assert mugs.products == 3
    assert said(mugs.facets) == {
        "category": {"mugs": 3, "bags": 2},
        "project": {"Forum": 2, "Ёлка": 1},
        "region": {"Ural": 2, "Volga": 1},
    }
    assert mugs.unpriced == 0
    both = facets.count(Narrow(categories=("mugs",), regions=("Ural",)))
    assert (both.products, said(both.facets)["region"]) == (2, {"Ural": 2, "Volga": 1})
    assert said(both.facets)["category"] == {"mugs": 2, "bags": 1}


def test_prices_are_counted_without_the_range(facets: Faceting) -> None:
    """What the catalogue costs stays in view, and how much of it has no price."""
    found = facets.count(Narrow(price=PriceRange(lowest=Decimal(200), currency="RUB")))
    assert found.products == 2
    assert said(found.facets)["category"] == {"bags": 1, "mugs": 1}
    assert [(s.currency, s.products) for s in found.prices] == [("RUB", 3), ("USD", 1)]
    assert found.unpriced == 1
    assert facets.unpriced(Narrow(categories=("mugs",), price=PriceRange(Decimal(1)))) == 0


def test_a_chosen_value_is_always_there(facets: Faceting) -> None:
    """With nothing left of it, and where others are more frequent: it can be taken back."""
    found = facets.count(Narrow(categories=("bags",), projects=("Ёлка",)))
    assert found.products == 0
    assert said(found.facets)["project"] == {"Ёлка": 0, "Forum": 1}
    assert said(found.facets)["category"] == {"bags": 0, "mugs": 1}
    assert found.facets[0].values[0].name == NAMES["bags"]
    few = facets.count(Narrow(regions=("Volga",)), limit=1).facets[2]
    assert [value.value for value in few.values] == ["Volga", "Ural"]
    assert few.different == 2


def test_however_many_values_are_chosen_they_are_counted_at_once(
    facets: Faceting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What no product has costs a statement a trait, and not one a value."""
    asked: list[object] = []
    ask = FacetCounts._ask

    def listening(counts: FacetCounts, *given: object, **parts: object) -> object:
        asked.append(given[0])
        return ask(counts, *given, **parts)  # type: ignore[arg-type]

    monkeypatch.setattr(FacetCounts, "_ask", listening)
    no, cheap = tuple(str(number) for number in range(200)), PriceRange(highest=Decimal(10_000))
    found = facets.count(Narrow(no, (*no, "Forum"), no, cheap))
    before = len(asked)
    assert before < 15
    assert list(said(found.facets)["project"])[:200] == list(no)
    assert set(said(found.facets)["region"].values()) == {0}
    facets.count(Narrow(no, (*no, "Forum"), no, cheap))
    assert len(asked) == before


def test_rare_values_are_counted_with_the_others_applied(
    facets: Faceting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that is not among the most frequent has its own count, and its name."""
    monkeypatch.setattr("search.facets.MOST", 1)
    chosen = Narrow(categories=("pens", "bags"), price=PriceRange(Decimal(500)))
    (categories, _, regions) = facets.count(replace(chosen, regions=("Ural", "Volga"))).facets
    assert [(value.value, value.products) for value in categories.values] == [
        ("pens", 0),
        ("bags", 1),
    ]
    assert categories.values[0].name == NAMES["pens"]
    assert {value.value: value.products for value in regions.values} == {"Ural": 0, "Volga": 1}


def test_what_all_have_in_common_is_no_choice(store: Store) -> None:
    """A single category, project or price tells nothing apart."""
    write(store, [Thing("mugs", "Forum", price="10"), Thing("mugs", None, price="10")])
    found = Faceting(store.facets, lambda: CLIP).count()
    assert (found.products, bool(found), found.prices) == (2, False, ())
    write(store, [Thing("bags", price="11")])
    found = Faceting(store.facets, lambda: CLIP).count()
    assert [facet.trait for facet in found.facets] == [Trait.CATEGORY]
    assert found.prices[0].highest == 11


def test_an_empty_catalogue_has_nothing_to_choose(store: Store) -> None:
    """And is no error."""
    found = Faceting(store.facets, lambda: CLIP).count(Narrow(projects=("Forum",)))
    assert (found.products, found.facets, found.prices, found.unpriced) == (0, (), (), 0)


def test_long_lists_are_cut_and_looked_through(store: Store) -> None:
    """Most products first; words in any order, in any language, ё as е."""
    write(store, [Thing("mugs" if n % 3 else "bags", f"Проект {n} Ёлка") for n in range(30)])
    write(store, [Thing("pens", "Проект 7 Ёлка")])
    facets = Faceting(store.facets, lambda: CLIP)
    projects = facets.count(limit=10).facets[1]
    assert (len(projects.values), projects.different) == (10, 30)
    assert projects.values[0].value == "Проект 7 Ёлка"
    found = facets.count(limit=3, texts={Trait.PROJECT: "елка 2 ПРО", Trait.CATEGORY: "руч"})
    categories, projects = found.facets
    assert [value.value for value in categories.values] == ["pens"]
    assert (len(projects.values), projects.different) == (3, 12)
    nothing = facets.count(texts={Trait.PROJECT: "%"}).facets[1]
    assert (nothing.values, nothing.different) == ((), 0)


def test_what_was_counted_is_remembered_until_something_changes(
    store: Store, facets: Faceting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second look asks nothing; what comes, changes or loses its vector changes the counts."""
    asked: list[str] = []
    values = store.facets.values

    class Listening:
        """Notes what is counted."""

        stamp = store.facets.stamp
        prices = store.facets.prices
        products = store.facets.products
        names = store.facets.names

        def values(self, space: object, trait: Trait, *rest: object) -> object:
            """Count."""
            asked.append(str(trait))
            return values(space, trait, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(facets, "_counts", Listening())
    facets.count()
    assert asked == ["category", "project", "region"]
    facets.count(texts={Trait.PROJECT: "for"})
    facets.count(Narrow(categories=("mugs",)))
    assert asked[3:] == ["project", "region"]
    write(store, [Thing("mugs")])
    assert facets.count().products == 6
    with store.database.connection() as connection:
        # As imports write what they have of a product that is there.
        connection.execute(
            "INSERT INTO likeness.products (source, key, article_number, name, category_id)"
            " VALUES ('shop', '0', '0', '{}', 'bags')"
            " ON CONFLICT (source, key) DO UPDATE SET category_id = excluded.category_id"
        )
    assert said(facets.count().facets)["category"] == {"bags": 3, "mugs": 3}
    with store.database.connection() as connection:
        connection.execute(
            "DELETE FROM likeness.image_embeddings"
            " WHERE product_id = (SELECT min(product_id) FROM likeness.image_embeddings)"
        )
    assert facets.count().products == 5

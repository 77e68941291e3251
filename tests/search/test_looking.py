"""Looking closer at a product of the catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from psycopg.types.json import Jsonb

from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import ProductUnknown, StoreError
from search.hits import Offer
from search.settings import Settings
from search.store.product_rows import stored_offers
from search.store.store import Store
from search.tuning.scales import Scale
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace


@pytest.fixture
def engine(store: Store, settings: Settings, fake: FakeHuggingFace) -> Iterator[SearchEngine]:
    """Return an engine that would have to ask a server."""
    engine = SearchEngine(settings, store, HttpEncoder(fake.model_url, token=TOKEN))
    yield engine
    engine.close()


def stocked(engine: SearchEngine, vectors: np.ndarray) -> list[int]:
    """Fill the catalogue; return the products' numbers in their order."""
    made = products(vectors.astype(np.float32))
    engine.store.products.add("shop", made)
    numbers = engine.store.products.numbers([product.article for product in made])
    return [numbers[product.article] for product in made]


def neighbours(engine: SearchEngine, number: int, limit: int = 8) -> list[int]:
    """Return the numbers of the products that look most like one."""
    return [hit.product.id for hit in engine.looking.look(number, neighbours=limit).neighbours]


def add_picture(engine: SearchEngine, product: int, position: int, content: str) -> str:
    """Give a product a further picture without a vector; return its reference."""
    with engine.store.database.connection() as connection:
        row = connection.execute(
            "INSERT INTO likeness.pictures (product_id, position, digest, media_type, content)"
            " VALUES (%s, %s, encode(sha256(%s::bytea), 'hex'), 'image/webp', %s::bytea)"
            " RETURNING digest",
            (product, position, content, content),
        ).fetchone()
    assert row
    return str(row[0])


def test_neighbours_are_the_first_of_more_like_this(
    engine: SearchEngine, fake: FakeHuggingFace
) -> None:
    """In their order, with their ranks and scores, without a call and without another search."""
    vectors = unit_vectors(30)
    numbers = stocked(engine, vectors)
    look = engine.looking.look(numbers[3])
    order = [at for at in np.argsort(-vectors @ vectors[3]) if at != 3]
    assert [hit.product.id for hit in look.neighbours] == [numbers[at] for at in order[:8]]
    assert look.is_indexed
    assert neighbours(engine, numbers[3], 3) == [numbers[at] for at in order[:3]]
    assert fake.count == 0
    with engine.store.database.connection() as connection:
        stored = connection.execute("SELECT count(*) FROM likeness.searches").fetchone()
    assert stored == (0,)
    assert engine.more_like(numbers[3]).hits[:8] == look.neighbours


@pytest.mark.parametrize("scale", [Scale.CENTRED, Scale.RELATIVE])
def test_neighbours_are_scored_as_searches_are(engine: SearchEngine, scale: Scale) -> None:
    """On the scale of the active threshold: the figure is the one that "more like this" shows."""
    numbers = stocked(engine, unit_vectors(20))
    engine.thresholds.save(0.5, scale=scale, who="Ann", why="test")
    assert engine.looking.look(numbers[0]).neighbours == engine.more_like(numbers[0]).hits[:8]


def test_all_of_its_pictures_come_in_the_catalogues_order(engine: SearchEngine) -> None:
    """The one of the lowest position first, and what it has twice once."""
    numbers = stocked(engine, unit_vectors(2))
    (main,) = engine.looking.look(numbers[0]).pictures
    third = add_picture(engine, numbers[0], 3, "from the side")
    second = add_picture(engine, numbers[0], 2, "from behind")
    add_picture(engine, numbers[0], 4, "from the side")
    assert engine.looking.look(numbers[0]).pictures == (main, second, third)


def test_a_picture_that_could_not_be_fetched_comes_last(engine: SearchEngine) -> None:
    """It is called by its number as long as nobody has it, and is not the first that one sees."""
    (number,) = stocked(engine, unit_vectors(1))
    digest = add_picture(engine, number, 5, "from above")
    with engine.store.database.connection() as connection:
        row = connection.execute(
            "UPDATE likeness.pictures SET digest = NULL, media_type = NULL, content = NULL,"
            " address = 'https://shop.example/1.png' WHERE product_id = %s AND position = 0"
            " RETURNING id",
            (number,),
        ).fetchone()
        assert row
        connection.execute(
            "INSERT INTO likeness.picture_failures (picture_id, code, facts)"
            " VALUES (%s, 'address_refused', '{}')",
            row,
        )
    assert engine.looking.look(number).pictures == (digest, str(row[0]))


def test_offers_come_as_the_catalogue_has_them(engine: SearchEngine) -> None:
    """All of them, in its order, no price rounded."""
    (number,) = stocked(engine, unit_vectors(1))
    offers = (
        Offer(500, {"RUB": Decimal("12.50"), "USD": Decimal("0.15")}, "sea", 30),
        Offer(None, {}),
    )
    with engine.store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.products SET offers = %s", (Jsonb(stored_offers(offers)),)
        )
    assert engine.looking.look(number).product.offers == offers


def test_products_with_one_picture_share_a_place(engine: SearchEngine) -> None:
    """Eight neighbours are eight different things; the product's own picture is one of them."""
    vectors = unit_vectors(4)
    numbers = stocked(engine, vectors[[0, 0, 0, 1, 1, 2, 3]])
    first, *others = engine.looking.look(numbers[0]).neighbours
    assert (first.product.id, [one.id for one in first.same]) == (numbers[1], [numbers[2]])
    assert first.similarity == pytest.approx(1)
    assert sorted(len(hit.same) for hit in others) == [0, 0, 1]


def test_without_a_vector_it_is_seen_all_the_same(engine: SearchEngine) -> None:
    """It waits to be indexed: there is nothing to compare, and that is no error."""
    numbers = stocked(engine, unit_vectors(3))
    new = [replace(one, embedding=None) for one in products(unit_vectors(1), prefix="new")]
    engine.store.products.add("new", new)
    look = engine.looking.look(engine.store.products.numbers(["new-0"])["new-0"])
    assert (look.product.article, len(look.pictures)) == ("new-0", 1)
    assert (look.neighbours, look.is_indexed) == ((), False)
    with engine.store.database.connection() as connection:
        connection.execute("DELETE FROM likeness.pictures WHERE product_id = %s", (numbers[0],))
    look = engine.looking.look(numbers[0])
    assert (look.pictures, look.neighbours, look.is_indexed) == ((), (), False)


def test_the_only_product_has_no_neighbours(engine: SearchEngine) -> None:
    """It is indexed, and alone."""
    (number,) = stocked(engine, unit_vectors(1))
    look = engine.looking.look(number)
    assert (look.neighbours, look.is_indexed) == ((), True)


@pytest.mark.parametrize("number", [0, -1, 10**9, 2**63, 10**40])
def test_a_product_that_is_gone_is_said(engine: SearchEngine, number: int) -> None:
    """It may have been removed since it was shown; a number that none can have is none."""
    stocked(engine, unit_vectors(2))
    with pytest.raises(ProductUnknown) as raised:
        engine.looking.look(number)
    assert raised.value.facts == {"product": str(number)}


def test_a_database_that_is_away_is_said(engine: SearchEngine) -> None:
    """In the words of whoever keeps it, and not in psycopg's."""
    (number,) = stocked(engine, unit_vectors(1))
    engine.store.database.close()
    with pytest.raises(StoreError):
        engine.looking.look(number)

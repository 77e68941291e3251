"""Products with the same picture share a place among the results, and are named there."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from search.__main__ import main
from search.also import also_said
from search.engine import SearchEngine
from search.hits import Product
from search.language import language
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.search.conftest import PixelEncoder
from tests.search.test_searching import Listener

PRODUCTS, ALIKE = 12, 5
Paint = Callable[..., bytes]


def named(count: int) -> list[Product]:
    """Return products with articles A-1, A-2, …; the last one has none."""
    return [
        Product(number, f"A-{number}" if number < 9 else "", {"en": "Mug"}, None, None, None, None)
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize(
    ("code", "count", "said"),
    [
        ("en", 0, ""),
        ("en", 1, "also: A-1"),
        ("en", 3, "also: A-1, A-2, A-3"),
        ("en", 5, "also: A-1, A-2 and 3 more"),
        ("ru", 3, "ещё: A-1, A-2, A-3"),
        ("ru", 4, "ещё: A-1, A-2 и 2 других товара"),
        ("ru", 7, "ещё: A-1, A-2 и 5 других товаров"),
        ("ru", 23, "ещё: A-1, A-2 и 21 другой товар"),
    ],
)
def test_a_few_are_named_and_the_rest_is_counted(code: str, count: int, said: str) -> None:
    """Nobody reads twenty articles on a card; the plural is right in both languages."""
    assert also_said(named(count), language(code)) == said


def test_who_has_no_article_goes_by_name() -> None:
    """A catalogue need not have articles."""
    assert also_said(named(9)[-1:], language("en")) == "also: Mug"


@pytest.fixture
def alike(store: Store) -> Store:
    """Return a store in which the first products have one picture between them."""
    vectors = unit_vectors(PRODUCTS)
    vectors[1:ALIKE] = vectors[0]
    store.products.add("test", products(vectors))
    return store


@pytest.mark.usefixtures("on_database", "alike")
def test_the_command_names_them_to_people_and_programs(
    tmp_path: Path, picture: Paint, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line below the product that leads; all of them in JSON."""
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    assert main(["search", str(photo)]) == 0
    lines = capsys.readouterr().out.splitlines()
    (line,) = [line for line in lines if "also:" in line]
    assert "and 2 more" in line
    assert main(["search", str(photo), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["products"], told["products_sampled"]) == (PRODUCTS, None)
    assert len(told["hits"]) == PRODUCTS - ALIKE + 1
    (hit,) = [hit for hit in told["hits"] if hit["same"]]
    articles = {hit["article"], *(one["article"] for one in hit["same"])}
    assert articles == {f"ART-{number}" for number in range(ALIKE)}


@pytest.mark.parametrize(
    ("alike_from", "results"), [(0.995, PRODUCTS - ALIKE + 1), (0.0, PRODUCTS - 1)]
)
def test_the_limit_counts_results_and_so_does_the_log(
    alike: Store, settings: Settings, picture: Paint, alike_from: float, results: int
) -> None:
    """With room for all products but one all pictures are found; set to 0, each has its place."""
    listener = Listener()
    given = {"result_limit": PRODUCTS - 1, "duplicate_similarity": alike_from}
    engine = SearchEngine(
        settings.model_copy(update=given), alike, PixelEncoder(), observers=[listener]
    )
    with closing(engine):
        hits = engine.search(engine.reading.read(picture())).hits
        assert [hit.rank for hit in hits] == list(range(1, results + 1))
        assert sum(1 + len(hit.same) for hit in hits) == max(results, PRODUCTS * (alike_from > 0))
        assert listener.searches[-1].shown == results

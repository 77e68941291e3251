"""Columns of products: from earlier versions, and as they come out in either format."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest

from search.hits import Offer
from search.store.import_changes import ProductChange, ProductFields
from search.store.migrate import known_migrations, migrate
from search.store.product_rows import PRODUCT_COLUMNS, PRODUCT_WIDTH, product_of
from search.store.store import Store


def test_products_of_an_earlier_version_are_known_by_their_article(
    empty_database: Callable[[], str], tmp_path: Path
) -> None:
    """The next import finds what was imported before."""
    for migration in known_migrations()[:4]:
        shutil.copy(migration.path, tmp_path)
    with psycopg.connect(empty_database(), autocommit=True) as connection:
        migrate(connection, tmp_path)
        connection.execute(
            "INSERT INTO likeness.products (source, article_number, name)"
            " VALUES ('a', 'A1', '{}'), ('b', 'A1', '{}')"
        )
        migrate(connection)
        rows = connection.execute("SELECT source, key, offers FROM likeness.products ORDER BY 1")
        assert rows.fetchall() == [("a", "A1", []), ("b", "A1", [])]


@pytest.mark.parametrize("binary", [False, True])
def test_a_product_comes_out_as_it_went_in(store: Store, *, binary: bool) -> None:
    """In both formats that the database answers in, no price rounded."""
    offers = (
        Offer(100, {"RUB": Decimal("12.50"), "USD": Decimal("0.15")}, "sea", 30),
        Offer(None, {}),
    )
    said = ProductFields(
        article="A1",
        name={"en": "Mug"},
        category_id="mugs",
        price=Decimal("12.50"),
        currency="RUB",
        link="https://shop.example/",
        description="White.\nRound.",
        project="Spring",
        region="Ural",
        offers=offers,
    )
    change = ProductChange("7", None, said, (), (), ())
    store.imports.write("shop", {"mugs": {"en": "Mugs"}}, [change])
    assert store.imports.find("shop", ["7"])["7"].fields == said
    with store.database.connection() as connection:
        row = connection.execute(
            f"SELECT {PRODUCT_COLUMNS}, 'more' FROM likeness.products AS product"  # noqa: S608
            " LEFT JOIN likeness.categories AS category ON category.id = product.category_id",
            binary=binary,
        ).fetchone()
    assert row is not None
    assert row[PRODUCT_WIDTH] == "more"
    product = product_of(row)
    assert (product.article, product.category) == ("A1", {"en": "Mugs"})
    assert (product.description, product.project, product.region) == (
        "White.\nRound.",
        "Spring",
        "Ural",
    )
    assert (product.price, product.offers) == (Decimal("12.50"), offers)

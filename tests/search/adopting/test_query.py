"""CATALOGUE_QUERY: any other shop's tables become the catalogue by one query."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from psycopg.conninfo import conninfo_to_dict
from pydantic import SecretStr

from search.engine import SearchEngine
from search.errors import ImportColumns, ImportQueryRefused, ImportUnreadable, TablesAway
from search.settings import Settings
from search.store.database import Database
from search.store.store import Store
from tests.search.adopting.conftest import ask

QUERY = """
    SELECT g.id, g.title AS name, 'https://shop.example/' || g.file AS picture, g.price
    FROM goods AS g ORDER BY g.id -- all of it
"""


@pytest.fixture
def shop(empty_database: Callable[[], str]) -> str:
    """Return the address of a shop with tables of its own kind."""
    address = empty_database()
    ask(address, "CREATE TABLE goods (id int PRIMARY KEY, title text, file text, price numeric)")
    ask(address, "INSERT INTO goods VALUES (1, 'Mug', '1.jpg', 5), (2, 'Pen', '2.jpg', -1)")
    return address


@pytest.fixture
def adopt(shop: str, store: Store, settings: Settings) -> Callable[..., SearchEngine]:
    """Return a maker of engines with a query on the shop's database."""

    def make(query: str, address: str = shop) -> SearchEngine:
        told = {"catalogue_query": query, "database_url": SecretStr(address)}
        return SearchEngine(settings.model_copy(update=told), store)

    return make


def test_a_query_is_the_catalogue_and_is_followed(
    adopt: Callable[..., SearchEngine], shop: str, tmp_path: Path
) -> None:
    """From a file; what changes and what goes follows, and nothing is read while nothing does."""
    file = tmp_path / "goods.sql"
    file.write_text(QUERY)
    engine = adopt(f"@{file}")
    report = engine.adoption.refresh()
    assert report is not None
    assert (report.way, report.products.added, report.pictures.added) == ("query", 2, 2)
    assert [(left.reason, left.count) for left in report.left_out] == [("bad_price", 1)]
    assert engine.adoption.refresh() is None
    ask(shop, "UPDATE goods SET title = 'Cup' WHERE id = 1")
    ask(shop, "DELETE FROM goods WHERE id = 2")
    report = engine.adoption.refresh()
    assert report is not None
    assert (report.products.changed, report.products.removed) == (1, 1)
    assert engine.store.imports.find("adopted", ["1"])["1"].fields.name == {"en": "Cup"}


def test_a_query_can_be_tried(adopt: Callable[..., SearchEngine]) -> None:
    """Which of the standard columns are missing is told before anything is copied."""
    found = adopt(QUERY).adoption.examine()
    assert found.trial is not None
    assert found.trial.missing == ("category", "link", "project", "description")
    assert (found.products, found.is_fresh, found.adopted_at) == (2, False, None)


def test_what_is_wrong_with_a_query_is_an_error(
    adopt: Callable[..., SearchEngine], tmp_path: Path
) -> None:
    """It writes, lacks pictures, stands in no file, or its database is away."""
    for query, kind in (
        ("DELETE FROM goods RETURNING id, title AS name, file AS picture", ImportQueryRefused),
        ("SELECT id, title AS name FROM goods", ImportColumns),
        (f"@{tmp_path / 'none.sql'}", ImportUnreadable),
    ):
        with pytest.raises(kind):
            adopt(query).adoption.refresh()
        with pytest.raises(kind):
            adopt(query).adoption.examine()
    with pytest.raises(TablesAway) as raised:
        adopt(QUERY, "host=127.0.0.1 port=1 password=s3cret").adoption.refresh()
    assert "s3cret" not in str(raised.value)


def test_a_query_cannot_step_out_of_the_transaction_that_only_reads(
    adopt: Callable[..., SearchEngine], shop: str
) -> None:
    """Not even one that closes the bracket in which its rows are counted."""
    between = "\n) AS row; COMMIT; DELETE FROM goods; SELECT count(*), '' FROM (\n"
    query = between.join((QUERY, QUERY))
    with pytest.raises(ImportQueryRefused):
        adopt(query).adoption.refresh()
    assert ask(shop, "SELECT count(*) FROM goods") == [(2,)]


def test_a_database_of_its_own_gets_the_query_and_no_demo(
    shop: str, store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shop's goods need not be picked out from among drawn ones."""
    monkeypatch.setattr(Store, "open", lambda _: store)
    monkeypatch.setattr(Store, "is_embedded", True)
    told = {
        "catalogue_query": QUERY,
        "database_url": SecretStr(shop),
        "catalogue_refresh_minutes": 0,
    }
    engine = SearchEngine.open(settings.model_copy(update=told))
    engine.start_background()
    engine.adoption._upkeep._thread.join(60)
    assert engine.store.products.count() == (2, 2)
    engine.close()


def test_a_user_called_like_our_schema_still_reads_the_shops_tables(
    empty_database: Callable[[], str], settings: Settings
) -> None:
    """His search path begins with our schema, which has products as well."""
    address = empty_database()
    assert conninfo_to_dict(address)["user"] == "likeness"
    ask(address, "CREATE TABLE products (id int PRIMARY KEY, title text)")
    ask(address, "INSERT INTO products VALUES (1, 'Mug')")
    query = "SELECT id, title AS name, 'https://shop.example/1.jpg' AS picture FROM products"
    told = {"catalogue_query": query, "database_url": SecretStr(address)}
    engine = SearchEngine(settings.model_copy(update=told), Store.on(Database(address)))
    report = engine.adoption.refresh()
    assert report is not None
    assert (report.products.added, engine.adoption.refresh()) == (1, None)
    engine.close()

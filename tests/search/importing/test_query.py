"""A query in another database: real PostgreSQL, read by a cursor in a read-only transaction."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import psycopg
import pytest

from search.errors import (
    ImportColumns,
    ImportDatabaseAway,
    ImportQueryRefused,
    ImportUnreadable,
)
from search.importing.query import QuerySource
from search.importing.report import ImportReport
from search.store.store import Store

Run = Callable[..., ImportReport]

QUERY = """
    SELECT g.id AS article, g.title AS "Name", g.kind AS category, g.price, 'RUB' AS currency,
           array_agg('https://shop.example/' || p.file ORDER BY p.place) AS pictures
    FROM goods g JOIN pictures p ON p.goods_id = g.id
    GROUP BY g.id ORDER BY g.id;
"""


@pytest.fixture
def elsewhere(empty_database: Callable[[], str]) -> str:
    """Return the address of a shop's database with three products, five pictures."""
    conninfo = empty_database()
    with psycopg.connect(conninfo) as connection:
        connection.execute(
            "CREATE TABLE goods (id integer PRIMARY KEY, title text, kind text, price numeric)"
        )
        connection.execute("CREATE TABLE pictures (goods_id integer, place integer, file text)")
        connection.execute(
            "INSERT INTO goods VALUES (1, 'Mug', 'Mugs', 1.490), (2, 'Кружка', NULL, NULL),"
            " (3, '100 %', 'Mugs', 'NaN')"
        )
        connection.execute(
            "INSERT INTO pictures VALUES (1, 2, 'b.jpg'), (1, 1, 'a.jpg'), (2, 1, 'c.jpg'),"
            " (3, 1, 'd.jpg'), (3, 2, NULL)"
        )
    return conninfo


def test_a_query_becomes_a_catalogue(store: Store, run: Run, elsewhere: str) -> None:
    """Numbers are numbers, lists of pictures are lists, and twice changes nothing."""
    report = run(QuerySource(elsewhere, QUERY))
    assert [(p.where, p.reason) for p in report.problems] == [("SQL:3", "importing.bad_price")]
    assert (report.products.added, report.pictures.added, report.awaited) == (3, 4, 4)
    found = store.imports.find("shop", ["1", "2", "3"])
    assert found["1"].fields.price == Decimal("1.49")
    assert [p.address for p in found["1"].pictures] == [
        "https://shop.example/a.jpg",
        "https://shop.example/b.jpg",
    ]
    assert found["3"].fields.name == {"en": "100 %"}
    assert run(QuerySource(elsewhere, QUERY)).changes_nothing


def test_rows_come_by_portions(
    store: Store, run: Run, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More rows than are fetched and written at once all come in."""
    monkeypatch.setattr("search.store.foreign.FETCHED_AT_ONCE", 7)
    query = "SELECT n AS article, 'x' AS name, NULL AS picture FROM generate_series(1, 250) AS n"
    assert run(QuerySource(elsewhere, query)).products.added == 250
    assert store.imports.count("shop") == 250


def test_rows_of_an_article_follow_one_another(run: Run, elsewhere: str) -> None:
    """Those that come late are told, with what to do about it; paths lead nowhere."""
    query = (
        "SELECT * FROM (VALUES ('A', 'a', 'https://x.example/1'), ('B', 'b', 'b.jpg'),"
        " ('A', 'a', 'https://x.example/2')) AS rows (article, name, picture)"
    )
    report = run(QuerySource(elsewhere, query))
    assert [(p.where, p.reason) for p in report.problems] == [
        ("SQL:2 b.jpg", "importing.no_web_address"),
        ("SQL:3", "importing.duplicate"),
    ]


def test_a_query_that_lacks_a_column_says_which(run: Run, elsewhere: str) -> None:
    """Also when it returns no row at all."""
    with pytest.raises(ImportColumns, match=r"lacks columns: picture / pictures. It has: article"):
        run(QuerySource(elsewhere, "SELECT id AS article, title AS name FROM goods WHERE false"))


def test_a_query_with_two_columns_of_one_name_is_refused(run: Run, elsewhere: str) -> None:
    """Over two tables either id could be meant: every picture would become a product."""
    query = "SELECT id, title AS name, '' AS picture, 2 AS id FROM goods"
    with pytest.raises(ImportUnreadable, match="several columns called id"):
        run(QuerySource(elsewhere, query))


@pytest.mark.parametrize(
    "query",
    [
        "DELETE FROM goods RETURNING id AS article, title AS name, '' AS picture",
        "WITH g AS (DELETE FROM goods RETURNING 1) SELECT 1 AS article, 'a' AS name, '' AS picture",
        "SELECT 1 AS article, 'a' AS name, nextval('numbers') AS picture",
        "SELECT 1 AS article, 'a' AS name, wipe()::text AS picture",
        "SELECT 1 AS article, 'a' AS name, '' AS picture; DELETE FROM goods",
        "SELECT set_config('transaction_read_only', '0', true) AS article, wipe() name, 0 picture",
        "COMMIT",
        "SELEC",
        "",
    ],
)
def test_a_query_that_writes_is_refused(run: Run, elsewhere: str, query: str) -> None:
    """By the server, whatever it looks like; so is what is none."""
    with psycopg.connect(elsewhere) as connection:
        connection.execute("CREATE SEQUENCE numbers")
        connection.execute(
            "CREATE FUNCTION wipe() RETURNS bigint LANGUAGE sql VOLATILE AS"
            " 'WITH gone AS (DELETE FROM goods RETURNING 1) SELECT count(*) FROM gone'"
        )
    with pytest.raises(ImportQueryRefused):
        run(QuerySource(elsewhere, query))
    with psycopg.connect(elsewhere) as connection:
        assert connection.execute("SELECT count(*) FROM goods").fetchone() == (3,)


def test_a_query_may_fail_in_the_middle(
    store: Store, run: Run, elsewhere: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What came before it is stored; the sentence is the server's."""
    monkeypatch.setattr("search.store.foreign.FETCHED_AT_ONCE", 100)
    query = (
        "SELECT 1 / (300 - n) AS article_, n AS article, 'x' AS name, '' AS picture"
        " FROM generate_series(1, 400) AS n"
    )
    with pytest.raises(ImportQueryRefused, match="division by zero"):
        run(QuerySource(elsewhere, query))
    assert 0 < store.imports.count("shop") < 300


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://user:s3cret@127.0.0.1:1/shop",
        "postgresql://user:p@s3cret@127.0.0.1/shop",
        "postgres:/user:s3cret@localhost",
        "s3cret",
        "host=127.0.0.1 port=1 password=s3cret nonsense=1",
    ],
)
def test_an_address_is_never_told(run: Run, address: str) -> None:
    """It holds a password, also where it is no address at all."""
    with pytest.raises(ImportDatabaseAway) as raised:
        run(QuerySource(address, QUERY))
    assert "s3cret" not in f"{raised.value}{raised.value.facts}"

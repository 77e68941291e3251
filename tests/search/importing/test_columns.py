"""What a source may say of its products beyond names, prices and pictures, and keys of its own."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import psycopg
import pytest
from psycopg.types.json import Jsonb

from search.hits import Offer
from search.importing.csv_file import CsvSource
from search.importing.offers import NotOffers, lowest_price, read_offers
from search.importing.query import QuerySource
from search.importing.report import ImportReport
from search.importing.values import described
from search.store.store import Store
from search.vectors import CLIP, Embedding, Vector, VectorSpace
from tests.catalogues import unit_vectors, waiting

Run = Callable[..., ImportReport]
Dump = Callable[[], object]
Write = Callable[..., CsvSource]

WEB = "https://shop.example/"
OFFERS = (
    '[{"quantity": 100, "prices": {"USD": "0.15", "RUB": 12.5}, "route": "sea", "days": 30},'
    ' {"quantity": 1000, "prices": {"RUB": "11,90"}}]'
)


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Return what writes a table from rows of cells."""

    def write(*rows: tuple[str, ...]) -> CsvSource:
        with (tmp_path / "goods.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(rows)
        return CsvSource(tmp_path / "goods.csv")

    return write


def kinds(report: ImportReport) -> list[str]:
    """Return the keys of what was told, in order."""
    return [problem.kind.removeprefix("importing.") for problem in report.problems]


def text_of(vector: Vector) -> str:
    """Write a vector as pgvector does."""
    return f"[{','.join(str(number) for number in vector)}]"


def test_a_product_says_all_that_is_known_of_it(
    store: Store, run: Run, table: Write, dump: Dump
) -> None:
    """Description, project, region and offers come in, reach a result, and come in once."""
    source = table(
        ("article", "name", "description", "project", "region", "offers", "picture"),
        ("A1", "Mug", "White.\nHolds 0.3 l.", "Spring fair", "Ural", OFFERS, f"{WEB}a.jpg"),
    )
    report = run(source)
    assert (report.problems, report.ignored) == ([], ())
    number = store.products.numbers(["A1"])["A1"]
    (product, _) = store.products.with_pictures([number])[number]
    assert product.description == "White.\nHolds 0.3 l."
    assert (product.project, product.region) == ("Spring fair", "Ural")
    assert product.offers == (
        Offer(100, {"USD": Decimal("0.15"), "RUB": Decimal("12.50")}, "sea", 30),
        Offer(1000, {"RUB": Decimal("11.90")}),
    )
    assert (product.price, product.currency) == (Decimal("11.90"), "RUB")
    before = dump()
    assert run(source).changes_nothing
    assert dump() == before


def test_what_changed_is_named_field_by_field(run: Run, table: Write) -> None:
    """An offer's price is a change of the offers, and of the price that was taken from them."""
    head = ("id", "article", "name", "description", "project", "region", "offers", "picture")
    run(table(head, ("7", "A1", "Mug", "a", "p", "r", '[{"prices": {"EUR": 2}}]', "")))
    report = run(table(head, ("7", "A2", "Mug", "b", "q", "s", '[{"prices": {"EUR": 3}}]', "")))
    changed = {"article": 1, "description": 1, "project": 1, "region": 1, "offers": 1, "price": 1}
    assert report.fields == changed


def test_ids_tell_products_apart_where_there_are_any(
    store: Store, run: Run, table: Write, dump: Dump
) -> None:
    """Articles may repeat or be missing; rows of one id belong together; twice changes nothing."""
    source = table(
        ("id", "article", "name", "picture"),
        ("1", "A1", "small", f"{WEB}1.jpg"),
        ("2", "A1", "large", f"{WEB}2.jpg"),
        ("3", "", "", f"{WEB}3.jpg"),
        ("1", "A1", "", f"{WEB}4.jpg"),
        ("", "A9", "nobody's", f"{WEB}5.jpg"),
        ("2", "A7", "", ""),
    )
    report = run(source)
    assert kinds(report) == ["no_id", "contradiction"]
    assert (report.products.added, report.pictures.added) == (3, 4)
    found = store.imports.find("shop", ["1", "2", "3"])
    assert [found[key].fields.article for key in ("1", "2", "3")] == ["A1", "A1", "3"]
    assert found["3"].fields.name == {"en": "3"}
    assert [picture.address for picture in found["1"].pictures] == [f"{WEB}1.jpg", f"{WEB}4.jpg"]
    # An article that several have means the one that was there first.
    assert store.products.numbers(["A1"]) == {"A1": found["1"].id}
    before = dump()
    run(source)
    assert dump() == before
    head = ("id", "article", "name", "picture")
    report = run(table(head, ("2", "A1", "large", f"{WEB}2.jpg")), prune=True)
    assert (report.products.removed, report.products.unchanged) == (2, 1)
    assert sorted(store.imports.find("shop", ["1", "2", "3"])) == ["2"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("12.50", "bad_offers"),
        ('{"prices": {"RUB": 1}}', "bad_offers"),
        ("[{", "bad_offers"),
        ("[" * 50_000, "bad_offers"),
        ("[" + "9" * 5000 + "]", "bad_offers"),
        ("[1e99999999999999999999]", "bad_offers"),
        (json.dumps([{"prices": {}}] * 101), "many_offers"),
        ("[5]", "bad_offer"),
        ('[{"quantity": 5}]', "bad_offer"),
        ('[{"prices": {"points": 5}}]', "bad_offer"),
        ('[{"prices": {"RUB": -5}}]', "bad_offer"),
        ('[{"prices": {"RUB": NaN}}]', "bad_offer"),
        ('[{"prices": {"RUB": true}}]', "bad_offer"),
        ('[{"prices": {"RUB": "1,490"}}]', "bad_offer"),
        ('[{"prices": {"RUB": 1}, "quantity": 0}]', "bad_offer"),
        ('[{"prices": {"RUB": 1}, "quantity": 1.5}]', "bad_offer"),
        ('[{"prices": {"RUB": 1}, "quantity": 1e999999999}]', "bad_offer"),
        ('[{"prices": {"RUB": 1}, "days": "soon"}]', "bad_offer"),
        ('[{"prices": {"RUB": 1}, "route": 5}]', "bad_offer"),
    ],
)
def test_offers_that_cannot_be_read_are_told(text: str, told: str) -> None:
    """Whatever stands there; nothing of it is guessed."""
    if told == "bad_offer":
        assert (read_offers(text).offers, read_offers(text).unreadable) == ((), (1,))
    else:
        with pytest.raises(NotOffers) as raised:
            read_offers(text)
        assert raised.value.reason == told


def test_one_bad_offer_costs_no_other(run: Run, table: Write, store: Store) -> None:
    """It is told by its number, and the product comes with the rest."""
    offers = '[{"prices": {"RUB": 9}}, {"prices": "free"}, {"prices": {"RUB": null}, "days": 2.0}]'
    report = run(table(("article", "name", "offers", "picture"), ("A1", "Mug", offers, "")))
    assert [(p.where, p.kind, p.facts) for p in report.problems] == [
        ("goods.csv:2", "importing.bad_offer", {"n": 2})
    ]
    fields = store.imports.find("shop", ["A1"])["A1"].fields
    assert fields.offers == (Offer(None, {"RUB": Decimal("9.00")}), Offer(None, {}, None, 2))


def test_the_price_of_offers_is_the_lowest_of_a_currency() -> None:
    """That which was asked for, else rubles, else the first; different ones are not compared."""
    offers = read_offers('[{"prices": {"USD": 3, "RUB": 250}}, {"prices": {"USD": 2}}]').offers
    assert lowest_price(offers, None) == (Decimal("250.00"), "RUB")
    assert lowest_price(offers, "USD") == (Decimal("2.00"), "USD")
    assert lowest_price(offers[1:], "EUR") == (Decimal("2.00"), "USD")
    assert lowest_price(read_offers('[{"prices": {}}]').offers, "EUR") == (None, "EUR")


def test_a_description_keeps_its_lines_and_nothing_that_cannot_be_shown() -> None:
    """No control character reaches the database or a page."""
    assert described(" a\0\r\n\tb\u00a0c \n") == "a\nb c"
    assert described("\n \n") is None


def test_a_picture_with_a_vector_needs_no_indexing(
    store: Store, run: Run, table: Write, dump: Dump
) -> None:
    """It is found at once; the same vector once more is no change, another one is."""
    first, second, third = unit_vectors(3)
    head = ("article", "name", "picture", "vector", "model")

    def source(vector: Vector) -> CsvSource:
        return table(
            head,
            ("A1", "Mug", f"{WEB}1.jpg", text_of(5 * first), "clip-ViT-B-32"),
            ("A1", "", f"{WEB}2.jpg|{WEB}3.jpg", f"{text_of(vector)}|{text_of(third)}", ""),
            ("A2", "Pen", f"{WEB}4.jpg", "", ""),
            ("A3", "Cap", f"{WEB}5.jpg", text_of(first), "another"),
        )

    report = run(source(second), dry_run=True)
    assert (report.vectors.added, store.photos._spaces.all()) == (4, [])
    report = run(source(second))
    assert (report.vectors.added, report.awaited, report.problems) == (4, 1, [])
    assert [picture.address for picture in waiting(store)] == [f"{WEB}4.jpg", f"{WEB}5.jpg"]
    assert store.embeddings.count(VectorSpace("another")) == 1
    (hit,) = store.embeddings.nearest(Embedding(first, CLIP), 5)
    assert (hit.product.article, round(hit.similarity, 6)) == ("A1", 1)
    before = dump()
    report = run(source(second))
    assert report.changes_nothing
    assert report.vectors.unchanged == 4
    assert dump() == before
    report = run(source(-second))
    assert (report.vectors.changed, report.vectors.unchanged) == (1, 3)
    assert (report.products.changed, report.fields) == (1, {"vector": 1})
    assert store.embeddings.nearest(Embedding(-second, CLIP), 5)[0].similarity > 0.999


def test_a_vector_that_cannot_be_used_is_told_and_costs_nothing_else(
    run: Run, table: Write, store: Store
) -> None:
    """Too short, not finite, all zero, no numbers, no picture: each with its own reason."""
    good = unit_vectors(1)[0]
    texts = ["[1,2]", text_of(good).replace("[", "[NaN,", 1).rsplit(",", 1)[0] + "]"]
    texts += [text_of(0 * good), "0.5; 0.5", '{"a": 1}', "[" * 50_000, f"[{text_of(good)}]"]
    rows = [(f"A{n}", "", f"{WEB}{n}.jpg", text) for n, text in enumerate(texts)]
    none = ("B", "", "", text_of(good))
    report = run(table(("article", "name", "picture", "vector"), *rows, none))
    assert kinds(report) == [
        "vector_length",
        "vector_not_finite",
        "vector_zero",
        *["vector_unreadable"] * 4,
        "vector_without_picture",
    ]
    assert (report.vectors.left_out, report.pictures.added) == (8, 7)
    assert store.embeddings.count(CLIP) == 0


def test_a_query_brings_json_arrays_and_vectors(
    store: Store, run: Run, empty_database: Callable[[], str]
) -> None:
    """As its database has them: jsonb, arrays of numbers, and pgvector's own type."""
    conninfo = empty_database()
    first, second, third = unit_vectors(3)
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE EXTENSION vector")
        connection.execute(
            "CREATE TABLE goods (id integer, code text, offers jsonb, pictures text[],"
            " numbers real[], stored vector(512))"
        )
        connection.execute(
            "INSERT INTO goods VALUES (1, 'A', %s, %s, %s, NULL), (2, 'A', NULL, %s, NULL, %s)",
            (
                Jsonb(json.loads(OFFERS.replace("11,90", "11.90"))),
                [f"{WEB}1.jpg"],
                first.tolist(),
                [f"{WEB}2.jpg"],
                text_of(second),
            ),
        )
    columns = "SELECT id, code AS article, code AS name, offers, pictures,"
    query = (
        f"{columns} CASE WHEN id = 1 THEN array_to_json(numbers)::text ELSE stored::text END"
        " AS vector FROM goods"
    )
    report = run(QuerySource(conninfo, query))
    assert (report.problems, report.vectors.added) == ([], 2)
    found = store.imports.find("shop", ["1", "2"])
    assert (len(found["1"].fields.offers), found["1"].fields.price) == (2, Decimal("11.90"))
    hits = store.embeddings.nearest(Embedding(second, CLIP), 1)
    assert hits[0].product.id == found["2"].id
    # Arrays and pgvector's type itself mean the same.
    assert run(QuerySource(conninfo, f"{columns} numbers AS vector FROM goods")).changes_nothing
    query = f"{columns} stored AS vector FROM goods"
    assert run(QuerySource(conninfo, query)).changes_nothing
    nested = f"{columns} ARRAY[numbers] AS vector FROM goods WHERE id = 1"
    assert run(QuerySource(conninfo, nested)).vectors.unchanged == 1
    with psycopg.connect(conninfo) as connection:
        connection.execute("UPDATE goods SET stored = %s", (text_of(third),))
    report = run(QuerySource(conninfo, f"{columns} ARRAY[stored::text] AS vector FROM goods"))
    assert (report.vectors.changed, report.vectors.added) == (2, 0)

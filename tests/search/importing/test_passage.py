"""A source that begins to have ids: its products stay what they are, with all that is theirs."""

from __future__ import annotations

import csv
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import psycopg
import pytest
from pydantic import SecretStr

from search.__main__ import main
from search.engine import SearchEngine
from search.importing.csv_file import CsvSource
from search.importing.passage import find_passage
from search.importing.query import QuerySource
from search.importing.report import ImportReport
from search.settings import Settings
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import unit_vectors, waiting
from tests.judged import judgement

Run = Callable[..., ImportReport]
Dump = Callable[[], object]
Write = Callable[..., CsvSource]

WEB = "https://shop.example/"
BY_ARTICLE = (
    "SELECT code AS article, code AS name, 'https://a.example/' || code pictures FROM goods"
)
BY_ID = BY_ARTICLE.replace("SELECT", "SELECT id,")


@pytest.fixture
def table(tmp_path: Path) -> Write:
    """Return what writes a table of products, each an article or an id and an article."""

    def write(*products: tuple[str, ...]) -> CsvSource:
        head = ("id", "article") if len(products[0]) == 2 else ("article",)
        with (tmp_path / "shop.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows(
                [
                    (*head, "name", "picture"),
                    *((*said, said[-1], WEB + said[-1]) for said in products),
                ]
            )
        return CsvSource(tmp_path / "shop.csv")

    return write


def numbers(store: Store, *keys: str, source: str = "shop") -> list[int]:
    """Return the numbers of the products that are known by keys."""
    found = store.imports.find(source, keys)
    return [found[key].id for key in keys]


def test_products_known_by_articles_get_their_ids(
    store: Store, run: Run, table: Write, dump: Dump
) -> None:
    """The same products, vectors and judgements; a dry run tells it, and once is enough."""
    run(table(("A",), ("B",), ("C",)))
    before = numbers(store, "A", "B", "C")
    store.judgements.add([judgement(number) for number in before])
    pictures = np.array([picture.id for picture in waiting(store)])
    store.vectors.write(CLIP, pictures, np.array(before), unit_vectors(3))
    source = table(("7", "A"), ("8", "B"), ("C", "C"), ("9", "D"))
    stored = dump()
    dry = run(source, dry_run=True, prune=True)
    assert dump() == stored
    report = run(source, prune=True)
    assert dry.plain() | {"dry_run": False} == report.plain()
    assert (report.rekeyed, report.products.unchanged, report.products.added) == (2, 3, 1)
    assert (report.products.gone, report.pictures.gone, report.problems) == (0, 0, [])
    assert not report.changes_nothing
    assert numbers(store, "7", "8", "C") == before
    assert [listed.product for listed in store.judgements.all()] == [
        ("shop", "A", "7"),
        ("shop", "B", "8"),
        ("shop", "C", "C"),
    ]
    assert store.embeddings.count(CLIP) == 3
    again = run(source, prune=True)
    assert (again.rekeyed, again.changes_nothing) == (0, True)


def test_an_article_of_several_products_is_nobodys(store: Store, run: Run, table: Write) -> None:
    """It is told, stays as it is, and the others get their ids all the same."""
    run(table(("A",), ("B",), ("C",)))
    a, b, c = numbers(store, "A", "B", "C")
    report = run(table(("7", "A"), ("8", "A"), ("9", "B")))
    assert [(p.where, p.kind) for p in report.problems] == [("A", "importing.not_one_id")]
    assert (report.rekeyed, report.products.added, report.products.gone) == (1, 2, 2)
    assert numbers(store, "A", "9", "C") == [a, b, c]


def test_ids_that_look_like_articles_mix_nothing_up(store: Store, run: Run, table: Write) -> None:
    """Where both are numbers, an id may be what another product was known by until now."""
    run(table(("1",), ("2",), ("3",), ("4",), ("5",)))
    one, two, three, four, five = numbers(store, "1", "2", "3", "4", "5")
    # Two change places, and one takes the place of one that leaves.
    source = table(("2", "1"), ("1", "2"), ("4", "3"), ("6", "4"))
    dry = run(source, dry_run=True)
    report = run(source)
    assert dry.plain() | {"dry_run": False} == report.plain()
    assert (report.rekeyed, report.products.unchanged, report.problems) == (4, 4, [])
    assert numbers(store, "2", "1", "4", "6", "5") == [one, two, three, four, five]


def test_a_new_product_may_have_an_id_that_was_an_article(
    store: Store, run: Run, table: Write
) -> None:
    """The old one has left it by then, also in what a dry run tells."""
    run(table(("A",), ("B",)))
    a, b = numbers(store, "A", "B")
    source = table(("A", "Z"), ("7", "A"), ("8", "B"))
    dry = run(source, dry_run=True, prune=True)
    report = run(source, prune=True)
    assert dry.plain() | {"dry_run": False} == report.plain()
    assert (report.rekeyed, report.products.added, report.products.removed) == (2, 1, 0)
    assert numbers(store, "7", "8") == [a, b]


@pytest.mark.parametrize(
    ("names", "known", "articles", "stuck"),
    [
        ("7A 8C", "AB", "7A", ""),
        ("AA 7A", "A", "", ""),
        ("7A 8A", "A", "", "A"),
        ("BA", "AB", "", "A"),
        ("BA CB DC", "ABCD", "", "ABC"),
        ("BA CB 7C", "ABC", "BA CB 7C", ""),
        ("7A 7B", "AB", "7A", ""),
    ],
    ids=["plain", "its id", "two ids", "taken", "a row that is stuck", "a row", "an id twice"],
)
def test_who_gets_which_key(names: str, known: str, articles: str, stuck: str) -> None:
    """Keys and articles are letters here: nobody takes the key of a product that keeps it."""

    def pairs(text: str) -> list[tuple[str, str]]:
        return [(pair[0], pair[1]) for pair in text.split()]

    found = find_passage(pairs(names), known)
    assert dict(found.articles) == dict(pairs(articles))
    assert "".join(found.stuck) == stuck


@pytest.fixture
def elsewhere(empty_database: Callable[[], str]) -> str:
    """Return the address of a shop's database with two products."""
    conninfo = empty_database()
    with psycopg.connect(conninfo) as connection:
        connection.execute("CREATE TABLE goods (id int, code text)")
        connection.execute("INSERT INTO goods VALUES (1, 'A'), (2, 'B')")
    return conninfo


def test_a_query_passes_to_ids_too(store: Store, run: Run, elsewhere: str) -> None:
    """It runs once more for that."""
    run(QuerySource(elsewhere, BY_ARTICLE))
    before = numbers(store, "A", "B")
    report = run(QuerySource(elsewhere, BY_ID), prune=True)
    assert (report.rekeyed, report.products.removed) == (2, 0)
    assert numbers(store, "1", "2") == before


def test_an_adopted_catalogue_passes_to_ids_too(
    store: Store, settings: Settings, elsewhere: str
) -> None:
    """Its copy is always pruned: another query would have cost all judgements."""

    def engine(query: str) -> SearchEngine:
        told = {"catalogue_query": query, "database_url": SecretStr(elsewhere)}
        return SearchEngine(settings.model_copy(update=told), store)

    with closing(engine(BY_ARTICLE)) as first, closing(engine(BY_ID)) as second:
        first.adoption.refresh()
        before = numbers(store, "A", "B", source="adopted")
        store.judgements.add([judgement(number) for number in before])
        report = second.adoption.refresh()
        assert report is not None
        assert (report.products.added, report.products.removed) == (0, 0)
        assert numbers(store, "1", "2", source="adopted") == before
        assert len(list(store.judgements.all())) == 2


@pytest.mark.usefixtures("on_database")
def test_the_command_says_so(
    capsys: pytest.CaptureFixture[str], table: Write, tmp_path: Path
) -> None:
    """In a sentence, and for a script in a number."""
    table(("A",), ("B",))
    assert main(["import", "csv", str(tmp_path / "shop.csv")]) == 0
    capsys.readouterr()
    table(("7", "A"), ("8", "B"))
    assert main(["import", "csv", str(tmp_path / "shop.csv")]) == 0
    told = capsys.readouterr().out
    assert "2 products that were known by their articles are known by their ids" in told
    assert "Nothing has changed" not in told

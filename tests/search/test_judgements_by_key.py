"""Judgements as files where articles repeat: a product's key tells which one is meant."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from uuid import NAMESPACE_URL, uuid5

import pytest

from search.judging import Judging
from search.store.database import Database
from search.store.import_changes import ProductChange, ProductFields
from search.store.store import Store
from search.vectors import CLIP
from tests.judged import judgement, print_of

PHOTO = print_of(0).hex()


def fill(store: Store, *keys: str, source: str = "shop", article: str = "A") -> list[int]:
    """Store products of one article under keys, and return their numbers."""
    said = ProductFields(article, {"en": article})
    for key in keys:
        store.imports.write(source, {}, [ProductChange(key, None, said, (), (), ())])
    found = store.imports.find(source, keys)
    return [found[key].id for key in keys]


@pytest.fixture
def judging(store: Store) -> Judging:
    """Return the service on a database of the test's own."""
    return Judging(store, lambda: CLIP)


def test_a_round_trip_keeps_products_of_one_article_apart(
    judging: Judging, store: Store, empty_database: Callable[[], str]
) -> None:
    """Wherever they were stored in another order, and whatever their keys look like."""
    (_, second, third) = fill(store, "1", "=2", "A")
    judging.record(judgement(second))
    judging.record(judgement(third))
    exported = "".join(judging.export_csv())
    with closing(Store.on(Database(empty_database()))) as elsewhere:
        fill(elsewhere, "A", "1", "=2")
        other = Judging(elsewhere, lambda: CLIP)
        assert other.import_csv(exported).added == 2
        assert [listed.product for listed in elsewhere.judgements.all()] == [
            ("shop", "A", "=2"),
            ("shop", "A", "A"),
        ]
        assert "".join(other.export_csv()) == exported


def test_relevance_judgements_name_them_too(judging: Judging, store: Store) -> None:
    """As much as it takes: the article, the source before it, the key behind it."""
    (one, two) = fill(store, "1", "2")
    (other,) = fill(store, "1", source="other")
    (alone,) = fill(store, "3", article="B")
    for number in (one, two, other, alone):
        judging.record(judgement(number))
    assert list(judging.export_qrels()) == [
        f"{PHOTO} 0 other:A 1\n",
        f"{PHOTO} 0 shop:A:1 1\n",
        f"{PHOTO} 0 shop:A:2 1\n",
        f"{PHOTO} 0 B 1\n",
    ]


def test_a_key_that_nobody_has_leaves_the_article(judging: Judging, store: Store) -> None:
    """Unless several have that: who was there first is then no better than the others."""
    (first, second) = fill(store, "1", "2")
    (alone,) = fill(store, "3", article="B")
    (other,) = fill(store, "2", source="other", article="C")
    rows = [
        "shop,A,,match",
        "shop,A,9,match",
        "shop,B,9,match",
        ",C,2,different",
        "other,A,2,match",
    ]
    report = judging.import_csv(
        "\n".join(["photo,source,article,key,verdict", *(f"{PHOTO},{row}" for row in rows)])
    )
    assert [(problem.line, problem.reason) for problem in report.problems] == [
        (3, "judgements.no_product")
    ]
    said = [listed.judgement.product_id for listed in store.judgements.all()]
    # A key without its source is that of the first who has it, as an article is.
    assert said == [first, alone, second, other]


def test_files_from_before_there_were_keys_are_known_again(judging: Judging, store: Store) -> None:
    """A row that had no id has still the same one."""
    fill(store, "A")
    report = judging.import_csv(f"photo,article,verdict,who\n{PHOTO},A,match,Anna\n")
    assert report.added == 1
    (listed,) = store.judgements.all()
    said = [PHOTO, "", "A", "match", "Anna", "", "", "", "", "", "0"]
    assert listed.judgement.id == uuid5(NAMESPACE_URL, "\x1f".join(said))

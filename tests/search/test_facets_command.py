"""python -m search facets, as a person and a script meet it."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from search.__main__ import main
from search.store.store import Store
from tests.catalogues import products, unit_vectors


@pytest.fixture
def stock(on_database: None, store: Store) -> Store:
    """Return a catalogue of four things and two mugs, one without a price."""
    del on_database
    things = products(unit_vectors(6))
    mugs = [
        replace(thing, category_id="mugs", category={"en": "Mugs", "ru": "Кружки"})
        for thing in things[4:]
    ]
    mugs[0] = replace(mugs[0], price=Decimal("1490.50"))
    mugs[1] = replace(mugs[1], price=None, currency=None)
    store.products.add("shop", [*things[:4], *mugs])
    return store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """Run the command; return what it printed."""
    assert main(["facets", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("stock")
def test_everything_that_can_be_chosen_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """Most products first, names in the reader's language, prices by currency."""
    assert run(capsys).splitlines() == [
        "6 products can be found.",
        "",
        "Categories",
        "        4  Things",
        "        2  Mugs",
        "",
        "Prices",
        "        5  RUB 100 to RUB 1,490.50",
        "        1  without a price",
    ]


@pytest.mark.usefixtures("stock")
def test_it_narrows_looks_and_cuts(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a search is narrowed; only what has the words, and no more than wanted."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    told = run(capsys, "--category", "кружки", "--limit", "1")
    assert told.splitlines()[:5] == [
        "Можно найти 2 товара.",
        "",
        "Категории",
        "        2  Кружки",
        "        4  Вещи",
    ]
    assert "Вещи" not in run(capsys, "круж")
    assert "и ещё 1" in run(capsys, "--limit", "1")


@pytest.mark.usefixtures("stock")
def test_a_script_gets_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON: ids and names by language, prices as texts."""
    told = json.loads(run(capsys, "--json", "--price", "..103"))
    assert told == {
        "products": 4,
        "facets": {
            "category": {
                "different": 1,
                "values": [
                    {"value": "things", "products": 4, "name": {"en": "Things", "ru": "Вещи"}}
                ],
            }
        },
        "prices": [{"currency": "RUB", "lowest": "100.00", "highest": "1490.50", "products": 5}],
        "unpriced": 1,
    }


def test_nothing_to_choose_is_said(
    on_database: None, store: Store, capsys: pytest.CaptureFixture[str]
) -> None:
    """A catalogue of one thing has no facets."""
    del on_database
    store.products.add("shop", products(unit_vectors(1)))
    assert "There is nothing to narrow a search by" in run(capsys)


@pytest.mark.usefixtures("stock")
@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--price", "500..100", "The lowest price (500) is above the highest (100)."),
        ("--price", "99999999999..", "No product costs 99999999999."),
        ("--price", "1.2.3..", "“1.2.3” is no price."),
        ("--price", "cheap", "is no range of prices"),
        ("--limit", "0", "no whole number from 1 to 10000"),
    ],
)
def test_wrong_options_are_said(
    capsys: pytest.CaptureFixture[str], option: str, value: str, said: str
) -> None:
    """In a sentence, whichever command they stand in."""
    with pytest.raises(SystemExit):
        main(["facets", option, value])
    assert said in capsys.readouterr().err


@pytest.mark.usefixtures("stock")
def test_what_words_find_is_counted_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """As python -m search find finds it, narrowed by whatever else is named."""
    assert run(capsys, "--words", "кружка").splitlines()[0] == "2 products can be found."
    told = run(capsys, "--words", "art 4", "--json")
    assert json.loads(told)["products"] == 1
    told = run(capsys, "--words", "кружка", "--price", "1000..")
    assert told.splitlines()[0] == "1 product can be found."

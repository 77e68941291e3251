"""What Python tells the dialog of a product; tests/browser sees what comes of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
import streamlit as st

from pages.parts.details import details
from pages.parts.details.details import TEXTS, show_details
from pages.parts.details.payload import payload
from pages.parts.details.why import why_here
from pages.parts.texts import FOLDER
from search.engine import SearchEngine
from search.hits import Distribution
from search.language import LANGUAGES, Language, language
from search.threshold import Threshold
from search.tuning.scales import Scale
from search.vectors import CLIP
from tests.browser.details_data import AWAY, BARE, GONE, NEW, distribution, found, look, threshold

ENGLISH, RUSSIAN = (language(code, FOLDER) for code in LANGUAGES)
ENGINE = cast("SearchEngine", SimpleNamespace(looking=SimpleNamespace(look=look)))
# Said by Python, and not handed to the component.
SAID = {
    *("category", "project", "region", "quantity", "price", "price_in", "route", "days"),
    *("rank", "passes", "doubtful", "below", "passes_default", "below_default"),
    *("alone", "above", "estimated", "uncounted"),
    *("alone_narrowed", "above_narrowed", "estimated_narrowed", "uncounted_narrowed"),
    *("value_centred", "value_relative", "no_neighbours", "not_indexed"),
}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Stand in for the component; note what it is given."""
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(details, "_component", lambda **given: told.append(given))
    monkeypatch.setattr(st, "session_state", {})
    return told


def show(number: int, heard: Callable[[str], Callable[..., None]] = lambda _: print) -> None:
    """Show a product that no search found."""
    show_details(
        ENGINE,
        number,
        hit=None,
        distribution=None,
        threshold=None,
        photo=None,
        t=ENGLISH,
        on_more_like=heard("more like"),
        on_look=heard("look"),
        on_close=heard("close"),
    )


@pytest.mark.parametrize("words", [ENGLISH, RUSSIAN], ids=LANGUAGES)
def test_every_text_of_the_section_is_said_somewhere(words: Any) -> None:  # noqa: ANN401 - a Language
    """None is missing, and none is left over."""
    assert set(words.entry("details")) == {*TEXTS, *SAID}


def test_all_that_the_catalogue_knows_is_ready_to_be_read() -> None:
    """In the reader's language, with the picture first by which it was found."""
    told = payload(look(2), found(2, Scale.COSINE), RUSSIAN)
    assert (told["name"], told["price"]) == ("Хлопковая сумка-шоппер", "от 349,90\xa0₽")
    assert told["facts"] == [
        ("Категория", "Офис"),
        ("Проект", "Spring campaign"),
        ("Регион", "Moscow"),
    ]
    large = [f"api/pictures/{number}" for number in (40, 41, 42)]
    assert told["pictures"] == [
        {"large": address, "small": f"{address}?size=small"} for address in large
    ]
    assert told["shown"] == 1
    neighbours = cast("list[dict[str, Any]]", told["neighbours"])
    assert (neighbours[0]["id"], neighbours[0]["value"]) == ("3", "0,88")
    assert neighbours[1]["also"] == "ещё: LK-1054"


def test_offers_are_a_table_without_empty_columns() -> None:
    """A currency a column; one alone needs no name, and what no offer says is left out."""
    table = cast("dict[str, Any]", payload(look(1), None, ENGLISH)["offers"])
    assert table["head"] == ["Quantity", "Price, RUB", "Price, USD", "Route", "Delivery, days"]
    assert table["rows"][0] == ["100", "RUB 412.50", "USD 4.60", "Air", "14"]
    assert table["rows"][2] == ["1,000", "RUB 349.90", None, None, "60"]
    seen = look(1)
    bare = tuple(
        replace(offer, prices={"RUB": offer.prices["RUB"]}, route=None, days=None)
        for offer in seen.product.offers
    )
    seen = replace(seen, product=replace(seen.product, offers=bare))
    table = cast("dict[str, Any]", payload(seen, None, ENGLISH)["offers"])
    assert table["head"] == ["Quantity", "Price"]
    assert payload(look(BARE), None, ENGLISH)["offers"] is None


@pytest.mark.parametrize(
    ("case", "scale", "begins"),
    [
        ("found", Scale.COSINE, "More similar than 99.7% of the catalogue: 26 of 12,907 products "),
        ("found", Scale.RELATIVE, "More similar than 99.8% of the catalogue: 13 of 12,907 "),
        ("uncounted", Scale.COSINE, "How many products of the catalogue are less similar is still"),
    ],
)
def test_why_it_is_here_is_counted_in_the_whole_catalogue(
    case: str, scale: Scale, begins: str
) -> None:
    """Rank, line, and how much of the catalogue is less similar on the search's own scale."""
    why = why_here(found(1, scale), distribution(case), threshold(scale), ENGLISH)
    rank, line, catalogue = why.sentences
    assert rank == "Number 3 among the results of this search."
    assert line == "Passes the saved threshold of 0.74."
    assert catalogue.startswith(begins)


def test_an_estimate_is_called_one() -> None:
    """With how far it may be off, and how many products it rests on."""
    counted = distribution("estimated")
    line = threshold(Scale.COSINE)
    said = why_here(found(1, Scale.COSINE), counted, line, ENGLISH).sentences[2]
    assert said == (
        f"More similar than about 99.7% of the catalogue: about 26 (±{counted.margin(0.83)}) of"
        " 12,907 products are as similar or more. Estimated from a sample of 5,000."
    )
    said = why_here(found(1, Scale.COSINE), counted, line, RUSSIAN).sentences[2]
    assert said.startswith("Похож больше, чем примерно 99,7 % каталога: ")


@pytest.mark.parametrize(
    ("case", "begins"),
    [
        ("found", "More similar than 99.7% of what the filters leave: 26 of 12,907 products are"),
        ("estimated", "More similar than about 99.7% of what the filters leave: about 26 (±"),
        ("uncounted", "How many of the products that the filters leave are less similar is still"),
    ],
)
def test_with_filters_it_stands_among_what_they_leave(case: str, begins: str) -> None:
    """What is no more in the search is not compared with."""
    counted = replace(distribution(case), narrowed=True)
    line = threshold(Scale.COSINE)
    said = why_here(found(1, Scale.COSINE), counted, line, ENGLISH).sentences[2]
    assert said.startswith(begins)
    said = why_here(found(1, Scale.COSINE), counted, line, RUSSIAN).sentences[2]
    assert "подходящих под фильтры" in said


def test_where_nothing_is_left_nothing_is_said() -> None:
    """An old search whose category is gone has hits, and nothing to compare them with."""
    counted = Distribution((0,) * 201, narrowed=True)
    said = why_here(found(1, Scale.COSINE), counted, threshold(Scale.COSINE), ENGLISH).sentences
    assert len(said) == 2


@pytest.mark.parametrize(
    ("score", "expected"),
    [
        (0.7399, "Doubtful by the saved threshold: does not reach 0.74, but is not below 0.70."),
        (0.69, "Below the saved threshold of 0.74."),
    ],
)
def test_what_the_line_cuts_is_said(score: float, expected: str) -> None:
    """By the rule that splits the results: hundredths, rounded down."""
    hit = replace(found(1, Scale.COSINE), score=score)
    assert why_here(hit, None, threshold(Scale.COSINE), ENGLISH).sentences[1] == expected


@pytest.mark.parametrize(
    ("score", "words", "expected"),
    [
        (0.31, ENGLISH, "Passes the default threshold of 0.30."),
        (0.31, RUSSIAN, "Проходит порог по умолчанию (0,30)."),
        (0.29, ENGLISH, "Below the default threshold of 0.30."),
        (0.29, RUSSIAN, "Ниже порога по умолчанию (0,30)."),
    ],
)
def test_a_line_that_nobody_saved_is_called_the_default(
    score: float, words: Language, expected: str
) -> None:
    """Nobody looks for who has saved it, and why."""
    hit, line = replace(found(1, Scale.COSINE), score=score), Threshold(0.3, CLIP)
    assert why_here(hit, None, line, words).sentences[1] == expected


def test_a_value_on_another_scale_stands_beside_the_cosine() -> None:
    """Nobody takes the one for the other."""
    hit, line = found(1, Scale.RELATIVE), threshold(Scale.RELATIVE)
    assert why_here(hit, None, line, ENGLISH).values == (
        ("On the relative scale", "0.95"),
        ("Similarity", "0.83"),
    )
    why = why_here(found(1, Scale.COSINE), None, None, ENGLISH)
    assert (why.values, why.line) == ((("Similarity", "0.83"),), None)


@pytest.mark.parametrize(("products", "sentences"), [(1, 1), (2, 2)])
def test_the_most_similar_of_all_has_none_beside_it(products: int, sentences: int) -> None:
    """Of a catalogue of one, nothing is said."""
    counts = [0] * 201
    counts[183], counts[150] = 1, products - 1
    said = why_here(found(1, Scale.COSINE), Distribution(tuple(counts)), None, ENGLISH).sentences
    assert len(said) == sentences
    assert "no other product is as similar" in said[-1] or products == 1


def test_what_was_clicked_is_told_and_closing_counts(told: list[dict[str, Any]]) -> None:
    """A product to look at by its number; to search for more closes the dialog as well."""
    heard: list[tuple[object, ...]] = []
    show(1, lambda name: lambda *given: heard.append((name, *given)))
    given = told[-1]
    assert (given["data"]["id"], given["data"]["round"], given["data"]["why"]) == ("1", 0, None)
    st.session_state[details.KEY] = SimpleNamespace(looked="4", wanted="1", closed=True)
    given["on_looked_change"]()
    given["on_wanted_change"]()
    assert heard == [("look", 4), ("close",), ("more like", 1)]
    show(1)
    assert told[-1]["data"]["round"] == 1


@pytest.mark.parametrize(
    "sent", [None, 4, True, 1.5, "", "-1", " 4", "4.0", "four", "٤", "9" * 20, ["4"], {"id": "4"}]
)
def test_what_no_dialog_says_is_ignored(told: list[dict[str, Any]], sent: object) -> None:
    """Whatever a browser sends: nothing is looked at, searched for or closed."""
    heard: list[str] = []
    show(1, lambda name: lambda *_: heard.append(name))
    st.session_state[details.KEY] = SimpleNamespace(looked=sent, wanted=sent, closed=True)
    told[-1]["on_looked_change"]()
    told[-1]["on_wanted_change"]()
    assert heard == []


def test_what_cannot_be_shown_is_a_sentence(told: list[dict[str, Any]]) -> None:
    """Gone meanwhile, or a database that is away, which may answer again."""
    show(GONE)
    show(AWAY)
    (gone, away) = (given["data"]["problem"] for given in told)
    assert gone["what"] == "The catalogue has no product 90."
    assert (gone["retry"], away["retry"]) == (False, True)
    assert all(given["data"]["product"] is None for given in told)


def test_no_neighbours_is_said_with_the_reason() -> None:
    """It waits to be indexed, or it is alone."""
    waiting = payload(look(NEW), None, ENGLISH)
    assert "indexed yet" in str(waiting["alone"])
    alone = payload(replace(look(NEW), is_indexed=True), None, ENGLISH)
    assert "nothing else" in str(alone["alone"])
    assert payload(look(1), None, ENGLISH)["alone"] == ""

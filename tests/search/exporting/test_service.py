"""Files of real searches: with pictures from the database, and without waiting for any other."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.exporting.found import Looked
from search.language import language
from search.narrowing import Narrow, PriceRange
from search.store.store import Store
from tests.catalogues import products, send_away, unit_vectors

Paint = Callable[..., bytes]


@pytest.fixture
def stocked(store: Store, engine: SearchEngine, picture: Paint) -> SearchEngine:
    """Return an engine whose catalogue has three products with pictures."""
    made = products(unit_vectors(3))
    store.products.add(
        "test",
        [replace(one, picture=picture((90 * n, 0, 0))) for n, one in enumerate(made)],
    )
    return engine


def opened(written: bytes) -> Workbook:
    """Open a file as Excel does."""
    return load_workbook(io.BytesIO(written))


def pictures(page: Worksheet) -> int:
    """Count the pictures on a sheet."""
    return len(page._images)  # type: ignore[attr-defined] # the only way to them


def about(book: Workbook) -> dict[str, object]:
    """Return what the last sheet says."""
    return {str(row[0].value): row[1].value for row in book.worksheets[-1].iter_rows()}


def test_a_search_is_written_with_its_photo_and_pictures(
    stocked: SearchEngine, picture: Paint
) -> None:
    """The photo as it is kept, the products as the catalogue shows them."""
    photo = stocked.reading.read(picture("red"))
    found = stocked.search(photo)
    stocked.keep_photo(photo)
    book = opened(stocked.exporting.results_xlsx(found, language("en")))
    assert pictures(book.worksheets[0]) == 3
    assert pictures(book.worksheets[-1]) == 1
    assert about(book)["Searched with"] == "a photo"


def test_a_photo_that_is_not_kept_is_not_written(stocked: SearchEngine, picture: Paint) -> None:
    """What was forgotten, or never kept, is in no file."""
    found = stocked.search(stocked.reading.read(picture("red")))
    book = opened(stocked.exporting.results_xlsx(found, language("en")))
    assert pictures(book.worksheets[-1]) == 0


def test_products_like_one_name_it(stocked: SearchEngine, store: Store) -> None:
    """With its picture; also when it is gone from the catalogue since."""
    number = store.products.numbers(["ART-1"])["ART-1"]
    found = stocked.more_like(number)
    book = opened(stocked.exporting.results_xlsx(found, language("en")))
    assert about(book)["Searched with"] == "products like ART-1 Product 1"
    assert pictures(book.worksheets[-1]) == 1
    with store.database.connection() as connection:
        connection.execute("DELETE FROM likeness.products WHERE id = %s", (number,))
    gone = about(opened(stocked.exporting.results_xlsx(found, language("ru"))))
    assert "больше нет" in str(gone["По чему искали"])


def test_what_it_was_narrowed_to_is_said(stocked: SearchEngine, picture: Paint) -> None:
    """By the names that people know."""
    narrow = Narrow(categories=("things",), price=PriceRange(None, None, "RUB"))
    found = stocked.search(stocked.reading.read(picture("red")), narrow=narrow)
    said = about(opened(stocked.exporting.results_xlsx(found, language("ru"))))
    assert str(said["Среди каких товаров"]).startswith("Вещи")


def test_what_words_found_is_written_in_its_order(stocked: SearchEngine) -> None:
    """With pictures, and with the words, however somebody typed them, as texts."""
    words, at = language("en"), datetime(2026, 11, 29, 14, 5, tzinfo=UTC)
    found = stocked.find("=product", 2)
    looked = Looked("=product", at, None, "https://likeness.example/?text=x", UTC)
    narrow = Narrow(categories=("things",))
    book = opened(stocked.exporting.found_xlsx(found, looked, narrow, words))
    page = book.worksheets[0]
    head = [cell.value for cell in page[1]]
    assert head[:4] == ["Rank", "Picture", "Article", "Name"]
    assert "Similarity" not in head
    assert [row[2].value for row in page.iter_rows(min_row=2)] == [
        match.product.article for match in found.matches
    ]
    assert pictures(page) == len(found.matches) == 2
    assert about(book) == {
        "Words": "=product",
        "Made": "29 Nov 2026, 14:05",
        "Search": "https://likeness.example/?text=x",
        "Narrowed to": "Things",
        "Products found": 3,
        "Of them in this file, those that fit best": 2,
    }
    written = stocked.exporting.found_csv(found, looked, words).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(written)))
    assert [row["Rank"] for row in rows] == ["1", "2"]
    assert {row["Words"] for row in rows} == {"'=product"}


def test_words_that_were_read_otherwise_say_so(stocked: SearchEngine) -> None:
    """A file tells what was typed and what that found."""
    found = stocked.find("njdfh")
    looked = Looked("njdfh", datetime(2026, 11, 29, tzinfo=UTC), found.read_as)
    said = about(opened(stocked.exporting.found_xlsx(found, looked, None, language("ru"))))
    assert (said["Слова"], said["Прочитано в другой раскладке"]) == ("njdfh", "товар")
    assert "Поиск" not in said


def test_a_picture_that_is_not_here_is_not_fetched(
    stocked: SearchEngine, store: Store, picture: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever wants a file does not wait for a shop's server."""
    send_away(store, "http://127.0.0.1:9")
    found = stocked.search(stocked.reading.read(picture("red")))

    def refuse(*_: object) -> None:
        raise AssertionError("a picture was fetched")

    monkeypatch.setattr(stocked.showing, "fetch", refuse)
    book = opened(stocked.exporting.results_xlsx(found, language("en")))
    assert pictures(book.worksheets[0]) == 0


def test_while_the_database_is_away_the_products_are_written_all_the_same(
    stocked: SearchEngine, picture: Paint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are known; only what shows them is missing."""
    found = stocked.search(stocked.reading.read(picture("red")))

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable(reason="away")

    monkeypatch.setattr(type(stocked.store.photo_pictures), "find", away)
    monkeypatch.setattr(stocked.showing, "find", away)
    book = opened(stocked.exporting.results_xlsx(found, language("en")))
    assert book.worksheets[0].max_row == 4

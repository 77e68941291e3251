"""Files of real searches: with pictures from the database, and without waiting for any other."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
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

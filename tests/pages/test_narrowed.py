"""What the search page says where filters leave some products, run by AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.asked import AskedProduct
from pages.parts.running import get_engine
from search.encoders import Encoder
from search.hits import Search
from search.narrowing import Narrow, PriceRange
from search.photo import read_photo
from search.store.store import Store
from tests.fake_huggingface import FakeHuggingFace
from tests.pages.search_page import a_picture, stock

Open = Callable[..., AppTest]
Told = list[dict[str, Any]]
# Two of the three products, whose prices are 100 to 102.
CHEAP = Narrow(price=PriceRange(highest=Decimal(101)))


@pytest.fixture
def page(
    open_page: Open, store: Store, fake: FakeHuggingFace, encoder: Encoder
) -> Iterator[AppTest]:
    """Open the search page on three products."""
    with fake:
        stock(store, encoder)
        yield open_page("search", encoder)


def a_search(narrow: Narrow | None) -> Search:
    """Search with a photo."""
    return get_engine().search(read_photo(a_picture("orange")), narrow=narrow)


def show(page: AppTest, search: Search) -> None:
    """Open a search by its address."""
    page.query_params["search"] = str(search.id)
    page.run()
    assert not page.error
    assert not page.exception


def test_only_what_the_filters_leave_is_counted_and_named(page: AppTest, told: Told) -> None:
    """The chart, the sentence over it and the caption are of the two products that are left."""
    show(page, a_search(CHEAP))
    assert sum(told[-1]["distribution"].counts) == 2
    said = told[-1]["texts"]
    assert said["evidence"]["other"].startswith("With the filters, {passed} of {total} products")
    assert "this photo to each of the {total} products that the filters" in said["caption"]["other"]
    assert told[-1]["among"].startswith("Among: up to ")
    show(page, a_search(None))
    assert sum(told[-1]["distribution"].counts) == 3
    said = told[-1]["texts"]
    assert said["evidence"]["other"] == "At {threshold}, {passed} of {total} products pass."
    assert "this photo to each of the {total} products." in said["caption"]["other"]
    assert told[-1]["among"] == ""


def test_a_filter_that_is_taken_away_counts_all_again(page: AppTest, told: Told) -> None:
    """The same search without its filters is of the whole catalogue."""
    show(page, a_search(CHEAP))
    page.session_state["asked_narrow"] = None
    page.session_state["asked_round"] += 1
    page.run()
    assert sum(told[-1]["distribution"].counts) == 3
    assert not told[-1]["texts"]["evidence"]["other"].startswith("With the filters")


def test_a_product_is_not_called_a_photo(page: AppTest, told: Told) -> None:
    """What looks like a product is similar to that product."""
    show(page, a_search(None))
    page.session_state["asked"] = AskedProduct(int(told[-1]["cards"][0].product_id))
    page.run()
    said = told[-1]["texts"]
    assert said["caption"]["other"].startswith("Similarity of this product to each of")
    assert "1 is the product itself" in said["caption_relative"]["other"]


def test_a_product_that_is_looked_at_stands_among_what_is_left(
    page: AppTest, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its percentile is that of the two products, and not of the catalogue."""
    seen: list[dict[str, Any]] = []
    monkeypatch.setattr("pages.parts.looking.show_details", lambda *_, **given: seen.append(given))
    search = a_search(CHEAP)
    page.session_state["looked_at"] = search.hits[0].product.id
    show(page, search)
    assert told
    assert (seen[-1]["distribution"].total, seen[-1]["distribution"].narrowed) == (2, True)

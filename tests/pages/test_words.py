"""The search page with a text, run by AppTest: what is shown, taken along and filtered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts import words
from pages.parts.filters import filters
from pages.parts.products.products import Heading, ProductCard
from search.narrowing import Narrow, PriceRange, Trait
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.search.conftest import PixelEncoder

Open = Callable[..., AppTest]
COUNT = 60


class Shown:
    """What the components of the page are told."""

    def __init__(self) -> None:
        self.cards: Sequence[ProductCard] = ()
        self.heading: Heading | None = None
        self.facets: Any = None

    def products(self, cards: Sequence[ProductCard], heading: Heading, **_: object) -> None:
        """Take note of the list."""
        self.cards, self.heading = cards, heading

    def bar(self, facets: Any, *_: object, given: Narrow | None, **__: object) -> Narrow | None:  # noqa: ANN401 - either kind
        """Take note of what counts; choose nothing else."""
        self.facets = facets
        return given


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Stand in the components' places."""
    shown = Shown()
    monkeypatch.setattr(words, "products", shown.products)
    monkeypatch.setattr(filters, "pick_narrow", shown.bar)
    return shown


@pytest.fixture
def page(open_page: Open, store: Store) -> AppTest:
    """Open the page on sixty things, whose prices are 100 to 159."""
    store.products.add("shop", products(unit_vectors(COUNT)))
    return open_page("search", PixelEncoder())


def files(page: AppTest) -> list[str]:
    """Return what can be taken along."""
    return [button.proto.label for button in page.get("download_button")]


def look_for(page: AppTest, text: str, narrow: Narrow | None = None) -> None:
    """Look for a text by its address."""
    page.query_params["text"] = text
    page.run()
    if narrow:
        page.session_state["asked_narrow"] = narrow
        page.run()
    assert not page.exception


def test_the_best_are_shown_of_all_that_are_counted(page: AppTest, shown: Shown) -> None:
    """The list, its heading and the filters beside it are of the same products."""
    look_for(page, "product")
    assert shown.heading
    assert shown.heading.title == f"The best 50 of {COUNT} products for “product”"
    assert len(shown.cards) == 50
    assert shown.facets.count().products == COUNT
    cheap = Narrow(price=PriceRange(highest=products(unit_vectors(3))[2].price))
    look_for(page, "product", cheap)
    assert shown.heading.title == "3 products for “product”"
    assert shown.heading.notes[0].startswith("Among: up to ")
    assert shown.facets.count(cheap).products == len(shown.cards) == 3


def test_filters_count_what_the_words_find(page: AppTest, shown: Shown) -> None:
    """And not the whole catalogue."""
    look_for(page, "ART-7")
    counted = shown.facets.count(Narrow(categories=("things",)))
    (categories,) = (facet for facet in counted.facets if facet.trait is Trait.CATEGORY)
    assert [value.products for value in categories.values] == [1]


def test_what_was_found_can_be_taken_along(page: AppTest, shown: Shown) -> None:
    """As CSV and Excel; where nothing was found there is nothing to take."""
    assert shown
    look_for(page, "product")
    assert files(page) == ["CSV", "Excel with pictures"]
    look_for(page, "чемодан")
    assert files(page) == []
    assert page.markdown[-2].value == "**Nothing found for “чемодан”**"
    assert page.markdown[-1].value.startswith("No product has such")

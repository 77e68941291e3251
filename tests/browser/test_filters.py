"""The filters in a real Chromium: ticked, counted, chosen and taken back, by mouse and by key."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from search.demo.pack import load_pack
from tests.browser.axe import Axe
from tests.browser.browser import open_page, streamlit_app

pytestmark = pytest.mark.browser

SAMPLE = load_pack().samples[0]


class Filters:
    """The filters as a person sees them and acts on them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.opener = page.locator(".filters .open")
        self.panel = page.locator(".filters .panel")
        self.show = page.locator(".filters .show")
        self.said = page.locator(".filters .said")
        self.chips = page.locator(".filters .chip")
        self.clear = page.locator(".filters .clear")
        self.problem = page.locator(".filters .problem")

    def open(self) -> None:
        """Open the panel and wait for its counts."""
        self.opener.click()
        expect(self.show).to_be_visible()

    def facet(self, title: str) -> Locator:
        """Return the part of the panel with this title."""
        return self.page.locator(".filters .facet").filter(
            has=self.page.get_by_text(title, exact=True)
        )

    def box(self, name: str) -> Locator:
        """Return the box of a value."""
        return self.panel.get_by_role(
            "checkbox", name=re.compile(f"^{re.escape(name)}(?![a-zа-я])")
        )

    def values(self, title: str) -> list[str]:
        """Return the values of a facet as they are read, with their counts."""
        rows = self.facet(title).locator(".value").all_inner_texts()
        return [row.replace("\n", " ") for row in rows]


OpenFilters = Callable[..., Filters]


@pytest.fixture(scope="module")
def filters_app() -> Iterator[str]:
    """Serve the filters alone; the address of that server."""
    with streamlit_app(Path(__file__).parent / "filters_app.py") as address:
        yield address


@pytest.fixture
def filters(page: Page, filters_app: str) -> OpenFilters:
    """Open the filters in one of their cases."""

    def open_(query: str = "", width: int = 1440) -> Filters:
        page.set_viewport_size({"width": width, "height": 844 if width < 500 else 900})
        open_page(page, f"{filters_app}/?{query}")
        filters = Filters(page)
        expect(filters.opener).to_be_visible()
        return filters

    return open_


@pytest.fixture
def found(page: Page, app: str) -> Callable[[str], Filters]:
    """Search the demo catalogue with a sample."""

    def search(language: str) -> Filters:
        open_page(page, f"{app}/?language={language}")
        page.get_by_role("button", name=SAMPLE.caption[language], exact=True).click()
        expect(page.locator(".card")).to_have_count(50)
        return Filters(page)

    return search


def fits(page: Page) -> bool:
    """Tell whether the page is no wider than the window."""
    wide: bool = page.evaluate(
        "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    )
    return wide


def runs(page: Page) -> int:
    """Tell how often the page itself was run."""
    return int(page.get_by_text("Runs:").inner_text().split()[1])


def test_a_category_is_ticked_searched_and_taken_back(
    page: Page, found: Callable[[str], Filters]
) -> None:
    """In the demo: only it is found and still fifty; a second one adds; a chip gives all back."""
    filters = found("en")
    bags = page.locator(".card .known").filter(has_text="Bags")
    filters.open()
    assert {"Bags 80", "Drinkware 120"} <= set(filters.values("Category"))
    filters.box("Bags").check()
    expect(filters.show).to_have_text("Show 80 products")
    filters.show.click()
    expect(filters.chips).to_have_text(["Bags"])
    expect(filters.panel).to_be_hidden()
    expect(filters.said).to_have_text("80 products fulfil the filters.")
    expect(bags).to_have_count(50)
    expect(page.locator(".evidence")).to_have_text(
        re.compile(r"^With the filters, .* of 80 products pass at")
    )
    filters.open()
    expect(filters.facet("Category").locator(".name").first).to_have_text("Bags")
    assert "Drinkware 120" in filters.values("Category")
    filters.box("Drinkware").check()
    expect(filters.show).to_have_text("Show 200 products")
    filters.show.click()
    expect(filters.chips).to_have_text(["Bags", "Drinkware"])
    expect(bags).to_have_count(0)
    filters.clear.click()
    expect(filters.chips).to_have_count(0)
    expect(page.locator(".card")).to_have_count(50)
    expect(filters.opener).to_be_focused()


def test_a_range_of_prices_by_key_in_russian(page: Page, found: Callable[[str], Filters]) -> None:
    """A comma, the Enter key, and only what costs so much is left."""
    filters = found("ru")
    filters.opener.press("Enter")
    expect(filters.show).to_have_text("Показать 720 товаров")
    lowest = filters.panel.get_by_label("От", exact=True)
    lowest.fill("1 999,99")
    expect(filters.show).not_to_have_text("Показать 720 товаров")
    lowest.press("Enter")
    expect(filters.chips).to_have_text(["от 1\xa0999,99\xa0₽"])
    expect(filters.opener).to_be_focused()
    expect(page.locator(".card .price").first).to_have_text(re.compile("[23]\xa0\\d{3}"))
    page.keyboard.press("Tab")
    expect(filters.chips.first).to_be_focused()
    page.keyboard.press("Space")
    expect(filters.chips).to_have_count(0)
    expect(page.locator(".card")).to_have_count(50)


def test_ticking_asks_for_counts_alone(filters: OpenFilters) -> None:
    """The page is not run while somebody chooses, and once when it is chosen."""
    shown = filters()
    assert runs(shown.page) == 1
    shown.open()
    shown.box("Mugs").check()
    expect(shown.show).to_have_text("Show 257 products")
    shown.box("Урал").check()
    expect(shown.show).to_have_text("Show 94 products")
    assert "Bags 63" in shown.values("Category")
    assert runs(shown.page) == 1
    shown.show.click()
    expect(shown.chips).to_have_text(["Mugs", "Region: Урал"])
    expect(shown.page.get_by_text("Runs:")).to_have_text("Runs: 2")
    shown.chips.first.click()
    expect(shown.chips).to_have_text(["Region: Урал"])
    expect(shown.page.get_by_text("Picked:")).to_contain_text("categories=(), ")
    expect(shown.opener).to_be_focused()


def test_leaving_takes_nothing(filters: OpenFilters) -> None:
    """Escape, Cancel and the button itself close the panel as if nothing had been ticked."""
    shown = filters("given=reopened")
    cancel = shown.page.get_by_role("button", name="Cancel")
    leaving: list[Callable[[], None]] = [
        lambda: shown.panel.press("Escape"),
        lambda: shown.opener.press("Escape"),
        cancel.click,
        shown.opener.click,
    ]
    for leave in leaving:
        shown.open()
        expect(shown.box("Mugs")).to_be_checked()
        shown.box("Mugs").uncheck()
        shown.box("Wall clocks").check()
        leave()
        expect(shown.panel).to_be_hidden()
        expect(shown.opener).to_be_focused()
    expect(shown.chips).to_have_text(["Mugs", "gone", "Project: Проект 7", "Region: Урал"])
    assert runs(shown.page) == 1


def test_long_lists_are_looked_through(filters: OpenFilters) -> None:
    """Sixty projects: fifty at once, any of them by a few letters, and what is ticked stays."""
    shown = filters()
    shown.open()
    projects = shown.facet("Project")
    expect(projects.locator(".value")).to_have_count(50)
    expect(projects.locator(".more")).to_have_text("and 10 more: type to find them")
    find = projects.get_by_label("Find a project")
    find.press_sequentially("ЕЛКА")
    expect(projects.locator(".value")).to_have_count(1)
    expect(projects.locator(".name")).to_contain_text("<b>Forum</b> «Ёлка»")
    projects.get_by_role("checkbox").check()
    expect(shown.show).to_have_text("Show 10 products")
    find.fill("nowhere")
    expect(projects.locator(".more")).to_have_text("Nothing here is called “nowhere”.")
    find.fill("")
    expect(projects.locator(".value")).to_have_count(50)
    expect(projects.get_by_role("checkbox", checked=True)).to_have_count(1)
    # Letters are commands of Streamlit's outside of fields: this one runs the page again.
    find.press("r")
    assert runs(shown.page) == 1
    assert shown.facet("Region").locator(".find").is_hidden()


def test_wrong_prices_are_said_and_not_searched(filters: OpenFilters) -> None:
    """Text, a reversed range, what no product costs: a sentence each, and the button waits."""
    shown = filters()
    shown.open()
    prices = shown.facet("Price")
    lowest, highest = prices.get_by_label("From", exact=True), prices.get_by_label("To", exact=True)
    lowest.fill("cheap")
    expect(shown.problem).to_contain_text("“cheap” is no price.")
    expect(shown.show).to_be_disabled()
    lowest.press("Enter")
    expect(shown.problem).to_be_visible()
    expect(shown.panel).to_be_visible()
    lowest.fill("500")
    highest.fill("100.50")
    expect(shown.problem).to_contain_text("(RUB 500) is above the highest (RUB 100.50)")
    highest.fill("9" * 30)
    expect(shown.problem).to_contain_text("No product costs")
    highest.fill("1,500")
    expect(shown.problem).to_be_hidden()
    expect(prices.locator(".unpriced")).to_have_text("60 products without a price are left out.")
    prices.get_by_label("Currency").select_option("USD")
    expect(prices.locator(".span")).to_contain_text("USD")
    expect(shown.show).to_have_text("Show 20 products")
    shown.show.click()
    expect(shown.chips).to_have_text(["USD 500 to USD 1,500"])
    expect(shown.said).to_contain_text("60 products without a price are left out.")
    # The page shows what is chosen before it has run.
    expect(shown.page.get_by_text("Runs:")).to_have_text("Runs: 2")


def test_what_leaves_nothing_is_said_with_a_way_back(filters: OpenFilters) -> None:
    """Of a search that is opened again, and before it is chosen."""
    shown = filters("given=reopened&language=ru")
    expect(shown.said).to_contain_text("Под фильтры под")
    shown.open()
    shown.panel.get_by_label("От", exact=True).fill("4000")
    expect(shown.show).to_have_text("Нет товаров")
    expect(shown.show).to_be_disabled()
    shown.panel.press("Escape")
    expect(shown.chips).to_have_count(4)
    shown.clear.press("Enter")
    expect(shown.chips).to_have_count(0)
    expect(shown.page.get_by_text("Picked:")).to_have_text("Picked: None")


def test_another_search_brings_its_own_filters(filters: OpenFilters) -> None:
    """What it was narrowed to takes the place of what was chosen before."""
    shown = filters("given=priced")
    expect(shown.chips).to_have_text(["RUB 100 to RUB 1,500.50"])
    shown.open()
    expect(shown.panel.get_by_label("To", exact=True)).to_have_value("1,500.5")
    shown.page.get_by_role("button", name="Open another").click()
    expect(shown.chips).to_have_text(["Bags"])
    expect(shown.panel).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_filters_are_clean_for_everyone(
    page: Page, filters: OpenFilters, axe: Axe, width: int
) -> None:
    """Axe finds nothing in them, light or dark; nothing sticks out; fingers find everything."""
    shown = filters(f"given=reopened&language={'ru' if width == 390 else 'en'}", width)
    shown.open()
    shown.facet("Цена" if width == 390 else "Price").locator(".lowest").fill("?")
    expect(shown.problem).to_be_visible()
    assert axe.faults_in_both(page, ".st-key-filters", sees=".lowest") == []
    assert fits(page)
    if width == 390:
        touched = page.locator(".filters :is(button, .value, .field)")
        small = touched.evaluate_all(
            """all => all.filter(one => one.offsetHeight > 0 && one.offsetHeight < 44)
                .map(one => one.className)"""
        )
        assert small == []

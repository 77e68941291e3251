"""What the filters tell their component, and what becomes of what it sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import running
from pages.parts.filters import filters
from pages.parts.filters.bar import TEXTS, bar
from pages.parts.filters.wanted import Wanted
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable, PriceUnreadable
from search.facets import Facets
from search.narrowing import Narrow, PriceRange, Trait
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors

MUGS = Narrow(categories=("mugs",))


def script() -> None:
    """Show the filters alone, and keep what is chosen."""
    import streamlit as st  # noqa: PLC0415 - AppTest runs this function's text

    from pages.parts.filters.filters import pick_narrow  # noqa: PLC0415
    from pages.parts.running import get_engine  # noqa: PLC0415
    from pages.parts.texts import texts  # noqa: PLC0415

    given = st.session_state.get("given")
    st.session_state["picked"] = pick_narrow(
        get_engine().facets, texts(), key="filters", given=given
    )


@dataclass
class Page:
    """The filters on a page, with the component played: what it is told, and what it sends."""

    test: AppTest
    told: list[dict[str, Any]] = field(default_factory=list)
    sent: object = None

    @property
    def picked(self) -> Narrow | None:
        """What is chosen."""
        picked: Narrow | None = self.test.session_state["picked"]
        return picked

    @property
    def chips(self) -> list[str]:
        """What stands on the chips."""
        return [chip["text"] for chip in self.told[-1]["chips"]]

    @property
    def counted(self) -> dict[str, Any]:
        """What the panel shows."""
        counted: dict[str, Any] = self.told[-1]["counted"]
        return counted

    def run(self, given: Narrow | None = None, language: str = "en") -> None:
        """Run the page with what a search was narrowed to."""
        self.test.session_state["given"] = given
        self.test.session_state["language"] = language
        self.test.run()
        assert not self.test.exception

    def send(self, name: str, sent: object) -> None:
        """Let the component say that something was asked, or chosen."""
        self.sent = sent
        next(button for button in self.test.button if button.label == name).click().run()
        assert not self.test.exception


def ticked(**said: object) -> dict[str, object]:
    """Return what the browser sends, as far as it is said."""
    return {"number": 7, "lowest": "", "highest": "", "currency": None, **said}


@pytest.fixture
def engine(
    store: Store, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> Iterator[SearchEngine]:
    """Stand on a catalogue of ten things and two mugs, one of them without a price."""
    things = products(unit_vectors(12))
    mugs = [
        replace(thing, category_id="mugs", category={"en": "Mugs", "ru": "Кружки"})
        for thing in things[10:]
    ]
    mugs[0] = replace(mugs[0], price=Decimal("1490.50"))
    mugs[1] = replace(mugs[1], price=None, currency=None)
    store.products.add("shop", [*things[:10], *mugs])
    engine = SearchEngine(settings, store, HttpEncoder("http://127.0.0.1:1", HUGGINGFACE))
    monkeypatch.setattr(running._running, "_engine", engine)
    yield engine
    monkeypatch.undo()
    engine.close()


@pytest.fixture
def page(engine: SearchEngine, monkeypatch: pytest.MonkeyPatch) -> Page:
    """Put two buttons in the place of the component."""
    del engine
    page = Page(AppTest.from_function(script, default_timeout=60))

    def played(
        told: dict[str, Any],
        *,
        on_asked: Callable[[object], None],
        on_chosen: Callable[[object], None],
        **_: object,
    ) -> None:
        page.told.append(told)
        st.button("ask", on_click=lambda: on_asked(page.sent))
        st.button("choose", on_click=lambda: on_chosen(page.sent))

    monkeypatch.setattr(filters, "bar", played)
    return page


def test_nothing_is_counted_before_somebody_wants_to_choose(page: Page) -> None:
    """A search never waits for filters that nobody opens."""
    page.run()
    assert page.picked is None
    assert (page.chips, page.told[-1]["said"], page.told[-1]["counted"]) == ([], "", None)


def test_what_is_ticked_is_counted_and_only_then_chosen(page: Page) -> None:
    """Values with their counts, how many would be left; the search stays until it is chosen."""
    page.run()
    page.send("ask", ticked(category=["mugs"]))
    assert page.picked is None
    [category] = page.counted["facets"]
    assert category["values"] == [
        {"value": "things", "text": "Things", "count": "10"},
        {"value": "mugs", "text": "Mugs", "count": "2"},
    ]
    assert (page.counted["show"], page.counted["number"]) == ("Show 2 products", 7)
    page.send("choose", ticked(category=["mugs"]))
    assert page.picked == MUGS
    assert page.chips == ["Mugs"]
    assert page.told[-1]["chips"][0]["remove"] == "Remove the filter: Mugs"
    assert page.told[-1]["said"] == "2 products fulfil the filters."
    assert page.told[-1]["counted"] is None
    page.send("choose", ticked())
    assert (page.picked, page.chips) == (None, [])


def test_a_reopened_search_shows_what_it_was_narrowed_to(page: Page) -> None:
    """In Russian as well; a filter whose category is gone is still there to be removed."""
    then = Narrow(("mugs", "gone"), ("Форум",), (), PriceRange(None, Decimal(2000), "RUB"))
    page.run(then, "ru")
    assert page.picked == then
    assert page.chips == ["Кружки", "gone", "Проект: Форум", "до 2\xa0000\xa0₽"]
    assert page.told[-1]["said"].startswith("Под все эти фильтры не подходит ни один товар.")
    assert page.told[-1]["isNone"]
    assert page.told[-1]["ticked"]["highest"] == "2\xa0000"
    version = page.told[-1]["version"]
    page.run(MUGS, "ru")
    assert (page.picked, page.told[-1]["version"]) == (MUGS, version + 1)


def test_what_comes_back_from_the_page_is_no_news(page: Page) -> None:
    """A search that is narrowed to what was chosen is given one run later; that undoes nothing."""
    page.run()
    page.send("choose", ticked(category=["mugs"]))
    page.test.session_state["given"] = MUGS
    page.send("choose", ticked())
    assert page.picked is None
    page.run()
    assert page.picked is None
    page.run(MUGS)
    assert page.picked == MUGS


def test_prices_are_read_and_said_as_the_reader_writes_them(page: Page) -> None:
    """A comma or a point; what has no price is told with the range."""
    page.run(None, "ru")
    page.send("ask", ticked(lowest="1 000,5"))
    price = page.counted["price"]
    assert (price["currency"], price["currencies"]) == ("RUB", [["RUB", "RUB"]])
    assert price["span"] == "От 100\xa0₽ до 1\xa0490,50\xa0₽"
    assert price["unpriced"] == "Ещё 1 товар не учтён: у него нет цены."
    assert page.counted["show"] == "Показать 1 товар"
    page.send("choose", ticked(lowest="1 000,5", currency="RUB"))
    assert page.picked == Narrow(price=PriceRange(Decimal("1000.5"), None, "RUB"))
    assert page.chips == ["от 1\xa0000,50\xa0₽"]
    assert page.told[-1]["said"] == (
        "Под фильтры подходит 1 товар. Ещё 1 товар не учтён: у него нет цены."
    )


@pytest.mark.parametrize(
    ("lowest", "highest", "said"),
    [
        ("500", "100", "The lowest price (500) is above the highest (100)."),
        ("much", "", "“much” is no price."),
        ("", "9" * 90, "No product costs 999"),
    ],
)
def test_a_wrong_range_is_a_sentence_and_chooses_nothing(
    page: Page, lowest: str, highest: str, said: str
) -> None:
    """The panel stays open with it, and what was chosen stays chosen."""
    page.run(MUGS)
    version = page.told[-1]["version"]
    page.send("choose", ticked(category=["things"], lowest=lowest, highest=highest))
    assert page.picked == MUGS
    assert page.told[-1]["version"] == version
    assert page.counted["problem"].startswith(said)


def test_what_leaves_nothing_cannot_be_chosen_unawares(page: Page) -> None:
    """The button says so before it is pressed."""
    page.run()
    page.send("ask", ticked(category=["mugs"], lowest="5000"))
    assert (page.counted["show"], page.counted["isNone"]) == ("No products", True)


def test_nothing_to_choose_is_said(
    page: Page, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a catalogue whose products do not differ."""
    monkeypatch.setattr(engine.facets, "count", lambda *_, **__: Facets(1, (), (), 0))
    page.run()
    page.send("ask", ticked())
    assert page.counted["empty"].startswith("There is nothing to filter by")
    assert (page.counted["facets"], page.counted["price"]) == ([], None)


def test_values_are_looked_for(page: Page) -> None:
    """What is typed leaves the values that have it; nothing found is said."""
    page.run(None, "ru")
    page.send("ask", ticked(find={"category": "круж"}))
    [category] = page.counted["facets"]
    assert [value["text"] for value in category["values"]] == ["Кружки"]
    assert (category["isLong"], category["more"]) == (True, "")
    page.send("ask", ticked(find={"category": "вилка"}))
    [category] = page.counted["facets"]
    assert category["more"] == "Названия «вилка» здесь нет."


def test_without_the_database_what_is_chosen_stays(
    page: Page, engine: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bar says why there are no counts, and loses no filter and no name."""
    page.run(MUGS)

    def away(*_: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    monkeypatch.setattr(engine.store.facets, "stamp", away)
    page.run(MUGS)
    assert (page.picked, page.chips) == (MUGS, ["Mugs"])
    assert page.told[-1]["said"].startswith("The database does not answer")


@pytest.mark.parametrize(
    "sent",
    [
        None,
        "mugs",
        [],
        {"category": "mugs", "find": [1], "number": "7", "lowest": 5},
        {"category": [1, None, "a\0b", "x" * 601], "currency": 5, "find": {"category": {}}},
        {"region": ["\ud800", "a\udfffb"], "find": {"category": "\ud800", "region": "\udc00"}},
    ],
)
def test_whatever_is_sent_is_no_accident(sent: object) -> None:
    """What is no filter is left out."""
    wanted = Wanted.read(sent, "en")
    assert not wanted.narrow
    assert (wanted.number, wanted.problem, wanted.currency) == (0, None, None)
    assert set(wanted.texts.values()) == {""}


def test_half_a_character_is_no_accident(page: Page) -> None:
    """Neither while it is counted nor in any later run of the tab."""
    page.run()
    page.send("ask", ticked(category=["\ud800", "mugs"], find={"category": "\ud800"}))
    assert page.counted["show"] == "Show 2 products"
    page.send("choose", ticked(category=["\udfff", "mugs"]))
    page.run(MUGS)
    assert page.picked == MUGS


def test_more_than_anybody_ticks_is_cut() -> None:
    """And what is said twice counts once."""
    many = [str(number) for number in range(5000)]
    assert Wanted.read(ticked(project=many), "en").narrow.projects == tuple(many[:200])
    assert Wanted.read(ticked(project=["a", "b", "a"]), "en").narrow.projects == ("a", "b")


def test_what_is_sent_is_read_whole() -> None:
    """Every trait, as its values are; a price that is none leaves the rest."""
    wanted = Wanted.read(
        ticked(category=["a"], project=[" b  c"], region=["d", "e"], highest="x"), "en"
    )
    assert wanted.narrow == Narrow(("a",), (" b  c",), ("d", "e"))
    assert isinstance(wanted.problem, PriceUnreadable)
    assert wanted.texts[Trait.REGION] == ""


def test_a_missing_text_is_named() -> None:
    """A language file without a text is found at once."""
    with pytest.raises(ValueError, match="texts are missing in 'en': open"):
        bar(
            {},
            language="en",
            texts=dict.fromkeys(TEXTS[1:], "…"),
            key="filters",
            on_asked=print,
            on_chosen=print,
        )

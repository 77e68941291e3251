"""The history page, run by AppTest: whose searches it lists, and what it does with them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import visitor
from pages.parts.history import history as component
from pages.parts.history import listing
from pages.parts.history.wishes import Act, Reading, Wish
from pages.parts.running import get_engine
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.hits import Search
from search.narrowing import Narrow
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.pages.search_page import a_picture
from tests.search.conftest import PixelEncoder

Open = Callable[..., AppTest]
Ask = Callable[..., AppTest]


class Told:
    """What the component is told, and what somebody is about to ask of it."""

    def __init__(self) -> None:
        self.groups: Sequence[dict[str, Any]] = ()
        self.reading = Reading()
        self.has_older = False
        self.wishes: list[Wish] = []

    def show(  # in the component's place
        self,
        groups: Sequence[dict[str, Any]],
        reading: Reading,
        *,
        has_older: bool,
        on_asked: Callable[[list[Wish]], None],
        **_: object,
    ) -> None:
        """Take note, and let a button send the wishes."""
        self.groups, self.reading, self.has_older = groups, reading, has_older
        st.button("ask", on_click=lambda: on_asked(self.wishes))

    @property
    def names(self) -> list[str]:
        """What the listed searches are called, in their order."""
        return [entry["title"] for group in self.groups for entry in group["entries"]]

    @property
    def folded(self) -> list[tuple[str, str]]:
        """The ids of the listed searches, each with that of the one it is folded into."""
        return [(one["id"], one["under"]) for group in self.groups for one in group["entries"]]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Told:
    """Note what the page lists."""
    told = Told()
    monkeypatch.setattr(component, "show_history", told.show)
    return told


@pytest.fixture
def who(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the browser be that of the visitor who stands last in this list."""
    who = ["ann"]
    monkeypatch.setattr(visitor, "visitor", lambda: who[-1])
    return who


@pytest.fixture
def page(open_page: Open, store: Store) -> AppTest:
    """Open the page on a small catalogue, not run yet."""
    store.products.add("shop", products(unit_vectors(3)))
    return open_page("history", PixelEncoder())


def searched(name: str, visitor: str = "ann", narrow: Narrow | None = None) -> Search:
    """Search, and give the search a name to tell it by."""
    engine = get_engine()
    search = engine.search(engine.reading.read(a_picture("red")), visitor=visitor, narrow=narrow)
    engine.history.rename(search.id, name)
    return search


def ask(page: AppTest, told: Told, *wishes: Wish) -> AppTest:
    """Ask for something as the component does, and let the page run."""
    told.wishes = list(wishes)
    page.button[0].click().run()
    assert not page.exception
    return page


def test_a_visitor_sees_their_own_searches(page: AppTest, told: Told, who: list[str]) -> None:
    """The latest first, and nobody else's: neither another visitor's nor nobody's."""
    for name, whose in (("one", "ann"), ("his", "bob"), ("two", "ann"), ("nobody's", "")):
        searched(name, whose)
    assert not page.run().exception
    assert told.names == ["two", "one"]
    who.append("bob")
    page.run()
    assert told.names == ["his"]
    assert "90 days" in page.caption[0].value


def test_nobody_can_touch_what_is_not_theirs(page: AppTest, told: Told, who: list[str]) -> None:
    """Whatever a browser sends: another visitor's search is as unknown as none."""
    theirs = str(searched("his", "bob").id)
    searched("hers")
    page.run()
    acts = (Act.PIN, Act.UNPIN, Act.RENAME, Act.FORGET)
    for number, act in enumerate(acts, 1):
        ask(page, told, Wish(number, act, theirs, "mine"))
        assert told.reading.is_problem
        assert "There is no search" in told.reading.said
    ask(page, told, Wish(len(acts) + 1, Act.FORGET_ALL))
    assert told.reading.said.startswith("1 search is forgotten")
    who.append("bob")
    page.run()
    assert told.names == ["his"]


def test_without_a_cookie_there_is_no_history(
    open_page: Open, store: Store, told: Told, who: list[str]
) -> None:
    """Searches without a visitor are many people's: nobody is shown them, and it is said why."""
    store.products.add("shop", products(unit_vectors(3)))
    who.append("")
    page = open_page("history", PixelEncoder(), "ru")
    searched("nobody's", "")
    assert not page.run().exception
    assert "cookie" in page.info[0].value
    assert told.groups == ()


def test_an_empty_history_says_what_to_do(page: AppTest, told: Told, who: list[str]) -> None:
    """A first visitor learns what will be here, and gets the way to the search page."""
    assert who
    page.run()
    assert not page.exception
    assert page.markdown[0].value.startswith("Nothing here yet.")
    assert told.groups == ()


def test_searches_are_pinned_renamed_and_forgotten(
    page: AppTest, told: Told, who: list[str]
) -> None:
    """Pinned ones come first; what was forgotten is gone, and it is said what went with it."""
    assert who
    first, second = (searched(name) for name in ("one", "two"))
    page.run()
    ask(page, told, Wish(1, Act.PIN, str(first.id)))
    assert told.groups[0]["title"] == "Pinned"
    assert told.names == ["one", "two"]
    ask(page, told, Wish(2, Act.RENAME, str(first.id), "  Mugs for\nAnna "))
    assert told.names == ["Mugs for Anna", "two"]
    ask(page, told, Wish(3, Act.UNPIN, str(first.id)), Wish(4, Act.FORGET, str(second.id)))
    assert told.names == ["Mugs for Anna"]
    # The other search was made with the same photo.
    assert told.reading.said.endswith("stays: another search was made with it.")
    ask(page, told, Wish(5, Act.FORGET, str(first.id)))
    assert told.reading.said.startswith(
        "Forgotten: the search, what it found, and whatever was kept"
    )
    assert page.markdown[0].value.startswith("Nothing here yet.")


def test_a_wish_is_fulfilled_once(page: AppTest, told: Told, who: list[str]) -> None:
    """A browser tells again what it has not heard of yet: nothing is done twice or left out."""
    assert who
    one = str(searched("one").id)
    page.run()
    pin, unpin = Wish(1, Act.PIN, one), Wish(2, Act.UNPIN, one)
    ask(page, told, pin)
    ask(page, told, pin, unpin)
    ask(page, told, pin, unpin)
    assert told.reading.done == 2
    assert told.groups[0]["title"] != "Pinned"


def test_what_cannot_be_done_is_said(page: AppTest, told: Told, who: list[str]) -> None:
    """In a sentence with the next step; the list shows how things stand."""
    assert who
    one = searched("one")
    page.run()
    ask(page, told, Wish(1, Act.RENAME, str(one.id), "x" * 81))
    assert told.reading.said == "A search's name has at most 80 characters. Shorten it."
    assert told.names == ["one"]
    get_engine().history.forget(one.id)
    ask(page, told, Wish(2, Act.PIN, str(one.id)))
    assert told.reading.is_problem


def test_older_searches_come_on_request(
    page: AppTest, told: Told, who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Portion by portion, in the same order, without one that is missing or there twice."""
    assert who
    monkeypatch.setattr(listing, "PAGE", 2)
    monkeypatch.setattr(listing, "MOST", 2)
    monkeypatch.setattr("pages.parts.history.wishes.PAGE", 2)
    page.session_state["history_reading"] = Reading(shown=2)
    names = [f"{number}" for number in range(7)]
    for name in names:
        searched(name)
    for pinned in get_engine().history.list("ann")[-3:]:
        get_engine().history.pin(pinned.id)
    page.run()
    assert told.names == ["2", "1", "0", "6", "5"]
    assert told.has_older
    ask(page, told, Wish(1, Act.OLDER))
    assert told.names == ["2", "1", "0", "6", "5", "4", "3"]
    assert not told.has_older


def test_searches_with_other_filters_are_one_entry(
    page: AppTest, told: Told, who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The latest one, which has the others under it; no page border parts them or loses one."""
    assert who
    monkeypatch.setattr(listing, "MOST", 2)
    page.session_state["history_reading"] = Reading(shown=1)
    engine = get_engine()
    blue = engine.search(engine.reading.read(a_picture("blue")), visitor="ann")
    red = engine.reading.read(a_picture("red"))
    tried = (None, Narrow(("things",)), Narrow(regions=("none",)), Narrow(("things",)))
    made = [engine.search(red, visitor="ann", narrow=one).id for one in tried if one != tried[2]]
    page.run()
    latest = str(made[-1])
    assert told.folded == [(latest, ""), (str(made[1]), latest), (str(made[0]), latest)]
    assert told.has_older
    ask(page, told, Wish(1, Act.OLDER))
    assert told.folded[3:] == [(str(blue.id), "")]
    assert not told.has_older
    ask(page, told, Wish(2, Act.PIN, latest))
    assert told.folded == [
        (latest, ""), (str(made[1]), ""), (str(made[0]), str(made[1])), (str(blue.id), "")
    ]  # fmt: skip
    assert told.groups[0]["title"] == "Pinned"


def test_a_folded_search_is_forgotten_with_those_under_it(
    page: AppTest, told: Told, who: list[str]
) -> None:
    """All of them were asked about: nothing is left of the photo, and nobody else's search goes."""
    assert who
    engine = get_engine()
    red = engine.reading.read(a_picture("red"))
    first, second, third = (engine.search(red, visitor="ann").id for _ in range(3))
    page.run()
    ask(page, told, Wish(1, Act.FORGET, str(second)))
    assert told.folded == [(str(third), ""), (str(first), str(third))]
    assert "stays: another search was made with it" in told.reading.said
    theirs = engine.search(engine.reading.read(a_picture("blue")), visitor="bob")
    earlier = (str(second), str(first), str(theirs.id))
    ask(page, told, Wish(2, Act.FORGET, str(third), earlier=earlier))
    assert told.folded == []
    assert told.reading.said.startswith("Forgotten: the searches, what they found, and whatever")
    assert [entry.id for entry in engine.history.list(None)] == [theirs.id]


def test_what_it_was_narrowed_to_is_named(page: AppTest, told: Told, who: list[str]) -> None:
    """By the names that categories have today."""
    assert who
    searched("one", narrow=Narrow(("things",)))
    page.run()
    (entry,) = told.groups[0]["entries"]
    assert entry["narrow"] == ["Things"]


def test_a_database_that_is_away_is_said(
    page: AppTest, told: Told, who: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And the page goes on when it is back."""
    assert told
    assert who

    def away(*_: object, **__: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    monkeypatch.setattr(get_engine().history, "list", away)
    page.run()
    assert not page.exception
    assert "The database does not answer" in page.error[0].value


def test_searches_that_are_kept_for_ever(
    page: AppTest, told: Told, who: list[str], settings: Settings
) -> None:
    """KEEP_SEARCHES_DAYS = 0 is said as what it is."""
    assert told
    assert who
    engine: SearchEngine = get_engine()
    engine.settings = settings.model_copy(update={"keep_searches_days": 0})
    searched("one")
    page.run()
    assert page.caption[0].value.startswith("Searches are kept until you forget them.")

"""Whose searches are whose: a person's follow them, a guest's are counted and nobody's to keep."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import privacy, visitor
from pages.parts.account.allowing import insist
from pages.parts.history import history as component
from pages.parts.history.wishes import Act, Wish
from pages.parts.running import get_engine
from search.access.caller import Caller
from search.access.roles import Right, Role
from search.errors import NotAllowed
from search.language import language
from search.store.store import Store
from search.visitor_cookie import NAME, is_visitor
from tests.catalogues import products, unit_vectors
from tests.pages.callers import ANALYST, PERSON, VIEWER, Door, guest
from tests.pages.search_page import a_picture, stock, upload
from tests.pages.test_access import labels, said
from tests.search.conftest import PixelEncoder

Open = Callable[..., AppTest]
COOKIE = "x" * 32
OF_A_PERSON = f"person:{PERSON}"


def browser(monkeypatch: pytest.MonkeyPatch, cookie: str) -> None:
    """Let a browser have this cookie."""
    cookies = SimpleNamespace(cookies={NAME: cookie})
    monkeypatch.setattr(visitor, "st", SimpleNamespace(context=cookies))


@pytest.mark.parametrize(
    ("who", "cookie", "expected"),
    [
        (VIEWER, COOKIE, OF_A_PERSON),
        (ANALYST, "", OF_A_PERSON),
        (guest(), COOKIE, COOKIE),
        (guest(), OF_A_PERSON, ""),
        (None, COOKIE, COOKIE),
    ],
)
def test_a_person_is_the_same_in_every_browser(
    monkeypatch: pytest.MonkeyPatch, door: Door, who: Caller | None, cookie: str, expected: str
) -> None:
    """Others are known by their cookie, which can name no person: the forms differ."""
    browser(monkeypatch, cookie)
    door.caller = who
    assert visitor.visitor() == expected
    assert not is_visitor(OF_A_PERSON)
    assert visitor.is_person(expected) == (expected == OF_A_PERSON)


@pytest.fixture
def listed(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Put a button in the place of the list, which sends `wishes`; note what the list is told."""
    told: dict[str, Any] = {"wishes": []}

    def show(
        groups: list[dict[str, Any]],
        *_: object,
        texts: dict[str, str],
        on_asked: Callable[[list[Wish]], None],
        **__: object,
    ) -> None:
        told["ids"] = [UUID(entry["id"]) for group in groups for entry in group["entries"]]
        told["texts"] = texts
        st.button("ask", on_click=lambda: on_asked(told["wishes"]))

    monkeypatch.setattr(component, "show_history", show)
    return told


@pytest.mark.parametrize(
    ("code", "whose", "sure"),
    [
        ("en", "The list is yours alone, wherever you sign in", "Forget all of your searches"),
        ("ru", "Список виден только вам, где бы вы ни вошли", "все ваши поиски"),
    ],
)
def test_a_persons_history_is_theirs_and_not_a_browsers(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    door: Door,
    listed: dict[str, Any],
    code: str,
    whose: str,
    sure: str,
) -> None:
    """What they searched for elsewhere is in it, and the sentences speak of no browser."""
    store.products.add("shop", products(unit_vectors(3)))
    door.caller = VIEWER
    page = open_page("history", PixelEncoder(), code).run()
    assert "браузер" not in said(page).lower()
    assert "browser" not in said(page).lower()
    engine = get_engine()
    photo = engine.reading.read(a_picture("red"))
    engine.search(photo, visitor=COOKIE)
    theirs = engine.search(photo, visitor=OF_A_PERSON)
    page.run()
    assert listed["ids"] == [theirs.id]
    assert whose in said(page)
    assert sure in listed["texts"]["sure_all"]


def test_whoever_has_no_history_any_more_changes_none(
    open_page: Open, store: Store, door: Door, listed: dict[str, Any]
) -> None:
    """A list that is still open does nothing: that is said, with whom to ask."""
    store.products.add("shop", products(unit_vectors(3)))
    door.caller = VIEWER
    page = open_page("history", PixelEncoder())
    engine = get_engine()
    search = engine.search(engine.reading.read(a_picture("red")), visitor=OF_A_PERSON)
    page.run()
    listed["wishes"] = [Wish(1, Act.FORGET, str(search.id))]
    door.caller = guest()
    page.button[0].click().run()
    assert engine.history.is_of(search.id, OF_A_PERSON)


@pytest.mark.parametrize(
    ("code", "told"),
    [("en", "it takes the role of analyst."), ("ru", "аналитик")],
)
def test_what_is_refused_names_the_role(door: Door, code: str, told: str) -> None:
    """By its name in the reader's language."""
    door.caller = VIEWER
    insist(Right.SEARCH_MANY)
    with pytest.raises(NotAllowed) as refused:
        insist(Right.JUDGE)
    assert told in language(code).error(refused.value).sentence


@pytest.fixture
def invited(open_page: Open, store: Store, door: Door) -> AppTest:
    """Open the search page to somebody whose demo link has two searches, not run yet."""
    stock(store, PixelEncoder())
    page = open_page("search", PixelEncoder())
    key, link = get_engine().keys.add_demo("Fair in May", per_minute=2)
    assert link.role is Role.GUEST
    door.caller = guest(key)
    return page


def names_of_searches(store: Store) -> list[str]:
    """Return by whom the searches were made that the log has, in their order."""
    get_engine().journal.flush(5)
    with store.database.connection() as connection:
        rows = connection.execute("SELECT who FROM likeness.search_log ORDER BY made_at").fetchall()
    return [who for (who,) in rows]


def test_a_guests_searches_are_counted_and_end(invited: AppTest, store: Store) -> None:
    """Each photo and each search for more of it; beyond that it is said when to go on."""
    page = upload(invited.run(), a_picture("red"))
    assert not page.error
    page.run()  # the same photo: nobody searches
    upload(page, a_picture("green"))
    assert not page.error
    upload(page, a_picture("blue"))
    assert "All who have this demo link may search 2 times a minute together" in page.error[0].value
    assert "Try again" in labels(page)
    assert names_of_searches(store) == ["Fair in May"] * 2


def test_what_asks_no_model_costs_a_guest_nothing(invited: AppTest, store: Store) -> None:
    """Words, and a search that somebody made and sent the address of."""
    engine = get_engine()
    made = engine.search(engine.reading.read(a_picture("red")))
    page = invited
    for _ in range(3):
        page.query_params["search"] = str(made.id)
        page.run()
        assert not page.error
        assert any("As it was found" in caption.value for caption in page.caption)
    key = engine.keys.all()[0]
    assert key.last_used_at is None
    assert names_of_searches(store) == [""]


def test_a_link_that_ends_meanwhile_says_so(invited: AppTest) -> None:
    """In the place of what would have been found."""
    page = invited.run()
    get_engine().keys.revoke("Fair in May")
    upload(page, a_picture("red"))
    assert "This demo link has ended or was revoked." in page.error[0].value


def test_others_are_not_counted(open_page: Open, store: Store, door: Door) -> None:
    """A person's name does not stand with their searches."""
    stock(store, PixelEncoder())
    door.caller = VIEWER
    page = upload(open_page("search", PixelEncoder()).run(), a_picture("red"))
    assert not page.error
    assert names_of_searches(store) == [""]


def test_a_guest_neither_pins_nor_forgets(
    invited: AppTest, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """There is no button for it, and what is said of photos promises none."""
    offered: list[str] = []
    monkeypatch.setattr(privacy, "show_forget", lambda **given: offered.append(given["key"]))
    page = upload(invited.run(), a_picture("red"))
    assert offered == []
    assert "pin" not in said(page).split()
    engine = get_engine()
    engine.settings = engine.settings.model_copy(update={"keep_searches_days": 0})
    page.run()
    assert "until whoever runs Likeness deletes them" in said(page)
    assert "forget" not in said(page)
    door.caller = ANALYST
    page.run()
    assert "until you forget the search" in said(page)


def test_only_whoever_sees_the_catalogue_is_led_to_it(open_page: Open, door: Door) -> None:
    """A guest in an empty catalogue is told that it is empty, and not sent to a closed page."""
    door.caller = VIEWER
    page = open_page("_main", PixelEncoder()).run()
    upload(page, a_picture("red"))
    assert page.error
    assert page.get("page_link")
    door.caller = guest()
    page.run()
    assert page.error
    assert not page.get("page_link")

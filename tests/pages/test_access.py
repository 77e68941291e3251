"""The frame around the pages, run by AppTest: who sees which page, and what others are told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts.account.head import shortened
from pages.parts.running import get_engine
from search.access import demo_link
from search.access.caller import EVERYBODY, Caller
from search.encoders.builtin import BuiltinEncoder
from search.errors import DatabaseUnavailable
from tests.pages.callers import ANALYST, OPERATOR, VIEWER, Door, guest

Open = Callable[..., AppTest]

ALL = ["search", "batch", "history", "threshold", "usage", "catalogue"]
MENUS = {
    "guest": (guest(), ["search", "threshold"]),
    "viewer": (VIEWER, ["search", "batch", "history", "threshold", "catalogue"]),
    "analyst": (ANALYST, ["search", "batch", "history", "threshold", "catalogue"]),
    "operator": (OPERATOR, ALL),
    "everybody": (EVERYBODY, ALL),
}
CLOSED = [(guest(), "batch"), (guest(), "history"), (guest(), "usage"), (guest(), "catalogue")]
CLOSED += [(VIEWER, "usage"), (ANALYST, "usage")]


@pytest.fixture
def menu(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note which pages the menu shows, each time one is opened; none where there is no menu."""
    shown: list[str] = []
    navigate = st.navigation

    def note(pages: Sequence[st.Page], *, position: Any) -> st.Page:  # noqa: ANN401 - Streamlit's
        is_there = position != "hidden"
        seen = [page.url_path or "search" for page in pages if page.visibility == "visible"]
        shown[:] = seen if is_there else []
        return navigate(list(pages), position=position)

    monkeypatch.setattr(st, "navigation", note)
    return shown


def said(page: AppTest) -> str:
    """Return what a page says in sentences."""
    assert not page.exception
    kinds = (page.title, page.markdown, page.caption, page.text, page.info, page.warning)
    return "\n".join(str(one.value) for kind in (*kinds, page.error) for one in kind)


def labels(page: AppTest) -> list[str]:
    """Return what its buttons say."""
    return [button.label for button in page.button]


def frame(open_page: Open, language: str = "en", **query: str) -> AppTest:
    """Open the app at the bare address."""
    page = open_page("_main", BuiltinEncoder(), language)
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def go_to(page: AppTest, name: str) -> AppTest:
    """Open another page by its address."""
    return page.switch_page(f"{name}.py").run()


@pytest.mark.parametrize("role", MENUS)
def test_the_menu_has_what_one_may_see(
    open_page: Open, door: Door, menu: list[str], role: str
) -> None:
    """And each of these pages is there: none tells that it is not for whoever chose it."""
    door.caller, expected = MENUS[role]
    page = frame(open_page)
    assert menu == expected
    for name in expected:
        assert "Your role here" not in said(go_to(page, name))


@pytest.mark.parametrize(("who", "name"), CLOSED)
def test_a_page_that_is_not_for_somebody_says_whose_it_is(
    open_page: Open, door: Door, monkeypatch: pytest.MonkeyPatch, who: Caller, name: str
) -> None:
    """Who may see it, as whom one is here and whom to ask; nothing of the page is worked out."""
    door.caller = who
    page = frame(open_page)
    for computed in ("monitoring", "history", "batches", "adoption", "keys"):
        monkeypatch.setattr(get_engine(), computed, None)
    told = said(go_to(page, name))
    assert "operators" in told
    assert f"Your role here: {who.role}." in told
    whom = "whoever sent it" if who.role == "guest" else "Whoever runs Likeness"
    assert whom in told
    assert labels(page)[-1] == "To the search"


def test_it_is_said_in_russian_too(open_page: Open, door: Door) -> None:
    """With the role by its Russian name."""
    door.caller = VIEWER
    told = said(go_to(frame(open_page, "ru"), "usage"))
    assert "Страница использования открыта операторам." in told
    assert "Ваша роль здесь: наблюдатель." in told


@pytest.mark.parametrize("name", ALL)
def test_nobody_finds_the_sign_in_at_every_address(
    open_page: Open, door: Door, menu: list[str], name: str
) -> None:
    """One button, no menu, and nothing of the page."""
    assert door.caller is None
    page = go_to(frame(open_page), name)
    assert [title.value for title in page.title] == [
        "Find what looks like it, and decide where similar ends."
    ]
    assert labels(page) == ["Sign in"]
    assert menu == []


def test_several_providers_have_a_button_each(open_page: Open, door: Door) -> None:
    """By their names; the first is the primary one."""
    door.providers = ("google", "microsoft")
    assert labels(frame(open_page)) == ["Sign in with Google", "Sign in with Microsoft"]


def test_a_button_leads_to_its_provider(
    open_page: Open, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one without a name is Streamlit's default."""
    led: list[str | None] = []
    monkeypatch.setattr(st, "login", led.append)
    door.providers = ("", "google")
    page = frame(open_page)
    for number in range(2):
        page.button[number].click().run()
    assert led == [None, "google"]


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ({"sign_in": "failed"}, "The sign-in did not work. Try it once more"),
        ({"sign_in": "refused"}, "Sign in again, perhaps with another account."),
        ({"demo_link": "ended"}, "Ask whoever sent it for a new one, or sign in."),
    ],
)
@pytest.mark.parametrize("who", [None, guest(), VIEWER])
def test_what_came_of_a_try_is_told_once(
    open_page: Open, door: Door, who: Caller | None, query: dict[str, str], told: str
) -> None:
    """It stays while the page does, but the address loses it: a reload says nothing any more."""
    door.caller = who
    page = frame(open_page, **query)
    assert told in page.warning[0].value
    assert not set(query) & set(page.query_params)
    page.run()
    assert told in page.warning[0].value
    go_to(page, "threshold")
    assert not page.warning
    assert not frame(open_page).warning


def test_a_link_that_ended_meanwhile_is_told(
    open_page: Open, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The browser has its cookie still: without a word it would be a riddle."""
    cookies = {demo_link.DEMO_COOKIE: f"lk_{'x' * 43}"}
    monkeypatch.setattr(type(st.context), "cookies", property(lambda _: cookies))
    assert door.caller is None
    assert "This demo link has ended or was revoked." in frame(open_page).warning[0].value


def test_what_nobody_ever_told_is_not_repeated(open_page: Open, door: Door) -> None:
    """An address may say anything: only what is known is said, and all of it goes."""
    assert door.caller is None
    page = frame(open_page, sign_in="<b>you won</b>")
    assert not page.warning
    assert "sign_in" not in page.query_params


@pytest.mark.parametrize(
    ("language", "told", "leave"),
    [
        ("en", "You are signed in as Sam Stranger, but may not use this Likeness.", "Sign out"),
        ("ru", "Вы вошли как Sam Stranger, но доступа к этому Likeness у вас нет.", "Выйти"),
    ],
)
def test_somebody_without_a_role_is_told_so(  # noqa: PLR0917 - what is told, and two fixtures
    open_page: Open, door: Door, menu: list[str], language: str, told: str, leave: str
) -> None:
    """With whom to ask, and the way out; no button signs them in once more."""
    door.stranger = "Sam Stranger"
    page = frame(open_page, language)
    assert page.info[0].value.startswith(told)
    assert labels(page) == [leave]
    assert menu == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "your e-mail address is not confirmed where you signed in"),
        ("ru", "адрес вашей почты не подтверждён там, где вы входили"),
    ],
)
def test_an_unconfirmed_address_is_said_to_be_why(
    open_page: Open, door: Door, language: str, told: str
) -> None:
    """No list would help whoever has to confirm it at their provider first."""
    door.said = {"email": "sam@example.org", "email_verified": False}
    door.stranger = "Sam Stranger"
    assert told in frame(open_page, language).info[0].value


def test_the_head_says_who_one_is(
    open_page: Open, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name as it was written, the role and what it is for, and the way out."""
    left: list[bool] = []
    monkeypatch.setattr(st, "logout", lambda: left.append(True))
    door.caller = replace(ANALYST, name="Anna *A*")
    page = frame(open_page)
    told = said(page)
    assert r"**Anna \*A\***" in told
    assert "Analyst: does what viewers do, says what matches" in told
    page.button(key="sign_out").click().run()
    assert left == [True]


def test_a_guest_is_told_what_a_demo_is(open_page: Open, door: Door) -> None:
    """Until when it lasts, that nothing is changed, and how to come in for good."""
    door.caller = guest()
    page = frame(open_page)
    assert "Look around and search: nothing is changed. Until 12 Dec 2026." in said(page)
    assert "Sign in" in labels(page)
    assert "Sign out" not in labels(page)


@pytest.mark.parametrize(("language", "said"), [("en", "Leave the demo"), ("ru", "Выйти из демо")])
def test_a_guest_can_leave(open_page: Open, door: Door, language: str, said: str) -> None:
    """By a link in the head, in their language; nobody else has one."""
    link = f'<a class="leave-demo" href="demo/leave?language={language}">{said}</a>'
    for caller, links in ((guest(), 2), (VIEWER, 0)):
        door.caller = caller
        bodies = [one.proto.body for one in frame(open_page, language).get("html")]
        assert sum(body == link for body in bodies) == links


def test_who_has_left_a_demo_is_told_so(open_page: Open, door: Door) -> None:
    """As something that they wished, and the address loses it."""
    assert door.caller is None
    page = frame(open_page, demo_link="left")
    assert "You have left the demo." in page.info[0].value
    assert not page.warning
    assert "demo_link" not in page.query_params


def test_nobody_is_asked_where_access_is_off(open_page: Open) -> None:
    """The head has the motto and the languages, as ever."""
    page = frame(open_page)
    assert not page.exception
    assert not {"Sign in", "Sign out"} & set(labels(page))
    assert "Demo" not in said(page)


def test_a_database_that_is_away_is_said(open_page: Open, door: Door, menu: list[str]) -> None:
    """A demo link is looked up in it: until it answers nobody knows who comes; nothing shows."""
    door.error = DatabaseUnavailable(reason="gone")
    page = frame(open_page)
    assert "The database does not answer" in page.error[0].value
    assert menu == []
    assert not page.title


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Anna Example", "Anna Example"),
        ("a.very.long.address@example.org", "a.very.long.address@exa…"),
        ("Annemarie Charlotte de la Tour", "Annemarie Charlotte de…"),
    ],
)
def test_a_long_name_is_shortened(name: str, shown: str) -> None:
    """The head has room for the languages still."""
    assert shortened(name) == shown

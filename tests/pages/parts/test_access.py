"""Who looks at a page, by the cookies that their browser has."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import streamlit as st

from pages.parts import access, running
from search.access.access import Access
from search.access.caller import EVERYBODY, Way
from search.access.demo_link import DEMO_COOKIE
from search.access.roles import Right, Role
from search.engine import SearchEngine
from search.errors import DatabaseUnavailable
from search.settings import Settings
from search.store.store import Store
from tests.search.access.gates import ANALYST, COOKIE, OFF, ON, claims_of
from tests.search.conftest import PixelEncoder


class Browser:
    """A browser that a page is open in."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        monkeypatch.setattr(access, "claims_of", claims_of)
        monkeypatch.setattr(running, "get_engine", self._away)
        self.stands_before(ON)
        self.has()

    def stands_before(self, settings: Access) -> None:
        """Let the settings say this of access."""
        self._patch.setattr(access, "get_access", lambda: settings)

    def has(self, **cookies: str) -> None:
        """Give it these cookies."""
        self._patch.setattr(st, "context", SimpleNamespace(cookies=cookies))

    @staticmethod
    def _away() -> SearchEngine:
        raise DatabaseUnavailable(reason="gone")


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Browser:
    """Return a browser without cookies, where people sign in and the database is away."""
    return Browser(monkeypatch)


def test_where_nobody_is_asked_everybody_may_do_everything(browser: Browser) -> None:
    """Whatever cookies are left of a time when people signed in."""
    browser.stands_before(OFF)
    browser.has(**{COOKIE: "vera", DEMO_COOKIE: "lk_x"})
    assert access.caller() is EVERYBODY
    assert access.claims() is None
    assert all(access.may(right) for right in Right)


@pytest.mark.parametrize(
    ("who", "name", "role"),
    [
        ("anna", ANALYST, Role.ANALYST),
        ("oleg", "Oleg", Role.OPERATOR),
        ("eve", "Eve", None),
        ("nobody", "", None),
        ("", "", None),
    ],
)
def test_a_person_is_known_without_the_database(
    browser: Browser, who: str, name: str, role: Role | None
) -> None:
    """By name, also where they are in no list, so that the page can tell them."""
    browser.has(**{COOKIE: who})
    caller = access.caller()
    assert (caller.role if caller else None) == role
    known = access.claims()
    assert (known.name if known else "") == name
    assert access.may(Right.JUDGE) == (role is not None)
    assert access.may(Right.RUN) == (role is Role.OPERATOR)


def test_a_guest_is_known_by_the_link_until_it_ends(
    browser: Browser, monkeypatch: pytest.MonkeyPatch, store: Store, settings: Settings
) -> None:
    """Somebody without a role is a guest with one; a person with a role stays that person."""
    engine = SearchEngine(settings, store, PixelEncoder())
    link, made = engine.keys.add_demo("a fair")
    cookie = {DEMO_COOKIE: link.get_secret_value()}
    browser.has(**cookie)
    with pytest.raises(DatabaseUnavailable):
        access.caller()
    browser.has(**cookie, **{COOKIE: "anna"})
    assert access.may(Right.JUDGE)
    monkeypatch.setattr(running, "get_engine", lambda: engine)
    for others in ({}, {COOKIE: "eve"}):
        browser.has(**cookie, **others)
        guest = access.caller()
        assert guest is not None
        assert (guest.role, guest.way, guest.name) == (Role.GUEST, Way.DEMO, "a fair")
        assert (guest.key, guest.until, guest.person) == (link, made.expires_at, "")
    engine.keys.revoke("a fair")
    assert access.caller() is None
    assert not access.may(Right.SEARCH)
    browser.has(**{DEMO_COOKIE: engine.keys.add("a program")[0].get_secret_value()})
    assert access.caller() is None
    engine.close()

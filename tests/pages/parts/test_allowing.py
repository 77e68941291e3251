"""What goes on without the frame around a page, which asks who is here: it asks by itself."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Never

import pytest
import streamlit as st
from streamlit.runtime.context import StreamlitCookies
from streamlit.testing.v1 import AppTest

from pages.parts import access
from pages.parts.account.allowing import fragment, while_allowed
from pages.parts.running import get_engine
from search.access.access import Access
from search.access.demo_link import DEMO_COOKIE
from search.access.roles import Right
from search.encoders.builtin import BuiltinEncoder
from search.errors import NotAllowed, SignInNeeded
from tests.pages.callers import OPERATOR, VIEWER, Door

PAGES = Path(__file__).parents[3] / "pages"
# What waits for the database draws nothing of anybody's, also where nobody knows who is here.
ASK_THEMSELVES = {"parts/account/allowing.py", "parts/coming_back.py"}


class RunsAgain(Exception):
    """The whole page is run again."""


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[Callable[[], None]]:
    """Note the fragments that a session keeps, and which the browser can run alone."""
    kept: list[Callable[[], None]] = []

    def keep(run: Callable[[], None], **_: object) -> Callable[[], None]:
        kept.append(run)
        return run

    def rerun(*, scope: str) -> Never:
        assert scope == "app"
        raise RunsAgain

    monkeypatch.setattr(st, "fragment", keep)
    monkeypatch.setattr(st, "rerun", rerun)
    return kept


def test_a_fragment_ends_with_the_right_to_it(door: Door, kept: list[Callable[[], None]]) -> None:
    """A page that was left open does nothing more once the sign-in or the role is gone."""
    done: list[bool] = []
    door.caller = OPERATOR
    fragment(Right.RUN, lambda: done.append(True))
    kept[0]()
    assert len(done) == 2
    for gone in (VIEWER, None):
        door.caller = gone
        with pytest.raises(RunsAgain):
            kept[0]()
    assert len(done) == 2


def test_every_fragment_asks() -> None:
    """None is made past what asks."""
    found = {
        path.relative_to(PAGES).as_posix()
        for path in PAGES.rglob("*.py")
        if "st.fragment" in path.read_text("utf-8")
    }
    assert found == ASK_THEMSELVES


def test_every_file_that_is_made_later_asks() -> None:
    """Each button with a file stands where the right to it is asked for again."""
    texts = {path.name: path.read_text("utf-8") for path in PAGES.rglob("*.py")}
    offering = {name for name, text in texts.items() if "st.download_button" in text}
    assert offering
    assert all("while_allowed(" in texts[name] for name in offering)


def test_a_file_is_made_for_whoever_may_have_it_still(door: Door) -> None:
    """The button outlasts the role and the sign-in; the file does not."""
    door.caller = OPERATOR
    make = while_allowed(Right.SEE_USAGE, lambda: b"a;b")
    assert make() == b"a;b"
    door.caller = VIEWER
    with pytest.raises(NotAllowed):
        make()
    door.caller = None
    with pytest.raises(SignInNeeded):
        make()


def test_a_revoked_link_takes_no_file_along(
    open_page: Callable[..., AppTest], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked up again when the file is made, where no page runs and no browser is known."""
    on = Access(is_on=True, allows_anonymous=False, groups_claim="groups", people={})
    open_page("search", BuiltinEncoder())
    key = get_engine().keys.add_demo("Expo")[0].get_secret_value()
    sent = StreamlitCookies({DEMO_COOKIE: key})
    with monkeypatch.context() as drawn:
        drawn.setattr(access, "st", SimpleNamespace(context=SimpleNamespace(cookies=sent)))
        drawn.setattr(access, "get_access", lambda: on)
        make = while_allowed(Right.SEARCH, lambda: b"found")
    monkeypatch.setattr(access, "get_access", lambda: on)
    with ThreadPoolExecutor(1) as beside:
        assert beside.submit(make).result() == b"found"
        get_engine().keys.revoke("Expo")
        with pytest.raises(SignInNeeded):
            beside.submit(make).result()

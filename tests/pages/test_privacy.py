"""What a page says of photos is what the settings make of them, and forgetting is real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts import privacy
from pages.parts.running import get_engine
from search.encoders import Encoder
from search.encoders.builtin import BuiltinEncoder
from search.errors import DatabaseUnavailable
from search.hits import Search
from search.photo import SHORTEST_SIDE, SMALL_SIDE
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace
from tests.pages.search_page import a_picture
from tests.search.conftest import PixelEncoder

Open = Callable[..., AppTest]


def saying() -> None:
    """Show the line."""
    from pages.parts.privacy import show_privacy  # noqa: PLC0415 - AppTest takes the body alone
    from pages.parts.running import get_engine  # noqa: PLC0415
    from pages.parts.texts import texts  # noqa: PLC0415

    show_privacy(get_engine(), texts())


def forgetting() -> None:
    """Offer to forget the search that the session has."""
    import streamlit as st  # noqa: PLC0415 - AppTest takes the body alone

    from pages.parts.privacy import forget_button, show_forgotten  # noqa: PLC0415
    from pages.parts.running import get_engine  # noqa: PLC0415
    from pages.parts.texts import texts  # noqa: PLC0415

    show_forgotten(texts())
    search = st.session_state["search_id"]
    if search:
        leave = lambda: st.session_state.update({"search_id": None})  # noqa: E731 - short
        forget_button(get_engine(), search, texts(), leave)


def said(open_page: Open, asked: Encoder, language: str = "en", /, **settings: Any) -> str:  # noqa: ANN401 - a setting's value
    """Return the line under these settings."""
    open_page("history", asked)
    engine = get_engine()
    engine.settings = engine.settings.model_copy(update=settings)
    test = AppTest.from_function(saying, default_timeout=60)
    test.session_state["language"] = language
    test.run()
    assert not test.exception
    return test.caption[0].value


def test_it_says_what_is_kept_and_for_how_long(open_page: Open) -> None:
    """A picture as large as it really is, the vector, and the days of the setting."""
    line = said(open_page, BuiltinEncoder())
    assert f"a picture of at most {SMALL_SIDE} pixels a side and its vector" in line
    assert "are kept for 90 days; never the file" in line
    assert "stays longer if you pin the search, or while products are judged" in line
    assert "1 день хранятся" in said(open_page, BuiltinEncoder(), "ru", keep_searches_days=1)
    for_ever = said(open_page, BuiltinEncoder(), keep_searches_days=0)
    assert "until you forget the search" in for_ever
    assert "days" not in for_ever


def test_without_pictures_it_says_so(open_page: Open) -> None:
    """KEEP_PHOTOS=false keeps the vector alone."""
    line = said(open_page, BuiltinEncoder(), keep_photos=False)
    assert "its vector alone" in line
    assert "no picture, and never the file" in line
    line = said(open_page, BuiltinEncoder(), "ru", keep_photos=False, keep_searches_days=0)
    assert "хранится только вектор" in line


def test_it_says_who_else_gets_the_photo(
    open_page: Open, encoder: Encoder, fake: FakeHuggingFace
) -> None:
    """Nobody with the built-in encoder; else the server that is really asked, by its name."""
    assert "The photo does not leave this server." in said(open_page, BuiltinEncoder())
    with fake:
        line = said(open_page, encoder).replace("\N{WORD JOINER}", "").replace("\\", "")
    assert f"sent to {fake.host}, once, with its shorter side at most {SHORTEST_SIDE}" in line


def test_an_encoder_that_cannot_be_built_is_no_trouble(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page stands, and says what the settings say."""

    def broken(_: object) -> None:
        raise DatabaseUnavailable(reason="gone")

    monkeypatch.setattr("search.engine.SearchEngine.encoder", property(broken))
    assert "does not leave this server" in said(open_page, BuiltinEncoder())
    assert "the model's server" in said(open_page, BuiltinEncoder(), encoder="http")


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Put a plain button in the component's place; note each time that it is shown."""
    offered: list[str] = []

    def show(*, key: str, on_forget: Callable[[], None], **_: object) -> None:
        offered.append(key)
        st.button("forget", on_click=on_forget)

    monkeypatch.setattr(privacy, "show_forget", show)
    return offered


@pytest.fixture
def search(open_page: Open, store: Store) -> Search:
    """Make a search as somebody without a cookie does."""
    store.products.add("shop", products(unit_vectors(3)))
    open_page("history", PixelEncoder())
    engine = get_engine()
    photo = engine.reading.read(a_picture("red"))
    made = engine.search(photo)
    engine.keep_photo(photo)
    return made


def opened(search: Search) -> AppTest:
    """Open the page on a search."""
    test = AppTest.from_function(forgetting, default_timeout=60)
    test.session_state["search_id"] = search.id
    test.session_state["language"] = "en"
    return test.run()


def test_a_search_is_forgotten(search: Search, offered: list[str]) -> None:
    """It is gone, the page is left, and what was deleted is said once."""
    test = opened(search)
    assert offered
    test.button[0].click().run()
    assert not test.exception
    assert "Forgotten: the search, what it found, and whatever was kept" in test.success[0].value
    assert get_engine().judging.picture(search.subject.fingerprint) is None
    assert not get_engine().history.is_of(search.id, "")
    assert test.session_state["search_id"] is None
    assert not test.run().success


def test_what_was_forgotten_elsewhere_is_said(search: Search, offered: list[str]) -> None:
    """In another tab, for instance: a sentence, and the page stays."""
    test = opened(search)
    assert offered
    get_engine().history.forget(search.id)
    test.button[0].click().run()
    assert not test.exception
    assert "There is no search" in test.error[0].value


def test_whoever_was_sent_an_address_cannot_forget_it(
    search: Search, offered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is the maker's to delete."""
    monkeypatch.setattr(privacy, "visitor", lambda: "somebody else")
    assert not opened(search).exception
    assert offered == []

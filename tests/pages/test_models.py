"""The models on the catalogue page, run by AppTest."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.settings import Settings
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace, pixels_vector
from tests.pages.callers import OPERATOR, VIEWER, Door

Open = Callable[..., AppTest]
NEW = VectorSpace("acme/clip-two")


@pytest.fixture
def fake() -> Iterator[FakeHuggingFace]:
    """Run the server of both models."""
    with FakeHuggingFace(embed=pixels_vector) as server:
        yield server


@pytest.fixture
def settings(fake: FakeHuggingFace, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Return settings with a second encoder."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("HUGGINGFACE_API_TOKEN", TOKEN)
    monkeypatch.setenv("ENCODER_URL", fake.model_url)
    monkeypatch.setenv("NEXT_ENCODER_URL", fake.model_url)
    monkeypatch.setenv("NEXT_ENCODER_MODEL", str(NEW))
    return Settings.read()


@pytest.fixture(autouse=True)
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return where the page links to: AppTest runs one page and knows of no other."""
    found: list[str] = []
    monkeypatch.setattr(st, "page_link", lambda page, **_: found.append(page.name))
    return found


@pytest.fixture(autouse=True)
def _stocked(store: Store, picture: bytes) -> None:
    made = replace(products(unit_vectors(1))[0], picture=picture)
    store.products.add("test", [replace(made, embedding=Embedding(unit_vectors(1)[0], CLIP))])


@pytest.fixture
def picture() -> bytes:
    """Return a small picture."""
    from tests.pages.test_catalogue import a_picture  # noqa: PLC0415 - the one painter of pages

    return a_picture(90)


def press(page: AppTest, label: str) -> AppTest:
    """Press the button that begins so."""
    return next(b for b in page.button if b.label.startswith(label)).click().run()


def shown(page: AppTest) -> str:
    """Return all that the page says in sentences."""
    assert not page.exception
    kinds = (page.markdown, page.caption, page.info, page.success, page.warning, page.error)
    # Joiners keep what people typed from becoming a link.
    return "\n".join(str(one.value) for kind in kinds for one in kind).replace("\\", "")


def test_the_next_model_is_indexed_switched_to_and_taken_back(
    open_page: Open, links: list[str]
) -> None:
    """One click each, with the line that will hold said before, and a reason asked for."""
    page = open_page("catalogue").run()
    assert next(b for b in page.button if b.label.startswith("Switch to")).disabled
    assert "1 picture has no vector of this model yet" in shown(page)
    press(page, "Index 1 picture beside")
    assert get_engine().beside.indexing.join(20)
    page.run()
    press(page, "Switch to")
    assert "the default, 0.30, will hold" in shown(page)
    press(page, "Switch now")
    assert "Say in a few words why" in shown(page)
    page.text_input(key="model_why").set_value("finds *prints*")
    press(page, "Switch now")
    said = shown(page)
    assert "Searches are made with acme/clip-two now" in said
    assert "the default, 0.30, holds" in said
    assert links == ["threshold.py"]
    assert "finds *prints*" in said
    assert get_engine().models.active() == NEW
    press(page, "Take back")
    assert "Before it was acme/clip-two" in shown(page)
    assert get_engine().models.active() == CLIP


def test_a_broken_next_encoder_takes_nothing_from_the_page(
    open_page: Open, settings: Settings
) -> None:
    """Its error stands with it, and says that searches go on."""
    page = open_page("catalogue")
    broken = settings.model_copy(update={"next_encoder_dialect": "klingon"})
    get_engine().models._settings = broken
    page.run()
    said = shown(page)
    assert "NEXT_ENCODER_DIALECT" in said
    assert "Searches with the active one are not disturbed" in said
    assert page.metric[2].value == "1"


def test_an_active_model_without_an_encoder_can_be_left(open_page: Open, store: Store) -> None:
    """The page says what was switched and which variable is missing, and offers the other model."""
    store.model_switches.add(VectorSpace("acme/gone"), CLIP, "Anna", "a try")
    page = open_page("catalogue", None, "ru").run()
    assert "NEXT_ENCODER_MODEL=acme/gone" in shown(page)
    press(page, "Переключить на openai")
    page.text_input(key="model_why").set_value("назад")
    press(page, "Переключить")
    assert "Теперь поиск работает на openai/clip-vit-base-patch32" in shown(page)
    assert page.metric[2].value == "1"


def test_only_operators_switch_and_by_their_own_name(open_page: Open, door: Door) -> None:
    """Nobody is asked for a name; a viewer sees models and switches, and has nothing to press."""
    door.caller = OPERATOR
    page = open_page("catalogue").run()
    page.session_state["who"] = "Somebody else"
    press(page, "Index 1 picture beside")
    assert get_engine().beside.indexing.join(20)
    door.caller = VIEWER
    page.run()
    assert str(NEW) in shown(page)
    assert not page.button
    door.caller = OPERATOR
    page.run()
    press(page, "Switch to")
    assert [field.key for field in page.text_input] == ["model_why"]
    page.text_input(key="model_why").set_value("finds prints")
    press(page, "Switch now")
    press(page, "Take back")
    assert [past.who for past in get_engine().models.history(2)] == [OPERATOR.name] * 2
    door.caller = VIEWER
    page.run()
    assert OPERATOR.name in shown(page)
    assert not page.button

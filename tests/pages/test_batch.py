"""The page of several photos, run by AppTest."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.parts.batch import watching
from pages.parts.running import get_engine
from search.batch import Batch, State
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.errors import DatabaseUnavailable
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, pixels_vector, vector
from tests.search.batch.zips import zipped

Open = Callable[..., AppTest]
SECONDS = 30.0
PAGE = Path(__file__).parents[2] / "pages" / "batch.py"


def a_picture(colour: str) -> bytes:
    """Paint a small picture."""
    buffer = io.BytesIO()
    image = Image.new("RGB", (64, 64), "white")
    image.paste(colour, (8, 8, 56, 40))
    image.save(buffer, "PNG")
    return buffer.getvalue()


def give(page: AppTest, *files: tuple[str, bytes]) -> AppTest:
    """Choose files, and wait until they are read."""
    page.file_uploader[0].set_value([(name, data, "image/png") for name, data in files]).run()
    return settle(page)


def settle(page: AppTest) -> AppTest:
    """Wait until nothing goes on, and look at the page again."""
    assert batch_of(page).join(SECONDS)
    page.run()
    assert not page.exception
    return page


def batch_of(page: AppTest) -> Batch:
    """Return the set that the page works with."""
    batch = page.session_state["batch"]
    assert isinstance(batch, Batch)
    return batch


def at_address(batch: str) -> AppTest:
    """Return the page as whoever has a set's address opens it."""
    page = AppTest.from_file(PAGE, default_timeout=60)
    page.query_params["batch"] = batch
    return page


def press(page: AppTest, label: str) -> AppTest:
    """Press the button that begins so."""
    next(button for button in page.button if button.label.startswith(label)).click().run()
    return page


def says(page: AppTest) -> str:
    """Return all that the page says in running text."""
    return "\n".join(part.value for part in page.markdown)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[Sequence[Any]]:
    """Note the rows that the component is told, each time."""
    told: list[Sequence[Any]] = []

    def listen(rows: Sequence[Any], **_: object) -> None:
        told.append(rows)

    monkeypatch.setattr(watching, "batch_rows", listen)
    return told


@pytest.fixture
def links(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Note to which pages links lead: a page alone knows no others."""
    led: list[str] = []
    monkeypatch.setattr(st, "page_link", lambda page, **_: led.append(page.name))
    return led


@pytest.fixture
def stocked(store: Store) -> Store:
    """Return a store whose catalogue has six products."""
    made = products(unit_vectors(6))
    store.products.add("test", [replace(one, picture=a_picture("red")) for one in made])
    return store


def encoder(fake: FakeHuggingFace) -> HttpEncoder:
    """Return the HTTP encoder on the fake."""
    return HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20, sleep=lambda _: None)


@pytest.mark.usefixtures("stocked")
def test_photos_come_in_cost_is_said_and_each_gets_its_row(
    open_page: Open, told: list[Sequence[Any]]
) -> None:
    """Nothing is asked before somebody has seen what it costs."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")), ("bad.png", b"no"), ("3.png", a_picture("blue")))
        assert fake.count == 0
        assert "3 photos, 1 failed" in says(page)
        assert "2 of 2 photos are new to the model and cost as many calls." in says(page)
        assert "1,000 calls are left today" in says(page)
        settle(press(page, "Search with 2 photos"))
        assert fake.count == 2
    assert "3 photos, 2 searched, 1 failed" in says(page)
    rows = told[-1]
    assert [row.name for row in rows] == ["1.png", "bad.png", "3.png"]
    assert [len(row.items) for row in rows] == [5, 0, 5]
    assert "not a picture" in rows[1].said
    assert all(row.photo.startswith("api/photos/") for row in (rows[0], rows[2]))
    assert rows[0].address == f"./?search={rows[0].search}"


@pytest.mark.usefixtures("stocked")
def test_a_page_that_runs_again_searches_nothing_again(
    open_page: Open, told: list[Sequence[Any]]
) -> None:
    """Nor does coming back to it from another page."""
    del told
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")))
        settle(press(page, "Search with 1 photo"))
        first = batch_of(page)
        page.run()
        page.run()
        assert batch_of(page) is first
        assert fake.count == 1


@pytest.mark.usefixtures("stocked")
def test_a_zip_and_what_is_left_out(open_page: Open, told: list[Sequence[Any]]) -> None:
    """In Russian: what is no photo is named with its reason."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake), "ru").run()
        archive = zipped({"1.png": a_picture("red"), "цены.txt": b"1", "__MACOSX/._1.png": b"x"})
        give(page, ("фото.zip", archive))
        assert [row.name for row in told[-1]] == ["1.png"]
        assert page.expander[0].label == "Пропущен 1 файл"
        assert "цены" in says(page)
        assert "1 фото" in says(page)
        assert any(button.label == "Искать по 1 фото" for button in page.button)


@pytest.mark.usefixtures("stocked")
def test_what_ends_a_set_early_is_one_sentence_and_it_goes_on_later(
    open_page: Open, told: list[Sequence[Any]]
) -> None:
    """What is done stays; the rest is one click away."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")), ("2.png", a_picture("blue")))
        fake.otherwise(FAULTS["credits"])
        settle(press(page, "Search with 2 photos"))
        assert len(page.error) == 1
        assert "credits" in page.error[0].value
        assert [row.said for row in told[-1]] == ["Waits", "Waits"]
        fake.otherwise(vector())
        settle(press(page, "Go on with 2 photos"))
        assert not page.error
        assert {row.state for row in told[-1]} == {State.DONE}


@pytest.mark.usefixtures("stocked")
def test_two_photos_can_be_one_thing(open_page: Open, told: list[Sequence[Any]]) -> None:
    """That is offered for two or three, and not for one or four."""
    del told
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        offered = []
        for colour in ("red", "green", "blue", "black"):
            give(page, (f"{colour}.png", a_picture(colour)))
            offered.append(any(b.label.startswith("They show one thing") for b in page.button))
        assert offered == [False, True, True, False]


@pytest.mark.usefixtures("stocked")
def test_other_photos_begin_anew(open_page: Open, told: list[Sequence[Any]]) -> None:
    """The page is as it was at first."""
    del told
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")))
        settle(press(page, "Search with 1 photo"))
        assert not page.file_uploader
        press(page, "Other photos")
        assert len(page.file_uploader) == 1
        assert "batch" not in page.session_state
        assert not page.info


@pytest.mark.usefixtures("stocked")
def test_a_set_is_found_again_by_its_address(open_page: Open, told: list[Sequence[Any]]) -> None:
    """As when a telephone has loaded the page anew, and after a visit to another page."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")))
        settle(press(page, "Search with 1 photo"))
        batch = batch_of(page)
        assert page.query_params["batch"] == str(batch.id)
        again = at_address(str(batch.id)).run()
        assert [row.state for row in told[-1]] == [State.DONE]
        assert told[-1][0].name == "1.png"
        told.clear()
        del again.query_params["batch"]  # as the menu leads back
        again.run()
        assert [row.name for row in told[-1]] == ["1.png"]
        assert again.query_params["batch"] == str(batch.id)
        press(again, "Other photos")
        assert not again.info
        assert "batch" not in again.query_params
        assert not batch.is_busy


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("address", [str(UUID(int=7)), "nothing", "[x](https://evil.example)"])
def test_a_set_that_is_not_here_any_more_is_said(
    open_page: Open, told: list[Sequence[Any]], links: list[str], address: str
) -> None:
    """As after a new start: with the way to its searches, until photos are given or that reruns."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        open_page("batch", encoder(fake))
        lost = at_address(address).run()
        lost.run()
        assert not lost.exception
        assert lost.info[0].value.startswith("This set of photos is not here any more")
        assert "history" in lost.info[0].value
        assert "evil" not in says(lost) + lost.info[0].value
        assert links == ["history.py"] * 2
        assert len(lost.file_uploader) == 1
        give(lost, ("1.png", a_picture("red")))
        assert not lost.info
        assert "batch" not in lost.query_params
        assert [row.name for row in told[-1]] == ["1.png"]


@pytest.mark.usefixtures("stocked")
@pytest.mark.usefixtures("links")
def test_what_was_forgotten_is_said_in_its_row(open_page: Open, told: list[Sequence[Any]]) -> None:
    """In the tab that made the set, and in anybody else's: neither picture, name nor products."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("secret.png", a_picture("red")), ("2.png", a_picture("blue")))
        settle(press(page, "Search with 2 photos"))
        batch = batch_of(page)
        (forgotten, other) = [row.search for row in batch.rows]
        assert forgotten
        assert other
        get_engine().history.forget(forgotten.id)
        for shown in (page, at_address(str(batch.id))):
            shown.run()
            assert not shown.exception
            first, second = told[-1]
            assert (first.photo, first.search, first.items) == (None, "", [])
            assert first.name == "Photo number 1"
            assert first.said == "Its search was forgotten: nothing of it is left in this set"
            assert second.photo
            assert "2 photos, 1 searched, 1 forgotten" in says(shown)
        get_engine().history.forget(other.id)
        page.run()
        assert "2 photos, 2 forgotten" in says(page)
        assert not page.get("download_button")
        assert len(at_address(str(batch.id)).run().info) == 1


@pytest.mark.usefixtures("stocked")
def test_without_kept_photos_others_see_what_was_found_alone(
    open_page: Open, told: list[Sequence[Any]], settings: Settings
) -> None:
    """Whoever made the set sees the photos by which it is told what is what."""
    vars(settings)["keep_photos"] = False  # before an engine has them
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")))
        settle(press(page, "Search with 1 photo"))
        assert told[-1][0].photo.startswith("data:image/jpeg")
        at_address(str(batch_of(page).id)).run()
        (row,) = told[-1]
        assert row.photo is None
        assert len(row.items) == 5


@pytest.mark.usefixtures("stocked")
def test_a_database_that_is_away_leaves_the_own_set_in_sight(
    open_page: Open, told: list[Sequence[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who has its address alone is told: nobody knows whether it was forgotten."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("1.png", a_picture("red")))
        settle(press(page, "Search with 1 photo"))
        address = str(batch_of(page).id)

        def away(*_: object) -> None:
            raise DatabaseUnavailable(reason="away")

        monkeypatch.setattr(type(get_engine().store.past_searches), "there", away)
        told.clear()
        page.run()
        assert [row.state for row in told[-1]] == [State.DONE]
        told.clear()
        assert len(at_address(address).run().error) == 1
        assert not told


def test_no_photo_at_all_is_said(open_page: Open, told: list[Sequence[Any]]) -> None:
    """With the reason for each file."""
    del told
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("batch", encoder(fake)).run()
        give(page, ("prices.txt", b"1"))
        assert "There is no photo among these files." in says(page)
        assert not any(button.label.startswith("Search") for button in page.button)

"""Searching with a part of the photo, run by AppTest: what opens, what is sent, the way back."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
import streamlit as st
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.parts import aiming, found
from pages.parts.running import get_engine
from search.aim import WHOLE, Aim
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.original import Original
from search.photo import read_photo
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FakeHuggingFace, pixels_vector

Open = Callable[..., AppTest]
PART, SPECK = Aim(0, 0, 1, 0.5, 1), Aim(0, 0, 0.1, 0.1)


def a_photo(colour: str) -> bytes:
    """Paint a picture 320 pixels wide and 240 high: white, and a thing in the corner."""
    image = Image.new("RGB", (320, 240), "white")
    image.paste(colour, (220, 140, 300, 220))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


PHOTO = a_photo("orange")


@pytest.fixture
def fake() -> Iterator[FakeHuggingFace]:
    """Run a Hugging Face whose vectors come from the pixels."""
    with FakeHuggingFace(embed=pixels_vector) as server:
        yield server


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Original, Aim, Aim | None]]:
    """Put three buttons in the place of the frame; note what it is opened with."""
    opened: list[tuple[Original, Aim, Aim | None]] = []

    def choose_part(
        original: Original,
        aim: Aim,
        *,
        on_chosen: Callable[[Aim], None],
        on_left: Callable[[], None],
        **_: object,
    ) -> None:
        opened.append((original, aim, original.suggested))
        st.button("take a part", on_click=on_chosen, args=(PART,))
        st.button("take a speck", on_click=on_chosen, args=(SPECK,))
        st.button("leave", on_click=on_left)

    monkeypatch.setattr(aiming, "choose_part", choose_part)
    return opened


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Note whose photo's products are shown, each time the page runs."""
    told: list[bytes] = []

    def listen(*, photo: str, **_: Any) -> bool:  # noqa: ANN401 - whatever the page tells
        told.append(bytes.fromhex(photo))
        return False

    monkeypatch.setattr(found, "results", listen)
    return told


@pytest.fixture
def page(open_page: Open, store: Store, fake: FakeHuggingFace) -> AppTest:
    """Open the page on a small catalogue and upload the photo."""
    encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20, sleep=lambda _: None)
    goods = [
        replace(made, article=colour, picture=a_photo(colour), embedding=None)
        for made, colour in zip(products(unit_vectors(2)), ("red", "blue"), strict=True)
    ]
    store.products.add("test", goods)
    test = open_page("search", encoder)
    get_engine().index(lambda _: None)
    return upload(test.run(), PHOTO)


def upload(test: AppTest, data: bytes) -> AppTest:
    """Choose a file as a person does."""
    test.file_uploader[0].set_value(("photo.png", data, "image/png")).run()
    assert not test.exception
    return test


def press(test: AppTest, label: str) -> AppTest:
    """Press a button."""
    next(button for button in test.button if button.label == label).click().run()
    assert not test.exception
    return test


def labels(test: AppTest) -> list[str]:
    """Return what the buttons say."""
    return [button.label for button in test.button]


Opened = list[tuple[Original, Aim, Aim | None]]


def test_what_is_chosen_is_searched_and_the_whole_comes_back_free(
    page: AppTest, fake: FakeHuggingFace, opened: Opened, told: list[bytes]
) -> None:
    """The part is sent, once; back to the whole picture asks nobody."""
    assert "Whole picture" not in labels(page)
    press(press(page, "Crop or rotate"), "take a part")
    with Image.open(io.BytesIO(fake.received[-1].body)) as sent:
        assert sent.size == (240, 160)
    assert told[-1] == read_photo(PHOTO, aim=PART).fingerprint
    before = fake.count
    press(page, "Whole picture")
    assert told[-1] == read_photo(PHOTO).fingerprint
    press(press(page, "Crop or rotate"), "take a part")
    assert told[-1] == read_photo(PHOTO, aim=PART).fingerprint
    assert fake.count == before
    assert len(opened) == 2


def test_choosing_again_begins_from_the_original(page: AppTest, opened: Opened) -> None:
    """All of the photo is there, the frame where it was left, and the thing is suggested."""
    press(press(page, "Crop or rotate"), "take a part")
    press(page, "Crop or rotate")
    (first, whole, suggested), (again, aim, _) = opened
    assert (whole, aim) == (WHOLE, PART)
    assert first.size == again.size == (320, 240)
    assert suggested
    left, top, right, bottom = suggested.box(first.size)
    assert 160 < left < 220
    assert 80 < top < 140
    assert right > 300
    assert bottom > 220


def test_results_stay_while_somebody_chooses_or_leaves(
    page: AppTest, fake: FakeHuggingFace, opened: Opened, told: list[bytes]
) -> None:
    """Nothing is searched until a part is chosen."""
    before = fake.count
    press(page, "Crop or rotate")
    assert told[-1] == read_photo(PHOTO).fingerprint
    assert "Crop or rotate" not in labels(page)
    press(page, "leave")
    assert told[-1] == read_photo(PHOTO).fingerprint
    assert "Crop or rotate" in labels(page)
    assert (fake.count, len(opened)) == (before, 1)


def test_the_next_photo_comes_whole(page: AppTest, opened: Opened, told: list[bytes]) -> None:
    """A part is a part of its photo."""
    press(press(page, "Crop or rotate"), "take a part")
    press(page, "Crop or rotate")
    another = a_photo("purple")
    upload(page, another)
    assert told[-1] == read_photo(another).fingerprint
    assert len(opened) == 2
    assert "Whole picture" not in labels(page)


@pytest.mark.usefixtures("opened")
def test_too_small_a_part_is_a_sentence_with_the_way_back(
    page: AppTest, fake: FakeHuggingFace, told: list[bytes]
) -> None:
    """Nothing is sent; the photo can be aimed at again or taken whole."""
    before = fake.count
    press(press(page, "Crop or rotate"), "take a speck")
    assert "only 32 × 24 pixels" in page.error[0].value
    assert fake.count == before
    press(page, "Whole picture")
    assert not page.error
    assert told[-1] == read_photo(PHOTO).fingerprint

"""The catalogue page, run by AppTest."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

from PIL import Image
from streamlit.testing.v1 import AppTest

from search.encoders.builtin import BuiltinEncoder
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, pixels_vector

Open = Callable[..., AppTest]


def a_picture(shade: int) -> bytes:
    """Paint a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (shade, 40, 200)).save(buffer, "PNG")
    return buffer.getvalue()


def press(page: AppTest, label: str) -> AppTest:
    """Press the button that begins so."""
    return next(b for b in page.button if b.label.startswith(label)).click().run()


def test_an_empty_catalogue_becomes_the_demo_with_one_click(open_page: Open) -> None:
    """Nobody is left before an empty page."""
    page = open_page("catalogue", BuiltinEncoder()).run()
    assert "The catalogue is empty" in page.info[0].value
    press(page, "Load the demo catalogue")
    assert not page.exception
    assert int(page.metric[0].value) >= 600
    assert page.metric[1].value == page.metric[2].value
    assert "Every picture can be searched" in page.success[0].value


def test_the_space_check_says_that_encoder_and_catalogue_agree(open_page: Open) -> None:
    """The shipped vectors are those of the shipped encoder."""
    page = open_page("catalogue", BuiltinEncoder()).run()
    press(page, "Load the demo catalogue")
    press(page, "Check that")
    assert any("They agree" in success.value for success in page.success)


def test_a_catalogue_of_another_space_is_indexed_with_one_click(
    open_page: Open, store: Store
) -> None:
    """What is missing is counted with Russian plurals, indexed, and then complete."""
    pictures = [a_picture(shade) for shade in (0, 90, 180)]
    store.products.add(
        "test",
        [
            replace(made, picture=picture, embedding=None)
            for made, picture in zip(products(unit_vectors(3)), pictures, strict=True)
        ],
    )
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        page = open_page("catalogue", encoder, "ru").run()
        assert "У 3 картинок ещё нет вектора" in page.warning[0].value
        press(page, "Проиндексировать 3 картинки")
        assert not page.exception
        assert fake.count == 3
    assert "Все картинки доступны" in page.success[0].value


def test_an_error_while_indexing_is_a_sentence(open_page: Open) -> None:
    """A refused token stops the run with its sentence, and what is done stays."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        fake.otherwise(FAULTS["credentials"])
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        page = open_page("catalogue", encoder).run()
        press(page, "Load the demo catalogue")
        assert "have no vector in the space" in page.warning[0].value
        press(page, "Index ")
        assert not page.exception
        assert "refused the token" in page.error[0].value

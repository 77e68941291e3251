"""The search page, run by AppTest: what it says, step by step."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace

import pytest
from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders import Encoder
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.indexing import index
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, pixels_vector, status, vector

Open = Callable[..., AppTest]


def a_picture(colour: str) -> bytes:
    """Paint a small picture."""
    image = Image.new("RGB", (64, 64), "white")
    image.paste(colour, (8, 8, 56, 40))
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


def upload(test: AppTest, data: bytes, name: str = "photo.png") -> AppTest:
    """Choose a file as a person does."""
    test.file_uploader[0].set_value((name, data, "image/png")).run()
    return test


@pytest.fixture
def fake() -> FakeHuggingFace:
    """Build a Hugging Face whose vectors come from the pixels; the test enters it."""
    return FakeHuggingFace(embed=pixels_vector)


@pytest.fixture
def encoder(fake: FakeHuggingFace) -> Encoder:
    """Return the HTTP encoder on the fake, impatient."""
    return HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20, sleep=lambda _: None)


def stock(store: Store, encoder: Encoder) -> None:
    """Fill the catalogue with three products and index it."""
    colours = ("red", "green", "blue")
    store.products.add(
        "test",
        [
            replace(made, article=colour, picture=a_picture(colour), embedding=None)
            for made, colour in zip(products(unit_vectors(3)), colours, strict=True)
        ],
    )
    index(encoder, store.embeddings, total=3, on_progress=lambda _: None)


def test_a_photo_is_searched_once(
    open_page: Open, store: Store, fake: FakeHuggingFace, encoder: Encoder
) -> None:
    """An upload is one call and one stored search; running the page again is none."""
    with fake:
        stock(store, encoder)
        before = fake.count
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        assert not page.exception
        assert not page.error
        page.run()
        assert fake.count == before + 1
    with store.database.connection() as connection:
        assert connection.execute("SELECT count(*) FROM likeness.searches").fetchone() == (1,)
    assert any("Search " in caption.value for caption in page.caption)


@pytest.mark.parametrize(
    ("fault", "english", "russian"),
    [
        ("credentials", "refused the token (401)", "не принял токен (401)"),
        ("credits", "credits at", "закончились (402)"),
        ("retired", "Nobody serves the model", "модель никто не обслуживает"),
    ],
)
def test_an_error_of_the_api_is_a_sentence_with_a_next_step(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    fault: str,
    english: str,
    russian: str,
) -> None:
    """No traceback, both languages, and the same page finds products once the API is well."""
    with fake:
        stock(store, encoder)
        for language, expected in (("en", english), ("ru", russian)):
            fake.otherwise(FAULTS[fault])
            page = open_page("search", encoder, language).run()
            upload(page, a_picture("orange"))
            assert not page.exception
            assert expected in page.error[0].value
            fake.otherwise(vector())
            upload(page, a_picture("purple" if language == "en" else "pink"))
            assert not page.error


def test_a_passing_fault_offers_to_try_again(
    open_page: Open, store: Store, fake: FakeHuggingFace, encoder: Encoder
) -> None:
    """The photo is kept: one click searches with it again."""
    with fake:
        stock(store, encoder)
        fake.otherwise(status(500, "broken"))
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        assert "failed on its own side" in page.error[0].value
        fake.otherwise(vector())
        next(button for button in page.button if button.label == "Try again").click().run()
        assert not page.error
        assert not page.exception


def test_a_file_that_is_no_picture_gets_a_sentence(
    open_page: Open, store: Store, fake: FakeHuggingFace, encoder: Encoder
) -> None:
    """Nothing is sent, and the next photo works."""
    with fake:
        stock(store, encoder)
        before = fake.count
        page = upload(open_page("search", encoder, "ru").run(), b"%PDF-1.7", "photo.jpg")
        assert "не картинка" in page.error[0].value
        assert fake.count == before
        upload(page, a_picture("orange"))
        assert not page.error


def test_a_catalogue_of_another_model_is_said_loudly(
    open_page: Open, fake: FakeHuggingFace, encoder: Encoder, store: Store
) -> None:
    """Vectors that only claim to be the encoder's own are found out, with the figure."""
    with fake:
        false = [replace(made, picture=a_picture("red")) for made in products(unit_vectors(2))]
        store.products.add("test", false)
        page = open_page("search", encoder)
        get_engine().check_space()
        page.run()
    assert "They do not agree" in page.error[0].value


def test_a_catalogue_that_is_not_indexed_shows_the_way(
    open_page: Open, fake: FakeHuggingFace, encoder: Encoder, store: Store
) -> None:
    """The sentence names the space and leads to the catalogue page."""
    with fake:
        store.products.add("test", [replace(p, embedding=None) for p in products(unit_vectors(2))])
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
    assert "none was indexed" in page.error[0].value

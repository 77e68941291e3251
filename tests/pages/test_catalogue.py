"""The catalogue page, run by AppTest."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from uuid import uuid4

from PIL import Image
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders.builtin import BuiltinEncoder
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.store.index_runs import KILLED, Ending, Standing
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, pixels_vector, status

Open = Callable[..., AppTest]


def a_picture(shade: int) -> bytes:
    """Paint a small picture."""
    buffer = io.BytesIO()
    Image.new("RGB", (32, 32), (shade, 40, 200)).save(buffer, "PNG")
    return buffer.getvalue()


def fill(store: Store, count: int) -> None:
    """Put pictures without a vector into the catalogue."""
    store.products.add(
        "test",
        [
            replace(made, picture=a_picture(60 * number), embedding=None)
            for number, made in enumerate(products(unit_vectors(count)))
        ],
    )


def press(page: AppTest, label: str) -> AppTest:
    """Press the button that begins so."""
    return next(b for b in page.button if b.label.startswith(label)).click().run()


def finish(page: AppTest) -> AppTest:
    """Wait for the run in the background, and look at the page again."""
    assert get_engine().indexing.join(20)
    page.run()
    assert not page.exception
    return page


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
    fill(store, 3)
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        page = open_page("catalogue", encoder, "ru").run()
        assert "У 3 картинок ещё нет вектора" in page.warning[0].value
        press(page, "Проиндексировать 3 картинки")
        finish(page)
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
        finish(page)
        assert "refused the token" in page.error[0].value


def test_what_failed_is_listed_with_its_reason_and_can_be_tried_again(
    open_page: Open, store: Store
) -> None:
    """The article stands with the reason; one press later everything can be searched."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        fill(store, 3)
        fake.script(status(422, "no"))
        page = open_page("catalogue", encoder).run()
        press(page, "Index 3 pictures")
        finish(page)
        assert "1 picture has no vector" in page.caption[1].value
        assert "did not accept the photo (422)" in page.expander[0].label
        (article,) = page.dataframe[0].value["Article"]
        assert article.startswith("ART-")
        press(page, "Try 1 picture again")
        finish(page)
    assert "Every picture can be searched" in page.success[0].value
    assert not page.expander


def test_a_run_of_another_process_is_shown_and_can_be_stopped(
    open_page: Open, store: Store
) -> None:
    """Whoever indexes, the page tells who, how far and how fast, and asks it to stop."""
    fill(store, 3)
    number = uuid4()
    store.index_runs.begin(number, CLIP, "elsewhere:77", 300)
    store.index_runs.beat(number, Standing(300, 120, 4))
    with FakeHuggingFace(embed=pixels_vector) as fake:
        page = open_page("catalogue", HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)).run()
        assert not page.exception
        assert any("elsewhere:77 is indexing" in caption.value for caption in page.caption)
        press(page, "Stop")
    assert store.index_runs.beat(number, Standing(300, 121, 4))


def test_why_a_run_of_another_process_ended_is_said(open_page: Open, store: Store) -> None:
    """The error stands with how far it came; one that was killed is told too, in Russian."""
    fill(store, 3)
    number = uuid4()
    store.index_runs.begin(number, CLIP, "elsewhere:77", 300)
    ending = Ending("token_refused", {"host": "clip.example", "status": 401})
    store.index_runs.finish(number, Standing(300, 120, 4), ending)
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        page = open_page("catalogue", encoder).run()
        assert "refused the token" in page.error[0].value
        assert any("elsewhere:77, at 120 of 300" in caption.value for caption in page.caption)
        store.index_runs.finish(number, Standing(300, 120, 4), Ending(KILLED))
        page.session_state["language"] = "ru"
        page.run()
        assert not page.error
        assert any("на 120 из 300" in warning.value for warning in page.warning)

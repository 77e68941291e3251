"""Encoding the whole catalogue afresh from its page: asked first, counted, and gone on with."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders.builtin import SPACE, BuiltinEncoder
from search.encoders.dialects import HUGGINGFACE
from search.encoders.http import HttpEncoder
from search.store.index_runs import PERSON, Ending, Standing
from search.store.store import Store
from search.vectors import CLIP
from tests.fake_huggingface import FakeHuggingFace, pixels_vector
from tests.pages.test_catalogue import Open, fill, finish, press


def shown(page: AppTest) -> str:
    """Return all that the page says in sentences, as it is read."""
    found = "\n".join(str(one.value) for one in page.markdown)
    return found.replace("\\", "").replace("\u2060", "")


def labels(page: AppTest) -> list[str]:
    """Return what can be pressed."""
    return [button.label for button in page.button]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("Encode all afresh", "It costs up to **3 calls** to", "Encode 3 pict", "Cancel")),
        ("ru", ("Закодировать все", "Это до **3 запросов** к", "Закодировать 3 карт", "Отмена")),
    ],
)
def test_it_is_asked_before_anything_is_spent(
    open_page: Open, store: Store, code: str, words: tuple[str, str, str, str]
) -> None:
    """One press says what it costs, and a second one does it, or leaves it."""
    offer, cost, begin, cancel = words
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        fill(store, 3)
        page = open_page("catalogue", encoder, code).run()
        assert offer not in " ".join(labels(page))  # there is nothing to encode again yet
        get_engine().index(lambda _: None)
        press(page.run(), offer)
        assert cost in shown(page)
        press(page, cancel)
        assert cost not in shown(page)
        assert fake.count == 3
        press(page, offer)
        press(page, begin)
        finish(page)
        assert fake.count == 6
        assert cost not in shown(page)
        assert store.embeddings.count(CLIP) == 3


def test_an_interrupted_one_is_gone_on_with_or_begun_anew(open_page: Open, store: Store) -> None:
    """The page says since when, and how much is left; what was made anew is kept."""
    with FakeHuggingFace(embed=pixels_vector) as fake:
        encoder = HttpEncoder(fake.model_url, HUGGINGFACE, deadline=20)
        fill(store, 3)
        page = open_page("catalogue", encoder)
        get_engine().index(lambda _: None)
        number, now = uuid4(), store.index_runs.now()
        store.index_runs.begin(number, CLIP, "elsewhere:77", 3, now)
        store.index_runs.finish(number, Standing(3, 1, 0), Ending(PERSON))
        with store.database.connection() as connection:
            connection.execute(
                "UPDATE likeness.image_embeddings SET created_at = %s WHERE picture_id ="
                " (SELECT min(picture_id) FROM likeness.image_embeddings)",
                (now + timedelta(seconds=1),),
            )
        press(page.run(), "Go on encoding all afresh")
        assert "and interrupted: 2 pictures are left." in shown(page)
        assert "It costs up to **2 calls**" in shown(page)
        assert any(label.startswith("From the start: 3 pictures") for label in labels(page))
        press(page, "Encode 2 pictures")
        finish(page)
        assert fake.count == 5
        assert "Encode all afresh" in labels(page)


def test_the_built_in_encoder_costs_no_calls(open_page: Open, store: Store) -> None:
    """Nobody is warned of a bill that never comes."""
    fill(store, 2)
    page = open_page("catalogue", BuiltinEncoder())
    get_engine().index(lambda _: None)
    press(page.run(), "Encode all afresh")
    assert "**2 pictures** are encoded in this program" in shown(page)
    assert store.embeddings.count(SPACE) == 2

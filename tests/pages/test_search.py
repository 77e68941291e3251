"""The search page, run by AppTest: what it says, step by step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from streamlit.testing.v1 import AppTest

from pages.parts.running import get_engine
from search.encoders import Encoder
from search.errors import DatabaseUnavailable
from search.judgement import Judgement, Origin, Verdict
from search.store.store import Store
from search.thresholds import Thresholds
from search.tuning.scales import Scale
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace, status, vector
from tests.pages.search_page import a_picture, stock, upload

Open = Callable[..., AppTest]


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
    assert any("database" in caption.value for caption in page.caption)


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
    assert "do not agree" in page.error[0].value


def test_a_catalogue_that_is_not_indexed_shows_the_way(
    open_page: Open, fake: FakeHuggingFace, encoder: Encoder, store: Store
) -> None:
    """The sentence names the space and leads to the catalogue page."""
    with fake:
        store.products.add("test", [replace(p, embedding=None) for p in products(unit_vectors(2))])
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
    assert "none was indexed" in page.error[0].value


def count_searches(store: Store) -> int:
    """Count the searches that are kept."""
    with store.database.connection() as connection:
        row = connection.execute("SELECT count(*) FROM likeness.searches").fetchone()
    return int(row[0]) if row else 0


def test_a_line_saved_by_somebody_is_followed_at_the_next_run(
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    told: list[dict[str, Any]],
) -> None:
    """On the same scale nothing is searched again: only the line is another."""
    with fake:
        stock(store, encoder)
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        assert (told[-1]["threshold"].id, told[-1]["threshold"].value) == (None, 0.3)
        saved = get_engine().thresholds.save(0.74, doubtful=0.6, who="Anna", why="best F1")
        before = fake.count
        page.run()
    now = told[-1]["threshold"]
    assert (now.id, now.value, now.doubtful, now.who) == (saved.id, 0.74, 0.6, "Anna")
    assert told[-1]["cards"] == told[0]["cards"]
    assert (fake.count, count_searches(store)) == (before, 1)


@pytest.mark.parametrize("scale", [Scale.RELATIVE, Scale.CENTRED])
def test_another_scale_is_searched_anew_without_a_call(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    told: list[dict[str, Any]],
    scale: Scale,
) -> None:
    """The photo is remembered, so the model is not asked; cards carry that scale's values."""
    with fake:
        stock(store, encoder)
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        get_engine().thresholds.save(0.9, scale=scale, who="Anna", why="wins on held-out photos")
        before = fake.count
        page.run()
        page.run()
    assert (fake.count, count_searches(store)) == (before, 2)
    assert told[-1]["threshold"].scale is scale
    scores = [card.score for card in told[-1]["cards"]]
    assert scores != [card.similarity for card in told[-1]["cards"]]
    assert scores == sorted(scores, reverse=True)
    if scale is Scale.RELATIVE:
        assert scores[0] == pytest.approx(1)


def test_what_people_said_of_the_photo_is_told(
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    told: list[dict[str, Any]],
) -> None:
    """Verdicts come by product id, for this photo, named by its fingerprint."""
    with fake:
        stock(store, encoder)
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        photo, card = bytes.fromhex(told[-1]["photo"]), told[-1]["cards"][1]
        assert told[-1]["verdicts"] == {}
        get_engine().judging.record(
            Judgement(
                id=uuid4(),
                photo=photo,
                product_id=int(card.product_id),
                verdict=Verdict.DIFFERENT,
                who="Anna",
                space=encoder.space,
                origin=Origin.SEARCH,
            )
        )
        page.run()
    assert told[-1]["verdicts"] == {card.product_id: Verdict.DIFFERENT}


def test_a_database_that_is_away_takes_nothing_from_the_page(  # noqa: PLR0917 - fixtures
    open_page: Open,
    store: Store,
    fake: FakeHuggingFace,
    encoder: Encoder,
    told: list[dict[str, Any]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """What was found stays where it is when the page runs again meanwhile."""

    def away(*_: object) -> None:
        raise DatabaseUnavailable

    with fake:
        stock(store, encoder)
        page = upload(open_page("search", encoder).run(), a_picture("orange"))
        monkeypatch.setattr(Thresholds, "active", away)
        monkeypatch.setattr(type(get_engine().judging), "verdicts", away)
        page.run()
    assert not page.error
    assert len(told) == 2
    assert told[1]["cards"] == told[0]["cards"]

"""Whether encoder and catalogue agree, where no picture of the catalogue is here."""

from __future__ import annotations

from dataclasses import replace

import pytest

from search import doctor
from search.engine import SearchEngine
from search.language import language
from search.photo import read_photo
from search.settings import Settings
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import products, send_away, unit_vectors
from tests.search.conftest import PixelEncoder
from tests.search.fetching.played_site import Site, answer
from tests.search.indexing.conftest import paint
from tests.search.showing.conftest import PRODUCTS, OpenEngine


@pytest.fixture
def adopted(store: Store, site: Site) -> list[int]:
    """Return the pictures' numbers of a catalogue whose vectors are the encoder's own."""
    encoder = PixelEncoder()
    made = [
        replace(product, embedding=encoder.encode(read_photo(paint(number))))
        for number, product in enumerate(products(unit_vectors(PRODUCTS)))
    ]
    store.products.add("shop", made)
    return send_away(store, site.url)


@pytest.mark.usefixtures("adopted")
def test_pictures_are_fetched_to_be_checked(engine: SearchEngine, site: Site) -> None:
    """Three are enough, and a second check needs no other ones."""
    first = engine.check_space()
    assert (first.pictures, first.missed) == (3, 0)
    assert first.agrees
    assert len(site.visits) == 3
    assert engine.check_space().agrees
    assert len(site.visits) == 3


def test_others_are_drawn_for_those_that_are_gone(
    engine: SearchEngine, adopted: list[int], site: Site
) -> None:
    """Dead links say nothing of the encoder."""
    drawn = [adopted.index(number) for number, _ in engine.store.pictures.sample(CLIP, 12)]
    for place in drawn[:2]:
        site.answers[f"/{place}.png"] = answer(404, b"")
    found = engine.check_space()
    assert (found.pictures, found.missed) == (3, 2)
    assert found.agrees


@pytest.mark.usefixtures("adopted")
def test_another_model_is_noticed(store: Store, engine: SearchEngine) -> None:
    """The check is a real one: with the vectors of other pictures it fails."""
    with store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.image_embeddings AS stored SET image_embedding = other.vector FROM ("
            " SELECT image_embedding AS vector FROM likeness.image_embeddings LIMIT 1) AS other"
        )
    assert engine.check_space().differs


@pytest.mark.usefixtures("adopted")
def test_nothing_is_claimed_where_no_picture_can_be_had(
    open_engine: OpenEngine, site: Site, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The reason is said instead, by doctor too, and a later check finds what is there then."""
    engine = open_engine(fetch_private=False)
    found = engine.check_space()
    assert (found.pictures, found.median, found.missed) == (0, None, PRODUCTS)
    assert not found.agrees
    assert not found.differs
    assert site.visits == []
    monkeypatch.setattr(SearchEngine, "open", lambda _: engine)
    told = {one.check: one for one in doctor.examine(lambda: settings, language("en"))}
    check = told["Space check"]
    assert check.verdict is doctor.Verdict.WARNING
    assert check.sentence.startswith("unchecked: no picture could be fetched.")
    assert "does not fetch pictures from 127.0.0.1" in check.sentence

"""From photo bytes to a stored search."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from search.engine import SearchEngine
from search.errors import CatalogueEmpty, PhotoTooLarge, PhotoUnsupported, SpaceNotIndexed
from search.progress import Progress, Stage
from search.settings import Settings
from search.store.products import NewProduct
from search.vectors import VectorSpace
from tests.addresses import as_url
from tests.catalogues import products, unit_vectors
from tests.embedded_apps import data_folder

Paint = Callable[..., bytes]
COLOURS = ("red", "green", "blue", "black", "orange")


def goods(paint: Paint) -> list[NewProduct]:
    """Return a product a colour, none of them with a vector."""
    return [
        replace(made, picture=paint(colour), article=colour, embedding=None)
        for made, colour in zip(products(unit_vectors(5)), COLOURS, strict=True)
    ]


@pytest.fixture
def stocked(engine: SearchEngine, picture: Paint) -> SearchEngine:
    """Return an engine whose catalogue is indexed."""
    engine.store.products.add("test", goods(picture))
    engine.index(lambda _: None)
    return engine


def test_a_photo_finds_the_product_that_it_shows(stocked: SearchEngine, picture: Paint) -> None:
    """The best hit of a product's own picture is that product, and its similarity is one."""
    found = stocked.search(stocked.reading.read(picture("blue", kind="WEBP")))
    assert found.hits[0].product.article == "blue"
    assert found.hits[0].similarity > 0.99
    # To an encoder of plain pixels two of the five look the same: they share a place.
    assert sum(1 + len(hit.same) for hit in found.hits) == 5
    assert [hit.rank for hit in found.hits] == list(range(1, len(found.hits) + 1))
    assert stocked.distribution(found).total == 5


def test_every_search_is_stored_under_its_uuid(stocked: SearchEngine, picture: Paint) -> None:
    """What was found can be looked up later, hit by hit."""
    found = stocked.search(stocked.reading.read(picture()))
    with stocked.store.database.connection() as connection:
        row = connection.execute(
            "SELECT product_ids, picture_ids, similarities, remembered FROM likeness.searches"
            " WHERE id = %s",
            (found.id,),
        ).fetchone()
    assert row == (
        [hit.product.id for hit in found.hits],
        [hit.picture_id for hit in found.hits],
        [hit.similarity for hit in found.hits],
        False,
    )


def test_the_stages_are_told_in_order(stocked: SearchEngine, picture: Paint) -> None:
    """Whoever waits hears what for, and with how many pictures the photo is compared."""
    told: list[Progress] = []
    found = stocked.search(stocked.reading.read(picture()), told.append)
    assert told == [
        Progress(Stage.ENCODING),
        Progress(Stage.COMPARING, count=5),
    ]
    assert set(found.seconds) == {Stage.ENCODING, Stage.COMPARING}
    told.clear()
    assert stocked.search(stocked.reading.read(picture()), told.append).remembered
    assert told[0] == Progress(Stage.REMEMBERED)


def test_an_empty_catalogue_says_so(engine: SearchEngine, picture: Paint) -> None:
    """No products is another thing than no likeness."""
    with pytest.raises(CatalogueEmpty):
        engine.search(engine.reading.read(picture()))


def test_a_catalogue_of_another_space_is_not_searched(engine: SearchEngine, picture: Paint) -> None:
    """Vectors of another model are not compared with; the sentence offers to index."""
    other = VectorSpace.named("some/other-model")
    engine.store.products.add("test", products(unit_vectors(3), space=other))
    told: list[Progress] = []
    with pytest.raises(SpaceNotIndexed) as raised:
        engine.search(engine.reading.read(picture()), told.append)
    assert raised.value.facts["pictures"] == 3
    assert told == []  # nobody was asked, nobody waited


def test_a_bad_photo_is_refused_by_the_settings_limits(engine: SearchEngine) -> None:
    """What is no picture, or too large a one, is refused before anything is asked or stored."""
    with pytest.raises(PhotoUnsupported):
        engine.reading.read(b"no picture")
    with pytest.raises(PhotoTooLarge):
        engine.reading.read(bytes(engine.settings.max_bytes + 1))


def test_the_space_check_agrees_with_its_own_encoder(stocked: SearchEngine) -> None:
    """Pictures encoded again give the vectors that are stored."""
    check = stocked.check_space()
    assert check.agrees
    assert check.pictures == 3


def test_the_space_check_notices_another_model(engine: SearchEngine, picture: Paint) -> None:
    """Vectors that only claim to be of this space are found out."""
    false = [
        replace(product, embedding=made.embedding)
        for product, made in zip(goods(picture), products(unit_vectors(5)), strict=True)
    ]
    engine.store.products.add("test", false)
    check = engine.check_space()
    assert not check.agrees
    assert check.median is not None
    assert check.median < 0.98


def test_a_fresh_folder_becomes_a_searchable_demo(settings: Settings) -> None:
    """The first start needs nothing: own database, demo catalogue, an answer to a sample photo."""
    with data_folder() as folder:
        engine = SearchEngine.open(settings.model_copy(update={"likeness_data_dir": folder}))
        try:
            coverage = engine.coverage()
            assert coverage.products >= 600
            assert coverage.indexed == coverage.pictures
            sample = engine.samples()[0]
            hits = engine.search(engine.reading.read(sample.read())).hits
            assert len(hits) == settings.result_limit
            assert hits[0].product.article.split("-")[0] == sample.article.split("-")[0]
            assert engine.check_space().agrees
        finally:
            engine.close()


def test_your_own_database_is_not_filled_unasked(settings: Settings, conninfo: str) -> None:
    """A database that somebody else runs gets tables of ours and no demo products."""
    yours = settings.model_copy(update={"vector_database_url": SecretStr(as_url(conninfo))})
    engine = SearchEngine.open(yours)
    try:
        assert engine.samples() == ()
        assert engine.store.products.count() == (0, 0)
    finally:
        engine.close()

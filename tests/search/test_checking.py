"""Whether encoder and catalogue agree is asked once a day, not at every start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from search.calls import utc_now
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

Start = Callable[..., SearchEngine]


def turn_round(store: Store) -> None:
    """Make the stored vectors those of another model."""
    vector = "image_embedding"
    with store.database.connection() as connection:
        connection.execute(
            f"UPDATE likeness.image_embeddings SET {vector} = {vector} - {vector} - {vector}"  # noqa: S608 - ours
        )


@pytest.fixture
def start(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Callable[..., bytes]
) -> Start:
    """Return what starts the app: an engine at some time, on a catalogue that is indexed."""

    def started(later: timedelta = timedelta()) -> SearchEngine:
        def now() -> datetime:
            return utc_now() + later

        encoder = HttpEncoder(fake.model_url, token=TOKEN, sleep=lambda _: None)
        return SearchEngine(settings, store, encoder, now=now)

    made = products(unit_vectors(4))
    colours = ("red", "green", "blue", "black")
    goods = [
        replace(product, picture=picture(colour), embedding=None)
        for product, colour in zip(made, colours, strict=True)
    ]
    store.products.add("test", goods)
    started().index(lambda _: None)
    return started


def test_a_second_start_costs_no_call(start: Start, fake: FakeHuggingFace) -> None:
    """Whoever asks for a check gets one; a start believes one of the last day."""
    indexed = fake.count
    first = start().check_space(DAY)
    assert first.agrees
    assert fake.count == indexed + 3
    again = start(23 * HOUR)
    assert again.check_space(DAY) == again.last_check == first
    assert fake.count == indexed + 3
    assert start(HOUR).check_space() == first
    assert fake.count == indexed + 6


def test_an_old_check_is_made_again(start: Start, fake: FakeHuggingFace) -> None:
    """After a day the model behind the address may be another one."""
    start().check_space()
    before = fake.count
    start(25 * HOUR).check_space(DAY)
    assert fake.count == before + 3


def test_another_address_or_catalogue_is_checked(
    start: Start, fake: FakeHuggingFace, store: Store, picture: Callable[..., bytes]
) -> None:
    """What was found of one says nothing of another; nor what was found before indexing anew."""
    engine = start()
    engine.check_space()
    known = (engine.encoder.space, engine.encoder.address, 4, utc_now() - DAY)
    assert store.space_checks.agreed(*known) is not None
    elsewhere = (engine.encoder.space, "https://elsewhere.test", 4, utc_now() - DAY)
    assert store.space_checks.agreed(*elsewhere) is None
    more = replace(products(unit_vectors(1))[0], article="new", picture=picture("orange"))
    store.products.add("more", [more])
    before = fake.count
    assert start().check_space(DAY).pictures == 3
    assert fake.count == before + 3
    engine.index(lambda _: None, again=True)
    before = fake.count
    engine.check_space(DAY)
    assert fake.count == before + 3


def test_a_check_that_failed_is_not_believed(
    start: Start, fake: FakeHuggingFace, store: Store
) -> None:
    """Whoever has put it right sees so at the next start."""
    turn_round(store)
    assert start().check_space(DAY).differs
    before = fake.count
    assert start().check_space(DAY).differs
    assert fake.count == before + 3


def test_an_encoder_in_this_process_is_always_asked(
    engine: SearchEngine, picture: Callable[..., bytes]
) -> None:
    """It costs nothing, and is warm then."""
    made = [replace(products(unit_vectors(1))[0], picture=picture("red"), embedding=None)]
    engine.store.products.add("test", made)
    engine.index(lambda _: None)
    asked = engine.store.space_checks
    assert engine.check_space(DAY).agrees
    assert asked.agreed(engine.encoder.space, "", 1, utc_now() - DAY) is not None
    turn_round(engine.store)
    assert engine.check_space(DAY).differs

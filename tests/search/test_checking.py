"""Whether encoder and catalogue agree is asked once a day, not at every start."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from search import doctor
from search.calls import utc_now
from search.encoders.http import HttpEncoder
from search.engine import SearchEngine
from search.language import language
from search.photo import read_photo
from search.settings import Settings
from search.store.store import Store
from search.usage.span import Preset, span_of
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import TOKEN, FakeHuggingFace

DAY, HOUR = timedelta(days=1), timedelta(hours=1)

Start = Callable[..., SearchEngine]


def turn_round(store: Store, pictures: Sequence[int] | None = None) -> None:
    """Make the stored vectors, of all pictures or of some, those of something else."""
    vector = "image_embedding"
    with store.database.connection() as connection:
        connection.execute(
            f"UPDATE likeness.image_embeddings SET {vector} = {vector} - {vector} - {vector}"  # noqa: S608 - ours
            " WHERE %(some)s::bigint[] IS NULL OR picture_id = ANY(%(some)s)",
            {"some": None if pictures is None else list(pictures)},
        )


@pytest.fixture
def start(
    store: Store, settings: Settings, fake: FakeHuggingFace, picture: Callable[..., bytes]
) -> Iterator[Start]:
    """Return what starts the app: an engine at some time, on a catalogue that is indexed."""
    engines: list[SearchEngine] = []

    def started(later: timedelta = timedelta()) -> SearchEngine:
        def now() -> datetime:
            return utc_now() + later

        encoder = HttpEncoder(fake.model_url, token=TOKEN, sleep=lambda _: None)
        engines.append(SearchEngine(settings, store, encoder, now=now))
        return engines[-1]

    made = products(unit_vectors(4))
    colours = ("red", "green", "blue", "black")
    goods = [
        replace(product, picture=picture(colour), embedding=None)
        for product, colour in zip(made, colours, strict=True)
    ]
    store.products.add("test", goods)
    started().index(lambda _: None)
    yield started
    # They share a database, which the first one closes: no journal must still wait for it then.
    for engine in engines:
        engine.journal.flush(5)
    for engine in engines:
        engine.close()


@pytest.fixture
def drawn(start: Start, store: Store, picture: Callable[..., bytes]) -> list[int]:
    """Return the numbers of ten pictures, all indexed, in the order in which a check sees them."""
    made = products(unit_vectors(6, seed=2), prefix="MORE")
    colours = ("orange", "purple", "yellow", "brown", "pink", "grey")
    more = [
        replace(product, picture=picture(colour), embedding=None)
        for product, colour in zip(made, colours, strict=True)
    ]
    store.products.add("more", more)
    engine = start()
    engine.index(lambda _: None)
    return [number for number, _ in store.pictures.sample(engine.encoder.space, 10)]


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
    orange = picture("orange")
    vector = engine.encoder.encode(read_photo(orange))
    more = products(unit_vectors(1))[0]
    store.products.add("more", [replace(more, article="new", picture=orange, embedding=vector)])
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


@pytest.mark.parametrize("replaced", [[0], [2], [1, 4], [0, 1, 6]])
def test_single_pictures_that_were_replaced_are_counted_and_no_alarm(
    start: Start, fake: FakeHuggingFace, store: Store, drawn: list[int], replaced: list[int]
) -> None:
    """Where the first three disagree seven are looked at, and most of them decide."""
    turn_round(store, [drawn[place] for place in replaced])
    before = fake.count
    engine = start()
    found = engine.check_space()
    assert fake.count == before + 7
    assert (found.agrees, found.differs) == (True, False)
    assert (found.pictures, found.misfits) == (7, len(replaced))
    assert start().check_space(DAY) == found  # another start believes it
    assert engine.journal.flush(10)
    day = span_of(Preset.DAY, utc_now(), "UTC")
    assert engine.monitoring.outcomes(day).purposes["check"] == 7


def test_what_is_replaced_beyond_the_first_three_costs_no_call(
    start: Start, fake: FakeHuggingFace, store: Store, drawn: list[int]
) -> None:
    """A check is a look at a few: where these agree no further one is paid for."""
    turn_round(store, [drawn[3]])
    before = fake.count
    found = start().check_space()
    assert fake.count == before + 3
    assert (found.agrees, found.misfits) == (True, 0)


def test_most_pictures_decide(
    start: Start, fake: FakeHuggingFace, store: Store, drawn: list[int]
) -> None:
    """Four of seven that do not fit are more than a shop replaces: it is said loudly."""
    turn_round(store, drawn[1:5])
    before = fake.count
    found = start().check_space()
    assert fake.count == before + 7
    assert (found.differs, found.misfits) == (True, 0)
    assert found.median is not None
    assert found.median < 0


def test_a_wrong_space_takes_three_calls(
    start: Start, fake: FakeHuggingFace, store: Store, drawn: list[int]
) -> None:
    """With another model no picture fits: there is nothing more to look at."""
    turn_round(store)
    before = fake.count
    assert start().check_space().differs
    assert fake.count == before + 3
    assert len(drawn) == 10


def test_doctor_says_how_many_were_replaced(
    start: Start, store: Store, drawn: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is something to look at and no failure: that the others agree is said as well."""
    turn_round(store, drawn[:2])
    said = {
        "en": "2 of 7 pictures seem to have been replaced since they were indexed",
        "ru": "похоже, 2 картинки из 7 заменили после индексации",
    }
    for code, replaced in said.items():
        engine, words = start(), language(code)
        with monkeypatch.context() as changed:
            changed.setattr(SearchEngine, "open", lambda _, engine=engine: engine)
            changed.setattr(engine, "close", lambda: None)  # the others still need its database
            told = {one.check: one for one in doctor.examine(lambda: engine.settings, words)}  # noqa: B023 - called here
        found = told[words.text("doctor.space")]
        assert found.verdict is doctor.Verdict.WARNING
        assert replaced in found.sentence

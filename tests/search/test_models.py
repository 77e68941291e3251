"""Changing the model: indexed beside, switched with one action, and taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from search.__main__ import main
from search.calls import utc_now
from search.engine import SearchEngine
from search.errors import (
    EncoderError,
    ModelIncomplete,
    ModelLost,
    ModelMissing,
    ModelUnknown,
    SettingError,
    SwitchInvalid,
)
from search.hits import Search
from search.models.switching import FOLLOWS_SECONDS, Models
from search.photo import read_photo
from search.settings import Settings
from search.store.database import Database
from search.store.index_queue import NewVector
from search.store.store import Store
from search.usage.span import Preset, span_of
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import products, unit_vectors, waiting
from tests.fake_huggingface import FakeHuggingFace, VirtualClock, pixels_vector

NEW = VectorSpace("acme/clip-two", "7")
NEXT_TOKEN = "nxt_SECRETsecret0123456789"
COLOURS = ("red", "green", "blue", "black")

Paint = Callable[..., bytes]
Start = Callable[..., SearchEngine]


def other_vector(jpeg: bytes) -> list[float]:
    """Embed as another model would: the same picture is somewhere else."""
    return pixels_vector(jpeg)[::-1]


@pytest.fixture
def next_fake() -> Iterator[FakeHuggingFace]:
    """Run the server of the next model, which wants a token of its own."""
    with FakeHuggingFace(token=NEXT_TOKEN, embed=other_vector) as server:
        yield server


@pytest.fixture
def both(
    on_database: None,
    fake: FakeHuggingFace,
    next_fake: FakeHuggingFace,
    monkeypatch: pytest.MonkeyPatch,
) -> Settings:
    """Return settings with two encoders."""
    del on_database, fake
    monkeypatch.setenv("NEXT_ENCODER_URL", next_fake.model_url)
    monkeypatch.setenv("NEXT_ENCODER_TOKEN", NEXT_TOKEN)
    monkeypatch.setenv("NEXT_ENCODER_MODEL", str(NEW))
    return Settings.read()


@pytest.fixture
def start(conninfo: str, both: Settings, store: Store, picture: Paint) -> Iterator[Start]:
    """Return what starts an app on the catalogue, indexed with the first encoder."""
    made = products(unit_vectors(len(COLOURS)))
    pictures = [picture(colour) for colour in COLOURS]
    store.products.add(
        "test",
        [
            replace(
                product,
                picture=content,
                embedding=Embedding.from_numbers(pixels_vector(read_photo(content).jpeg), CLIP),
            )
            for product, content in zip(made, pictures, strict=True)
        ],
    )
    started: list[SearchEngine] = []

    def begin(settings: Settings = both) -> SearchEngine:
        engine = SearchEngine(settings, Store.on(Database(conninfo)))
        started.append(engine)
        return engine

    yield begin
    for engine in started:
        engine.close()


def nothing(_: object) -> None:
    """Hear of progress and do nothing."""


def indexed(engine: SearchEngine) -> SearchEngine:
    """Give every picture the next model's vector as well."""
    new = [
        NewVector(
            picture.id,
            picture.digest or "",
            Embedding.from_numbers(other_vector(read_photo(picture.content or b"").jpeg), NEW),
        )
        for picture in waiting(engine.store, NEW)
    ]
    engine.store.index_queue.write(NEW, new, [])
    return engine


def space_of(search: Search) -> VectorSpace:
    """Return the space in which a search found what it found, and check that it found the photo."""
    assert search.threshold.space == search.query.space
    assert search.hits[0].similarity == pytest.approx(1, abs=0.001)
    return search.query.space


def test_searches_go_on_in_the_old_space_while_the_new_one_is_indexed(
    start: Start, fake: FakeHuggingFace, next_fake: FakeHuggingFace, picture: Paint
) -> None:
    """In the middle of it a photo is found by the old model's vectors, from the old server."""
    engine = start()
    found: list[Search] = []

    def look(_: object) -> None:
        if next_fake.count and not found:
            found.append(engine.search(engine.reading.read(picture("green"))))

    before = fake.count
    result = engine.index(look, beside=True)
    assert (result.done, result.failed) == (4, 0)
    assert space_of(found[0]) == CLIP
    assert fake.count == before + 1
    assert next_fake.count == 4
    assert engine.models.active() == CLIP
    assert engine.models.beside() == NEW
    assert engine.store.embeddings.count(NEW) == 4


def test_both_spaces_are_indexed_at_once(start: Start) -> None:
    """Each has its own run, so neither waits for the other or stops it."""
    engine = start()
    engine.indexing.start(again=True)
    engine.beside.indexing.start()
    assert engine.indexing.join(10)
    assert engine.beside.indexing.join(10)
    assert [model.is_complete for model in engine.models.configured()] == [True, True]


def test_a_switch_holds_in_every_process_and_is_taken_back(start: Start, picture: Paint) -> None:
    """One action, and every process searches with the new model; one more, and all is as before."""
    engine = indexed(start())
    photo = engine.reading.read(picture("blue"))
    assert space_of(engine.search(photo)) == CLIP
    made = engine.models.switch(NEW, who="Anna", why="finds prints better")
    assert (made.space, made.before, made.who, made.is_back) == (NEW, CLIP, "Anna", False)
    assert space_of(engine.search(photo)) == NEW
    assert engine.encoder.space == NEW
    other = start()
    assert space_of(other.search(photo)) == NEW
    assert other.coverage().space == NEW
    back = other.models.take_back(who="Ben", switch=other.models.history(1)[0])
    assert (back.space, back.before, back.who, back.is_back) == (CLIP, NEW, "Ben", True)
    assert space_of(other.search(photo)) == CLIP
    assert [switch.space for switch in engine.models.history()] == [CLIP, NEW]


def test_another_process_follows_within_a_second(store: Store, both: Settings) -> None:
    """A process that has searched a moment ago asks again after a second, and not before."""
    store.embeddings.count(NEW)
    clock = VirtualClock()
    here, there = Models(store, both), Models(store, both, clock=clock)
    assert there.active() == CLIP
    here.switch(NEW, who="", why="test", anyway=True)
    assert here.active() == NEW
    clock.sleep(FOLLOWS_SECONDS)
    assert there.active() == NEW


def test_a_search_under_way_ends_in_the_space_in_which_it_began(
    start: Start, fake: FakeHuggingFace, picture: Paint
) -> None:
    """A switch in the middle of a search mixes nothing: vector, products and line are the old."""
    engine = indexed(start())

    def switched(_: object) -> None:
        if engine.models.beside() == NEW:
            engine.models.switch(NEW, who="", why="in the middle")

    before = fake.count
    search = engine.search(engine.reading.read(picture("white", "red")), switched)
    assert search.query.space == search.threshold.space == CLIP
    assert fake.count == before + 1
    assert engine.models.active() == NEW


def test_the_threshold_of_each_model_is_its_own(start: Start) -> None:
    """After a switch the new model's line holds, not the old one's; and back again."""
    engine = indexed(start())
    engine.thresholds.save(0.8, who="Anna", why="measured")
    engine.models.switch(NEW, who="", why="test")
    assert engine.thresholds.active().id is None
    engine.thresholds.save(0.6, who="Anna", why="measured anew")
    assert engine.models.take_back(who="").space == CLIP
    assert engine.thresholds.active().value == 0.8
    assert engine.thresholds.active(NEW).value == 0.6


def test_a_switch_that_would_lose_pictures_is_refused(start: Start) -> None:
    """The error counts them; who wants it all the same says so."""
    engine = start()
    with pytest.raises(ModelIncomplete) as caught:
        engine.models.switch(NEW, who="", why="too early")
    assert caught.value.facts["missing"] == 4
    assert engine.models.active() == CLIP
    assert engine.models.history() == []
    engine.models.switch(NEW, who="", why="we know", anyway=True)
    assert engine.models.active() == NEW


def test_a_switch_that_means_nothing_is_refused(start: Start) -> None:
    """To an unknown model, to the active one, without a reason, back to nowhere, or too late."""
    engine = indexed(start())
    with pytest.raises(ModelUnknown, match=r"acme/clip-two@7"):
        engine.models.switch(VectorSpace("nobody/knows"), who="", why="why not")
    with pytest.raises(SwitchInvalid, match="already"):
        engine.models.switch(CLIP, who="", why="why not")
    with pytest.raises(SwitchInvalid, match="no reason"):
        engine.models.switch(NEW, who="", why=" ")
    with pytest.raises(SwitchInvalid, match="nothing to take back"):
        engine.models.take_back(who="")
    seen = engine.models.switch(NEW, who="", why="good")
    engine.models.take_back(who="")
    with pytest.raises(SwitchInvalid, match="meanwhile"):
        engine.models.take_back(who="", switch=seen)
    assert engine.models.active() == CLIP


def test_a_dead_next_encoder_disturbs_nothing(
    start: Start, both: Settings, next_fake: FakeHuggingFace, picture: Paint
) -> None:
    """Searching, coverage and checks go on while the next server is away, or badly configured."""
    engine = start(both.model_copy(update={"encoder_timeout": 2.0}))
    next_fake.go_down()
    with pytest.raises(EncoderError):
        engine.beside.encoder.encode(engine.reading.read(picture("white", "blue")))
    assert space_of(engine.search(engine.reading.read(picture("red")))) == CLIP
    assert engine.coverage().indexed == 4
    assert engine.check_space().agrees
    broken = start(both.model_copy(update={"next_encoder_dialect": "klingon"}))
    with pytest.raises(SettingError, match="NEXT_ENCODER_DIALECT"):
        _ = broken.beside.encoder
    assert space_of(broken.search(broken.reading.read(picture("red")))) == CLIP
    assert [model.space for model in broken.models.configured()] == [CLIP, NEW]


def test_a_model_without_an_encoder_is_missed_loudly(
    start: Start, both: Settings, picture: Paint
) -> None:
    """Once its variables are gone nobody searches with another model unasked."""
    engine = indexed(start())
    engine.models.switch(NEW, who="Anna", why="better")
    gone = {name: None for name in Settings.model_fields if name.startswith("next_")}
    alone = start(both.model_copy(update=gone))
    with pytest.raises(ModelLost, match=r"acme/clip-two@7.*Anna.*NEXT_ENCODER_MODEL=acme"):
        alone.search(alone.reading.read(picture("red")))
    assert alone.journal.flush(10)
    today = span_of(Preset.DAY, utc_now(), "UTC")
    found = alone.monitoring.searches(today)
    assert (found.total, found.failed) == (1, 1)  # who looks at the usage page sees it
    with pytest.raises(ModelUnknown):
        alone.models.switch(NEW, who="", why="still")
    alone.models.switch(CLIP, who="", why="the old one is there")
    assert space_of(alone.search(alone.reading.read(picture("red")))) == CLIP


def test_the_next_encoder_becomes_the_first_in_either_order(start: Start, both: Settings) -> None:
    """After a switch its values may move to the first place, alone or with the old one behind."""
    indexed(start()).models.switch(NEW, who="", why="better")
    swapped = both.beside
    assert swapped is not None
    old = {"next_encoder_url": both.encoder_url, "next_encoder_token": None}
    swapped = swapped.model_copy(update=old | {"next_encoder_model": CLIP.model})
    assert start(swapped).models.active() == NEW
    assert start(swapped).models.beside() == CLIP
    alone = swapped.model_copy(update={"next_encoder_url": None, "next_encoder_model": None})
    assert start(alone).models.active() == NEW
    assert start(alone).models.beside() is None


def test_one_model_under_two_names_is_no_new_one(start: Start, both: Settings) -> None:
    """Both encoders name one space: it is said, and nothing is indexed twice."""
    same = both.model_copy(update={"next_encoder_model": "clip-ViT-B-32"})
    engine = start(same)
    assert engine.models.are_one
    assert [model.space for model in engine.models.configured()] == [CLIP]
    with pytest.raises(ModelMissing, match="no new one"):
        engine.index(nothing, beside=True)


def test_calls_of_both_are_recorded_under_their_own_hosts(
    start: Start, fake: FakeHuggingFace, next_fake: FakeHuggingFace, picture: Paint
) -> None:
    """What the next model's indexing costs is no part of the active one's quota."""
    engine = start()
    engine.encoder.encode(engine.reading.read(picture("red")))
    engine.index(nothing, beside=True)
    assert engine.journal.flush(10)
    with engine.store.database.connection() as connection:
        rows = connection.execute("SELECT host, count(*) FROM likeness.calls GROUP BY 1").fetchall()
    assert dict(rows) == {fake.host: 1, next_fake.host: 4}


def test_space_check_looks_at_each_model_in_its_own_space(start: Start) -> None:
    """The vectors of each are held against its own encoder."""
    engine = indexed(start())
    assert engine.check_space().agrees
    assert engine.beside.check().agrees
    with engine.store.database.connection() as connection:
        connection.execute(
            "UPDATE likeness.image_embeddings SET image_embedding ="
            " image_embedding - image_embedding - image_embedding WHERE space_id ="
            " (SELECT id FROM likeness.spaces WHERE model = 'acme/clip-two')"
        )
    assert engine.check_space().agrees
    assert engine.beside.check().differs


def test_the_next_encoders_token_is_a_secret_too(
    start: Start, both: Settings, next_fake: FakeHuggingFace, picture: Paint
) -> None:
    """It is sent to its own server, and shown neither in errors, nor log lines, nor settings."""
    engine = start()
    engine.beside.encoder.encode(engine.reading.read(picture("red")))
    next_fake.expect("another")
    with pytest.raises(EncoderError) as caught:
        engine.beside.encoder.encode(engine.reading.read(picture("blue")))
    assert "NEXT_ENCODER_TOKEN" in str(caught.value)
    assert NEXT_TOKEN not in f"{caught.value} {caught.value.facts} {both!r} {both.beside!r}"
    assert NEXT_TOKEN in {secret.get_secret_value() for secret in both.secrets}
    assert {received.headers["Authorization"] for received in next_fake.received} == {
        f"Bearer {NEXT_TOKEN}"
    }


def test_the_commands_index_switch_and_take_back(
    start: Start, both: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everything that the page can do, a terminal can, and says what comes next."""
    del both, start
    assert main(["model", "switch", "--why", "too early"]) == 1
    assert "without a vector there, pictures: 4" in capsys.readouterr().err
    assert main(["index", "--beside"]) == 0
    assert main(["model", "switch", "acme/clip-two", "--who", "Anna", "--why", "better"]) == 0
    said = capsys.readouterr().out
    assert "Searches are made with acme/clip-two@7 now" in said
    assert "Its threshold is the default, 0.30" in said
    assert main(["model"]) == 0
    said = capsys.readouterr().out
    assert "active: acme/clip-two@7" in said
    assert "beside: openai/clip-vit-base-patch32" in said
    assert "pictures with a vector 4 of 4" in said
    assert "Anna: from openai/clip-vit-base-patch32 to acme/clip-two@7. better" in said
    assert main(["model", "back", "--who", "Ben"]) == 0
    assert main(["doctor"]) == 0
    said = capsys.readouterr().out
    assert "Models: searches are made with openai/clip-vit-base-patch32; beside it acme" in said

"""From stored photos and judgements to what they say about every threshold."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from search import advising
from search.engine import SearchEngine
from search.errors import CatalogueEmpty, SourceUnknown, SpaceNotIndexed
from search.evaluation import Cell, SourceKind
from search.judgement import Judgement, Origin, Verdict
from search.photo import Photo
from search.progress import Report
from search.store.evaluation_sets import NewPhoto
from search.tuning.bootstrap import bands
from search.tuning.recommend import Goals, Rule
from search.tuning.scales import THRESHOLDS, Scale, hundredths
from search.vectors import CLIP, Embedding, Vector
from tests.catalogues import products, unit_vectors
from tests.judged import keep_picture

PRODUCTS, PHOTOS = 300, 40


def silent(_: float) -> None:
    """Report progress to nobody."""


@pytest.fixture
def vectors() -> Vector:
    """Return the catalogue's vectors."""
    return unit_vectors(PRODUCTS)


@pytest.fixture
def taken(vectors: Vector) -> Vector:
    """Return the photos' vectors: photo i shows product i, not quite as the catalogue does."""
    noise = np.random.default_rng(4).normal(0, 0.04, (PHOTOS, vectors.shape[1]))
    noisy = vectors[:PHOTOS] + noise
    return np.asarray(noisy / np.linalg.norm(noisy, axis=1, keepdims=True), np.float32)


@pytest.fixture
def stocked(engine: SearchEngine, vectors: Vector, taken: Vector) -> SearchEngine:
    """Return an engine whose catalogue and photos are known, with a set that lists them."""
    store = engine.store
    store.products.add("test", products(vectors))
    numbers = store.products.numbers([f"ART-{n}" for n in range(PHOTOS)])
    listed = []
    for number, vector in enumerate(taken):
        store.photos.add(print_of(number), Embedding(vector, CLIP))
        listed.append(NewPhoto(print_of(number), f"{number}.jpg", (numbers[f"ART-{number}"],)))
    store.evaluation_sets.add("Forty photos", listed)
    return engine


def print_of(number: int) -> bytes:
    """Return a made-up fingerprint."""
    return number.to_bytes(32, "big")


def key_of(engine: SearchEngine) -> str:
    """Return the key of the one set."""
    return next(s.key for s in engine.evaluating.sources() if s.kind is SourceKind.SET)


def judge(engine: SearchEngine, photo: int, article: int, verdict: Verdict, who: str = "A") -> None:
    """Record a verdict on photo `photo` and product `article`."""
    name = f"ART-{article}"
    product = engine.store.products.numbers([name])[name]
    engine.judging.record(
        Judgement(uuid4(), print_of(photo), product, verdict, who, CLIP, Origin.SEARCH)
    )


def test_photos_are_left_out_until_they_are_counted(stocked: SearchEngine) -> None:
    """What was not compared yet is said to be missing; counting brings it, with its progress."""
    key = key_of(stocked)
    before = stocked.evaluating.overview(key, Scale.COSINE)
    assert (len(before.photos), before.missing) == (0, PHOTOS)
    told: list[float] = []
    stocked.evaluating.count(key, Scale.COSINE, told.append)
    after = stocked.evaluating.overview(key, Scale.COSINE)
    assert (len(after.photos), after.missing, after.products) == (PHOTOS, 0, PRODUCTS)
    assert told == sorted(told)
    assert told[-1] == 1.0


@pytest.mark.parametrize("scale", Scale)
def test_the_figures_of_a_set_are_those_of_a_count_pair_by_pair(
    stocked: SearchEngine, vectors: Vector, taken: Vector, scale: Scale
) -> None:
    """Precision and recall at every line are what NumPy counts over all photos and products."""
    key = key_of(stocked)
    stocked.evaluating.count(key, scale, silent)
    found = stocked.evaluating.evaluate(key, scale, Goals())
    catalogue, photos = vectors.astype(np.float64), taken.astype(np.float64)
    if scale is Scale.CENTRED:
        centre = catalogue.mean(axis=0)
        catalogue, photos = catalogue - centre, photos - centre
    lengths = np.outer(np.linalg.norm(photos, axis=1), np.linalg.norm(catalogue, axis=1))
    values = photos @ catalogue.T / lengths
    if scale is Scale.RELATIVE:
        values = 1 - (values.max(axis=1, keepdims=True) - values)
    match = np.eye(PHOTOS, PRODUCTS, dtype=bool)
    for place in range(0, len(THRESHOLDS), 7):
        passing = np.floor(values * 100 + 1e-4) >= round(THRESHOLDS[place] * 100)
        assert found.curves.recall[place] == pytest.approx((passing & match).sum() / PHOTOS)
        if passing.any():
            expected = (passing & match).sum() / passing.sum()
            assert found.curves.precision[place] == pytest.approx(expected)
    assert found.complete
    advice = stocked.evaluating.advise(found, silent).advice
    assert advice is not None
    assert advice.ranking is not None
    assert advice.ranking.precision_1 == pytest.approx(1.0)


def test_people_overrule_the_list(stocked: SearchEngine) -> None:
    """A product that was judged a match counts as one, and one judged different no longer does."""
    key = key_of(stocked)
    stocked.evaluating.count(key, Scale.COSINE, silent)
    judge(stocked, 0, 0, Verdict.DIFFERENT)
    judge(stocked, 0, 7, Verdict.MATCH)
    judge(stocked, 1, 1, Verdict.DIFFERENT, "A")
    judge(stocked, 1, 1, Verdict.MATCH, "B")  # divided: the list stands
    evaluating = stocked.evaluating
    truth = evaluating.truth(evaluating.overview(key, Scale.COSINE))
    numbers = stocked.store.products.numbers(["ART-1", "ART-7"])
    matching = {(pair.photo, pair.product_id) for pair in truth.pairs if pair.is_match}
    assert {product for photo, product in matching if photo == print_of(0)} == {numbers["ART-7"]}
    assert {product for photo, product in matching if photo == print_of(1)} == {numbers["ART-1"]}
    assert truth.judged == 2


def test_the_recommended_value_beats_the_traditional_one(stocked: SearchEngine) -> None:
    """Best F1 on photos held out is better than what 0.30 gives."""
    key = key_of(stocked)
    stocked.evaluating.count(key, Scale.COSINE, silent)
    found = stocked.evaluating.evaluate(key, Scale.COSINE, Goals())
    advice = stocked.evaluating.advise(found, silent).advice
    assert advice is not None
    best = next(r for r in advice.recommendations if r.rule is Rule.F_BETA)
    assert best.threshold is not None
    assert best.held_out is not None
    assert best.held_out.f_beta > 0.9 > found.curves.f_beta[130]
    assert advice.by_category.keys() == {"things"}


def test_two_who_ask_for_the_same_advice_wait_for_one(
    stocked: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It takes seconds: whoever loads the page again gets it at once, with other goals another."""
    key = key_of(stocked)
    evaluating = stocked.evaluating
    evaluating.count(key, Scale.COSINE, silent)
    begun, may_go_on, worked_out = Event(), Event(), []

    def slow(*asked: Any, **more: Any) -> Any:  # noqa: ANN401 - as `bands` is asked
        worked_out.append(more["beta"])
        begun.set()
        assert may_go_on.wait(60)
        return bands(*asked, **more)

    monkeypatch.setattr(advising, "bands", slow)
    found = evaluating.evaluate(key, Scale.COSINE, Goals())
    again = evaluating.evaluate(key, Scale.COSINE, Goals())
    told: list[float] = []

    def tell(share: float) -> None:
        told.append(share)
        may_go_on.set()  # only when the second one waits

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(evaluating.advise, found, silent)
        assert begun.wait(60)
        second = pool.submit(evaluating.advise, again, tell)
        advised = [waiting.result(60).advice for waiting in (first, second)]
    assert advised[0] is not None
    assert advised[1] is not None
    assert advised[0].bands is advised[1].bands
    assert told[-1] == 1.0
    assert len(worked_out) == 1
    evaluating.advise(evaluating.evaluate(key, Scale.COSINE, Goals(beta=2.0)), silent)
    assert worked_out == [1.0, 2.0]


def test_advice_that_failed_is_worked_out_anew(
    stocked: SearchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One bad moment is not kept for everybody who comes later."""
    key = key_of(stocked)
    stocked.evaluating.count(key, Scale.COSINE, silent)
    found = stocked.evaluating.evaluate(key, Scale.COSINE, Goals())

    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(advising, "bands", fail)
        with pytest.raises(MemoryError):
            stocked.evaluating.advise(found, silent)
    assert stocked.evaluating.advise(found, silent).advice is not None


def test_searches_are_estimated_from_what_was_judged(stocked: SearchEngine, taken: Vector) -> None:
    """Without a list only judged photos count, weighted by what they stand for."""
    del taken
    for number in range(3):
        for product in (number, number + 50, number + 90):
            judge(
                stocked, number, product, Verdict.MATCH if product == number else Verdict.DIFFERENT
            )
    key = f"photo:{print_of(0).hex()}"
    stocked.evaluating.count(key, Scale.COSINE, silent)
    found = stocked.evaluating.evaluate(key, Scale.COSINE, Goals())
    assert not found.complete
    assert found.judged == 3
    assert found.needed > 0
    assert found.tallies.photos == 1
    assert any(band.judged for band in found.sampled)


def test_nothing_judged_is_no_error(stocked: SearchEngine) -> None:
    """A photo without judgements has an overview and says how many are needed."""
    key = f"photo:{print_of(5).hex()}"
    stocked.evaluating.count(key, Scale.COSINE, silent)
    found = stocked.evaluating.evaluate(key, Scale.COSINE, Goals())
    assert found.overview.counts.sum() == PRODUCTS
    assert found.judged == 0
    assert found.needed > 0
    advice = stocked.evaluating.advise(found, silent).advice
    assert advice is not None
    assert all(r.threshold is None for r in advice.recommendations)


@pytest.mark.parametrize(
    "key",
    [
        "set:999",
        "set:x",
        "photo:zz",
        "searches:",
        "",
        "set:1;drop",
        "searches:99999",
        "set:" + "9" * 5000,
        "searches:٣",
    ],
)
def test_an_unknown_source_is_a_clear_error(stocked: SearchEngine, key: str) -> None:
    """An old link or a made-up one gets a sentence."""
    with pytest.raises(SourceUnknown):
        stocked.evaluating.overview(key, Scale.COSINE)


def test_scales_are_held_against_one_another(stocked: SearchEngine) -> None:
    """Each scale has its own best value and held-out figures, the cosine first with no margin."""
    results = stocked.evaluating.compare_scales(key_of(stocked), Goals(), silent)
    assert [result.scale for result in results] == list(Scale)
    assert results[0].margin == 0
    assert all(result.held_out is not None for result in results)


@pytest.mark.parametrize("cell", Cell)
def test_every_cell_shows_its_own_pictures(stocked: SearchEngine, cell: Cell) -> None:
    """Each example is on the right side of the line, and a match where the cell says so."""
    key = key_of(stocked)
    stocked.evaluating.count(key, Scale.COSINE, silent)
    overview = stocked.evaluating.overview(key, Scale.COSINE)
    values = np.sort(stocked.evaluating.truth(overview).values)
    line = hundredths(float(values[PHOTOS // 2])) / 100
    for shown in stocked.examples.of(key, Scale.COSINE, line, cell):
        above = hundredths(shown.value) >= round(line * 100)
        assert above is (cell in (Cell.TRUE_POSITIVE, Cell.FALSE_POSITIVE, Cell.JUST_ABOVE))
        if cell in (Cell.TRUE_POSITIVE, Cell.FALSE_NEGATIVE):
            assert shown.is_match
        if cell in (Cell.FALSE_POSITIVE, Cell.TRUE_NEGATIVE):
            assert shown.is_match is False
        assert shown.product.article.startswith("ART-")
        assert len(shown.picture) == 64
    if cell in (Cell.TRUE_POSITIVE, Cell.FALSE_NEGATIVE, Cell.TRUE_NEGATIVE):
        assert stocked.examples.of(key, Scale.COSINE, line, cell)


def test_a_product_without_a_vector_is_neither_found_nor_missed(stocked: SearchEngine) -> None:
    """A photo of a product that no threshold could find is left out of every figure."""
    new = [replace(p, embedding=None) for p in products(unit_vectors(1), prefix="BARE")]
    stocked.store.products.add("test", new)
    number = stocked.store.products.numbers(["BARE-0"])["BARE-0"]
    stocked.store.photos.add(print_of(999), Embedding(unit_vectors(1, seed=3)[0], CLIP))
    stocked.store.evaluation_sets.add("Bare", [NewPhoto(print_of(999), "bare.jpg", (number,))])
    key = next(s.key for s in stocked.evaluating.sources() if s.name == "Bare")
    stocked.evaluating.count(key, Scale.COSINE, silent)
    assert stocked.evaluating.evaluate(key, Scale.COSINE, Goals()).tallies.photos == 0


def test_a_catalogue_that_is_not_indexed_says_so_before_a_photo_is_encoded(
    engine: SearchEngine,
) -> None:
    """After a change of the model no call is spent on what cannot be compared, on any scale."""
    engine.store.photos.add(print_of(0), Embedding(unit_vectors(1)[0], CLIP))
    key = f"photo:{print_of(0).hex()}"
    for scale in Scale:
        with pytest.raises(CatalogueEmpty):
            engine.evaluating.count(key, scale, silent)
        with pytest.raises(CatalogueEmpty):
            engine.previews.changes(0.5, scale)
    bare = [replace(p, embedding=None) for p in products(unit_vectors(2))]
    engine.store.products.add("test", bare)
    with pytest.raises(SpaceNotIndexed):
        engine.evaluating.compare_scales(key, Goals(), silent)


def test_photos_of_a_set_are_encoded_once_whoever_counts(
    stocked: SearchEngine, picture: Callable[..., bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two pages that open a set at the same moment cost one call for each photo, not two."""
    calls: list[bytes] = []
    encode = stocked.encoder.encode

    def counted(photo: Photo, report: Report) -> Embedding:
        calls.append(photo.fingerprint)
        return encode(photo, report)

    monkeypatch.setattr(stocked.encoder, "encode", counted)
    colours = ("red", "green", "blue", "black", "orange", "purple")
    new = []
    for number, colour in enumerate(colours, 500):
        keep_picture(stocked.store, print_of(number), picture(colour), "image/png")
        new.append(NewPhoto(print_of(number), colour, ()))
    key = f"set:{stocked.store.evaluation_sets.add('New', new)}"
    assert stocked.evaluating.to_encode(key) == len(colours)
    with ThreadPoolExecutor(3) as pool:
        for done in [
            pool.submit(stocked.evaluating.count, key, Scale.COSINE, silent) for _ in range(3)
        ]:
            done.result()
    assert sorted(calls) == sorted(set(calls))
    assert len(calls) == len(colours)
    assert stocked.evaluating.to_encode(key) == 0
    assert stocked.evaluating.overview(key, Scale.COSINE).missing == 0


def test_a_vector_that_is_written_again_is_noticed(stocked: SearchEngine) -> None:
    """Comparisons made before an indexing that began earlier and ended later are made anew."""
    key, store = key_of(stocked), stocked.store
    change = (
        "UPDATE likeness.image_embeddings SET image_embedding = %s"
        " WHERE picture_id = (SELECT {}(picture_id) FROM likeness.image_embeddings)"
    )
    first, second = unit_vectors(2, seed=11)
    with store.database.connection() as early, early.transaction():
        early.execute(change.format("min"), (first,))
        with store.database.connection() as late:
            late.execute(change.format("max"), (second,))
        stocked.evaluating.count(key, Scale.COSINE, silent)
    assert stocked.evaluating.overview(key, Scale.COSINE).missing == PHOTOS
    stocked.evaluating.count(key, Scale.COSINE, silent)
    assert stocked.evaluating.evaluate(key, Scale.COSINE, Goals()).tallies.photos == PHOTOS


def test_what_was_not_judged_is_told_and_not_guessed(stocked: SearchEngine, taken: Vector) -> None:
    """With judgements from the top alone recall is unknown, and no line is advised by it."""
    del taken
    for number in range(30):
        judge(stocked, number, number, Verdict.MATCH)
    key = f"photo:{print_of(3).hex()}"
    stocked.evaluating.count(key, Scale.COSINE, silent)
    found = stocked.evaluating.evaluate(key, Scale.COSINE, Goals())
    assert found.measurable_from is not None
    assert found.needed > 0
    shown = found.curves.true_positives + found.curves.false_positives
    assert shown[0] == pytest.approx(PRODUCTS)
    assert stocked.evaluating.compare_scales(key, Goals(), silent) == ()


def test_a_centred_threshold_is_outdated_once_the_catalogue_has_changed(
    stocked: SearchEngine,
) -> None:
    """It goes on with the mean it was saved with; saving it again takes today's."""
    saved = stocked.thresholds.save(0.4, scale=Scale.CENTRED, who="A", why="tried")
    assert not stocked.thresholds.is_outdated(saved)
    more = products(unit_vectors(50, seed=21), prefix="MORE")
    stocked.store.products.add("test", more)
    assert stocked.thresholds.is_outdated(stocked.thresholds.active())
    again = stocked.thresholds.save(0.4, scale=Scale.CENTRED, who="A", why="again")
    assert not stocked.thresholds.is_outdated(again)

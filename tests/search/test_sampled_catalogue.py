"""What people are told of a large catalogue, which is counted by a sample: here, above 200."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from uuid import uuid4

import numpy as np
import pytest

from search.commands.search import _print_counts
from search.engine import SearchEngine
from search.evaluation import SourceKind
from search.judgement import Judgement, Origin, Verdict
from search.language import language
from search.report import as_json
from search.settings import Settings
from search.store.database import Database
from search.store.evaluation_sets import NewPhoto
from search.store.samples import Samples, Sampling
from search.store.store import Store
from search.threshold import Threshold
from search.tuning.recommend import Goals
from search.tuning.scales import Scale
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors
from tests.judged import keep_picture
from tests.search.conftest import PixelEncoder

PRODUCTS, SAMPLED, PHOTOS = 400, 150, 12


@pytest.fixture
def sampled(conninfo: str, settings: Settings) -> Iterator[SearchEngine]:
    """Return an engine with a sampled catalogue and a set of photos: photo i shows product i.

    Half of the photos look nothing like it: their match is somewhere below all that is known.
    """
    store = Store.on(Database(conninfo), sampling=Sampling(above=200, products=SAMPLED))
    engine = SearchEngine(settings, store, PixelEncoder())
    vectors = unit_vectors(PRODUCTS)
    store.products.add("test", products(vectors))
    numbers = store.products.numbers([f"ART-{n}" for n in range(PHOTOS)])
    strange = unit_vectors(PHOTOS, seed=9)
    listed = []
    for number in range(PHOTOS):
        photo = vectors[number] + 0.4 * strange[number] if number % 2 else strange[number]
        fingerprint = number.to_bytes(32, "big")
        store.photos.add(fingerprint, Embedding(photo / np.linalg.norm(photo), CLIP))
        keep_picture(store, fingerprint)
        listed.append(NewPhoto(fingerprint, f"{number}.jpg", (numbers[f"ART-{number}"],)))
    store.evaluation_sets.add("Photos", listed)
    yield engine
    engine.close()


def key_of(engine: SearchEngine) -> str:
    """Return the key of the one set."""
    return next(s.key for s in engine.evaluating.sources() if s.kind is SourceKind.SET)


@pytest.mark.parametrize("scale", Scale)
def test_a_set_is_evaluated_on_a_sample(sampled: SearchEngine, scale: Scale) -> None:
    """Matches are all known and counted; what else passes is estimated, and called so."""
    key = key_of(sampled)
    sampled.evaluating.count(key, scale, lambda _: None)
    found = sampled.evaluating.evaluate(key, scale, Goals())
    assert (found.overview.sampled, found.overview.products) == (SAMPLED, PRODUCTS)
    assert found.tallies.matches.sum() == PHOTOS
    assert found.curves.recall[0] == 1
    assert found.curves.true_negatives.min() >= 0
    # As many others as the catalogue has, but for matches where the sample has no product.
    others = found.tallies.others.sum() / PHOTOS
    assert others == pytest.approx(PRODUCTS - 1, abs=1)
    report = as_json(found, 0.5)
    assert report["products_sampled"] == SAMPLED


def test_one_photo_is_shown_with_its_margins(sampled: SearchEngine) -> None:
    """The threshold page of one photo tells how far each number may be off."""
    key = f"photo:{bytes(32).hex()}"
    sampled.evaluating.count(key, Scale.COSINE, lambda _: None)
    overview = sampled.evaluating.overview(key, Scale.COSINE)
    assert overview.margins is not None
    assert max(overview.margins) > 0
    assert overview.margins[200] == 0


def test_cards_are_dealt_from_the_best_and_the_sample(sampled: SearchEngine) -> None:
    """Every hand is full, and no pair comes twice."""
    key = key_of(sampled)
    sampled.evaluating.count(key, Scale.COSINE, lambda _: None)
    rng = np.random.default_rng(1)
    seen = set()
    for _ in range(2):
        deal = sampled.dealing.deal(key, Scale.COSINE, 0.4, 12, "Anna", rng=rng)
        assert len(deal.cards) == 12
        for card in deal.cards:
            assert (card.photo, card.product.id) not in seen
            seen.add((card.photo, card.product.id))
            sampled.judging.record(
                Judgement(
                    uuid4(),
                    card.photo,
                    card.product.id,
                    Verdict.DIFFERENT,
                    "Anna",
                    CLIP,
                    Origin.ASSISTANT,
                )
            )


def test_a_command_says_what_is_estimated(
    sampled: SearchEngine, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a terminal as on the page: about so many, give or take, from a sample of so many."""
    query = Embedding(unit_vectors(1, seed=9)[0], CLIP)
    made = sampled.store.comparisons.compare(query)
    low = round(made.scores[-1] - 0.05, 2)
    for value in (low, 1.0):
        _print_counts(made.distribution, Threshold(value, CLIP), language("en"))
    said = capsys.readouterr().out.splitlines()
    passing, margin = made.distribution.passing(low), made.distribution.margin(low)
    assert margin > 0
    assert said[0] == f"At {low:.2f}, about {passing} (±{margin}) of 400 products pass."
    assert said[1].startswith("Estimated from a sample of 150 of 400 products;")
    assert "At 1.00, 0 of 400 products pass." in said


@pytest.mark.usefixtures("on_database")
def test_an_app_follows_what_is_imported_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """From its start on it looks whether a large catalogue needs a sample, unasked."""
    looked = threading.Event()
    monkeypatch.setattr(Samples, "follow", lambda _: looked.set())
    engine = SearchEngine.open(Settings.read())
    engine.start_background()
    assert looked.wait(20)
    engine.close()

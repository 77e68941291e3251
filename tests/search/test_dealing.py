"""Cards for the assistant: where they come from, and what never comes."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from search.dealing import AROUND, Card, Dealing, Where
from search.engine import SearchEngine
from search.errors import DealInvalid, SourceUnknown
from search.judgement import Verdict
from search.store.evaluation_sets import NewPhoto
from search.tuning.scales import Scale, bin_of, bins
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors
from tests.judged import judgement, keep_picture, photograph, print_of, stock

PRODUCTS, PHOTOS = 60, 3


@pytest.fixture
def numbers(engine: SearchEngine) -> list[int]:
    """Return the numbers of the products of a catalogue of which three photos were taken."""
    numbers = stock(engine.store, PRODUCTS)
    photograph(engine.store, PHOTOS)
    listed = [NewPhoto(print_of(n), f"{n}.jpg", ()) for n in range(PHOTOS)]
    engine.store.evaluation_sets.add("Three", listed)
    for scale in Scale:
        engine.evaluating.count(key(engine), scale, lambda _: None)
    return numbers


def key(engine: SearchEngine) -> str:
    """Return the key of the one set."""
    return engine.evaluating.sources()[0].key


def deal(
    engine: SearchEngine, line: float, n: int, who: str = "Anna", seed: int = 1
) -> tuple[Card, ...]:
    """Deal on the cosine."""
    rng = np.random.default_rng(seed)
    return engine.dealing.deal(key(engine), Scale.COSINE, line, n, who, rng=rng).cards


def judge(engine: SearchEngine, card: Card, verdict: Verdict, who: str = "Anna") -> None:
    """Record a verdict on a card."""
    photo = int.from_bytes(card.photo, "big")
    engine.judging.record(judgement(card.product.id, verdict, photo=photo, who=who))


@pytest.mark.usefixtures("numbers")
def test_cards_come_from_everywhere(engine: SearchEngine) -> None:
    """Above the line, around it and below it: labels from above alone would hide the misses."""
    line = 0.35
    cards = [c for seed in range(10) for c in deal(engine, line, 12, seed=seed)]
    assert {card.where for card in cards} == set(Where)
    for card in cards:
        away = int(bins(card.value)) - bin_of(line)
        where = Where.ABOVE if away >= 0 else Where.BELOW
        assert card.where is (Where.AROUND if -AROUND <= away < AROUND else where)
    assert {card.photo for card in cards} == {print_of(n) for n in range(PHOTOS)}


@pytest.mark.parametrize("scale", Scale)
@pytest.mark.usefixtures("numbers")
def test_a_card_tells_its_own_value(engine: SearchEngine, scale: Scale) -> None:
    """Value and cosine are those of the pair that is shown."""
    dealt = engine.dealing.deal(key(engine), scale, 0.4, 12, "Anna", rng=np.random.default_rng(2))
    assert len(dealt.cards) == 12
    photos = [card.photo for card in dealt.cards]
    products = [card.product.id for card in dealt.cards]
    space = engine.encoder.space
    values = engine.store.pairs.values(space, scale, photos, products)
    cosines = engine.store.pairs.values(space, Scale.COSINE, photos, products)
    assert [card.value for card in dealt.cards] == pytest.approx(values)
    assert [card.similarity for card in dealt.cards] == pytest.approx(cosines)


@pytest.mark.usefixtures("numbers")
def test_the_lot_decides_and_nothing_else(engine: SearchEngine) -> None:
    """The same lot deals the same cards, another one others."""
    first, again, other = (deal(engine, 0.4, 6, seed=seed) for seed in (1, 1, 2))
    assert first == again != other


@pytest.mark.usefixtures("numbers")
def test_everything_is_dealt_once_until_nothing_is_left(engine: SearchEngine) -> None:
    """No pair comes twice, whatever was said of it, and the end is an empty hand."""
    seen: Counter[tuple[bytes, int]] = Counter()
    verdicts = list(Verdict)
    while cards := deal(engine, 0.4, 24, seed=len(seen)):
        for place, card in enumerate(cards):
            seen[card.photo, card.product.id] += 1
            judge(engine, card, verdicts[place % 3])
    assert set(seen.values()) == {1}
    assert len(seen) == PHOTOS * PRODUCTS


def test_what_others_have_judged_comes_last(engine: SearchEngine, numbers: list[int]) -> None:
    """New pairs teach more; when there are none left, a second opinion does."""
    left = {(print_of(1), number) for number in numbers[:5]}
    for photo in range(PHOTOS):
        for number in numbers:
            if (print_of(photo), number) not in left:
                engine.judging.record(judgement(number, photo=photo, who="Boris"))
    cards = deal(engine, 0.4, 8)
    assert {(card.photo, card.product.id) for card in cards[:5]} == left
    assert len({(card.photo, card.product.id) for card in cards}) == 8


def test_within_a_band_every_pair_has_the_same_chance(
    engine: SearchEngine, numbers: list[int]
) -> None:
    """Or a judged pair could not stand for the others of its band."""
    drawn = Counter(
        (card.photo, card.product.id)
        for seed in range(900)
        for card in deal(engine, 1.0, 1, seed=seed)
    )
    bands = engine.dealing.deal(key(engine), Scale.COSINE, 1.0, 1, "Anna").progress.bands
    band = max(bands, key=lambda band: band.products)
    pairs = [(print_of(photo), number) for photo in range(PHOTOS) for number in numbers]
    values = engine.store.pairs.values(
        engine.encoder.space, Scale.COSINE, [p for p, _ in pairs], [n for _, n in pairs]
    )
    at = bins(values)
    inside = [
        drawn[pair] for pair, b in zip(pairs, at, strict=True) if band.low_bin <= b < band.high_bin
    ]
    assert len(inside) == band.products
    mean = sum(inside) / len(inside)
    chi_square = sum((count - mean) ** 2 / mean for count in inside)
    # Mean len - 1, variance twice that: five deviations up is out of reach of chance.
    assert chi_square < len(inside) - 1 + 5 * (2 * (len(inside) - 1)) ** 0.5


def test_progress_says_what_was_judged_where(engine: SearchEngine, numbers: list[int]) -> None:
    """Bands cover the whole scale and every pair, and count what people decided."""
    for number in numbers[:4]:
        engine.judging.record(judgement(number, Verdict.DIFFERENT))
    engine.judging.record(judgement(numbers[5], Verdict.UNSURE))
    progress = engine.dealing.deal(key(engine), Scale.COSINE, 0.4, 1, "Anna").progress
    assert (progress.judged, progress.photos) == (4, 1)
    assert progress.needed > 0
    assert sum(band.products for band in progress.bands) == PHOTOS * PRODUCTS
    assert sum(band.judged for band in progress.bands) == 4
    assert (progress.bands[0].low_bin, progress.bands[-1].high_bin) == (0, 201)


def test_a_photo_that_cannot_be_shown_is_not_dealt(
    engine: SearchEngine, numbers: list[int]
) -> None:
    """Nobody can judge what they cannot see."""
    del numbers
    with engine.store.database.connection() as connection:
        connection.execute(
            "DELETE FROM likeness.photo_pictures WHERE fingerprint <> %s", (print_of(2),)
        )
    assert {card.photo for card in deal(engine, 0.4, 12)} == {print_of(2)}


@pytest.mark.usefixtures("numbers")
def test_photos_of_searches_can_be_left_out(engine: SearchEngine) -> None:
    """Whoever no longer keeps photos of searches deals none of those that were kept before."""
    photo = print_of(PHOTOS)
    engine.store.photos.add(photo, Embedding(unit_vectors(1, seed=9)[0], CLIP))
    keep_picture(engine.store, photo)
    for shown, source in ((True, key(engine)), (False, f"photo:{photo.hex()}")):
        engine.evaluating.count(source, Scale.COSINE, lambda _: None)
        dealt = engine.dealing.deal(source, Scale.COSINE, 0.4, 6, "Anna", searched=False)
        assert bool(dealt.cards) is shown
        assert engine.dealing.deal(source, Scale.COSINE, 0.4, 6, "Anna").cards


def test_nothing_counted_is_nothing_dealt(engine: SearchEngine) -> None:
    """A source that was never compared has an empty hand and says so in its progress."""
    dealt = engine.dealing.deal(f"photo:{print_of(0).hex()}", Scale.COSINE, 0.4, 6, "Anna")
    assert dealt.cards == ()
    assert (dealt.progress.judged, dealt.progress.photos) == (0, 0)
    assert dealt.progress.needed > 0


@pytest.mark.parametrize(
    ("line", "n", "who"),
    [
        (1.01, 6, ""),
        (0.745, 6, ""),
        (float("nan"), 6, ""),
        (0.4, 0, ""),
        (0.4, 25, ""),
        (0.4, 6, "x" * 81),
    ],
)
def test_what_is_no_hand_is_refused(engine: SearchEngine, line: float, n: int, who: str) -> None:
    """Numbers from an address may be anything."""
    with pytest.raises(DealInvalid):
        engine.dealing.deal("searches:5", Scale.COSINE, line, n, who)


def test_an_unknown_source_is_said(engine: SearchEngine) -> None:
    """A removed set is no empty one."""
    with pytest.raises(SourceUnknown):
        Dealing(engine.store, engine.evaluating).deal("set:9", Scale.COSINE, 0.4, 6, "Anna")

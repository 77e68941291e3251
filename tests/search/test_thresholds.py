"""Saving thresholds, their history, and going back."""

from __future__ import annotations

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from search.engine import SearchEngine
from search.errors import CatalogueEmpty, SpaceNotIndexed, ThresholdInvalid, ThresholdUnknown
from search.store.store import Store
from search.thresholds import Thresholds
from search.tuning.scales import Scale
from search.vectors import CLIP, VectorSpace
from tests.catalogues import products, unit_vectors

OTHER = VectorSpace.named("some/other-model")


@pytest.fixture
def thresholds(store: Store) -> Thresholds:
    """Return the service on a database of the test's own."""
    return Thresholds(store, 0.30, lambda: CLIP)


def test_until_somebody_saves_one_the_setting_holds(thresholds: Thresholds) -> None:
    """The default has no id and nobody's name."""
    active = thresholds.active()
    assert (active.value, active.scale, active.id, active.who) == (0.30, Scale.COSINE, None, "")
    assert thresholds.history() == []


def test_the_one_saved_last_is_active(thresholds: Thresholds) -> None:
    """It comes back as it was saved, and the earlier one stays in the history."""
    thresholds.save(0.5, who="Anna", why="first")
    saved = thresholds.save(
        0.74, scale=Scale.RELATIVE, doubtful=0.6, who="  Борис\n", why=" better on the set "
    )
    active = thresholds.active()
    assert (active.value, active.doubtful, active.scale) == (0.74, 0.6, Scale.RELATIVE)
    assert (active.who, active.why, active.id) == ("Борис", "better on the set", saved.id)
    assert active.set_at is not None
    assert [t.value for t in thresholds.history()] == [0.74, 0.5]
    assert [t.value for t in thresholds.history(1)] == [0.74]


def test_every_process_sees_it_at_once(engine: SearchEngine) -> None:
    """Two engines on one database share what is active, and searches and pages with them."""
    other = Thresholds(engine.store, 0.30, lambda: CLIP)
    other.save(0.66, who="Anna", why="because")
    assert engine.thresholds.active().value == 0.66


def test_each_space_has_its_own(store: Store, thresholds: Thresholds) -> None:
    """A value found for one model says nothing about another."""
    thresholds.save(0.7, who="Anna", why="because")
    assert thresholds.active(OTHER).value == 0.30
    elsewhere = Thresholds(store, 0.30, lambda: OTHER)
    number = thresholds.active().id
    assert number is not None
    with pytest.raises(ThresholdUnknown):
        elsewhere.return_to(number, who="Anna")


def test_a_centred_one_keeps_the_centre_it_was_found_with(
    store: Store, thresholds: Thresholds
) -> None:
    """The mean is that of the catalogue at the time; a catalogue that grows moves nothing."""
    vectors = unit_vectors(20)
    store.products.add("test", products(vectors))
    saved = thresholds.save(0.2, scale=Scale.CENTRED, who="Anna", why="because")
    store.products.add("test", products(unit_vectors(5, seed=9), prefix="MORE"))
    for centre in (saved.centre, thresholds.active().centre):
        assert centre is not None
        np.testing.assert_allclose(centre, vectors.mean(axis=0), atol=1e-6)


def test_a_centre_needs_a_catalogue(store: Store, thresholds: Thresholds) -> None:
    """Without products or vectors the centred scale cannot be used, and that is said."""
    with pytest.raises(CatalogueEmpty):
        thresholds.save(0.2, scale=Scale.CENTRED, who="Anna", why="because")
    store.products.add("test", products(unit_vectors(3), space=OTHER))
    with pytest.raises(SpaceNotIndexed):
        thresholds.save(0.2, scale=Scale.CENTRED, who="Anna", why="because")


def test_going_back_adds_the_old_one_again(store: Store, thresholds: Thresholds) -> None:
    """Value, scale, centre and reason are the old ones, the name is of who went back."""
    store.products.add("test", products(unit_vectors(20)))
    old = thresholds.save(0.2, scale=Scale.CENTRED, doubtful=0.1, who="Anna", why="best on the set")
    thresholds.save(0.9, who="Anna", why="a try")
    assert old.id is not None
    back = thresholds.return_to(old.id, who="Boris")
    active = thresholds.active()
    assert active.id == back.id != old.id
    assert (active.value, active.doubtful, active.scale) == (0.2, 0.1, Scale.CENTRED)
    assert (active.who, active.why) == ("Boris", "best on the set")
    np.testing.assert_array_equal(active.centre, old.centre)
    assert [t.value for t in thresholds.history()] == [0.2, 0.9, 0.2]


def test_going_back_to_nothing_is_refused(thresholds: Thresholds) -> None:
    """An old tab may know a number that never was."""
    with pytest.raises(ThresholdUnknown, match="no threshold 99"):
        thresholds.return_to(99, who="Anna")


@pytest.mark.parametrize("value", [1.01, -1.01, 0.745, math.nan, math.inf, 10**30])
def test_only_whole_hundredths_are_values(thresholds: Thresholds, value: float) -> None:
    """What no slider can show is refused, and with it NaN."""
    with pytest.raises(ThresholdInvalid, match="whole hundredth"):
        thresholds.save(value, who="Anna", why="because")
    with pytest.raises(ThresholdInvalid):
        thresholds.save(1.0, doubtful=value, who="Anna", why="because")


@pytest.mark.parametrize("value", [-1.0, -0.29, 0.0, 0.29, 0.57, 0.58, 1.0])
def test_every_hundredth_comes_back_as_it_was(thresholds: Thresholds, value: float) -> None:
    """Neither floats nor decimals move a line."""
    assert thresholds.save(value, doubtful=value, who="", why="because").value == value
    assert thresholds.active().doubtful == value
    assert thresholds.active().who == "anonymous"


@pytest.mark.parametrize(
    ("who", "why", "told"),
    [
        ("A" * 81, "because", "at most 80"),
        ("Anna", " \n\x00 ", "no reason"),
        ("Anna", "x" * 501, "more than 500"),
    ],
)
def test_a_line_has_a_name_and_a_reason(
    thresholds: Thresholds, who: str, why: str, told: str
) -> None:
    """Nobody can defend a number that came from nowhere."""
    with pytest.raises(ThresholdInvalid, match=told):
        thresholds.save(0.5, who=who, why=why)


def test_doubtful_products_lie_below_the_line(thresholds: Thresholds) -> None:
    """Two lines the wrong way round would show everything as both."""
    with pytest.raises(ThresholdInvalid, match="above the other"):
        thresholds.save(0.5, doubtful=0.6, who="Anna", why="because")


def test_two_who_save_at_once_are_both_kept(thresholds: Thresholds) -> None:
    """Nothing is lost, and the later one is active."""
    with ThreadPoolExecutor(8) as pool:
        saved = list(
            pool.map(lambda n: thresholds.save(n / 100, who=f"A{n}", why="because"), range(40))
        )
    history = thresholds.history()
    assert {t.id for t in history} == {t.id for t in saved}
    assert thresholds.active().id == max(t.id or 0 for t in saved)

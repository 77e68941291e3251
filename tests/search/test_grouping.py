"""Products whose pictures are practically the same are one group."""

from __future__ import annotations

import tracemalloc

import numpy as np
import numpy.typing as npt
import pytest

from search.grouping import group
from tests.catalogues import unit_vectors


def turned(degrees: list[float]) -> npt.NDArray[np.float32]:
    """Return unit vectors in a plane, at these angles from the first axis."""
    angles = np.radians(degrees)
    vectors = np.zeros((len(degrees), 512), np.float32)
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    return vectors


def test_a_row_joins_the_first_leader_that_is_near_enough() -> None:
    """The better ranked one leads, also where a later leader is nearer."""
    assert group(turned([0, 30, 5, 20, 60]), at=float(np.cos(np.radians(25.5)))) == [0, 1, 0, 0, 4]


def test_small_changes_do_not_add_up() -> None:
    """Who follows draws nobody in: the far end of a chain has a group of its own."""
    assert group(turned([0, 4, 8, 12]), at=float(np.cos(np.radians(5)))) == [0, 0, 2, 2]


@pytest.mark.parametrize(("at", "leaders"), [(0.0, [0, 1, 2, 3]), (1.0, [0, 1, 0, 1])])
def test_the_ends_of_the_setting(at: float, leaders: list[int]) -> None:
    """0 groups nothing, 1 what is equal in spite of rounding; .9999 alike is not equal."""
    first, second = unit_vectors(2)
    near = first + np.float32(0.01) * second
    near /= np.linalg.norm(near)
    doubled = (first * np.float32(3)) / np.linalg.norm(first * np.float32(3))
    assert float(near @ first) > 0.9999
    assert group(np.stack([first, near, doubled, near]), at) == leaders


def test_a_picture_that_thousands_share_takes_no_square_of_memory() -> None:
    """A shop's "no picture" is one group of any size, found beside what the vectors take."""
    vectors = np.repeat(unit_vectors(1), 5000, axis=0)
    tracemalloc.start()
    try:
        leaders = group(vectors, 0.995)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert set(leaders) == {0}
    assert most < vectors.nbytes


def test_nothing_has_no_groups() -> None:
    """A search without a hit is no special case for who calls this."""
    assert group(np.zeros((0, 512), np.float32), 0.995) == []

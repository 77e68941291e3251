"""Many vectors at once, straight into the table of their space."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import numpy.typing as npt
import psycopg
import pytest

from search.errors import DataRefused
from search.store import vector_copy
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import give_vectors, products, unit_vectors, waiting
from tests.locks import until_waiting

OTHER = VectorSpace("other")


@pytest.fixture
def stocked(store: Store) -> Store:
    """Return a store with four products, whose pictures have CLIP vectors."""
    store.products.add("test", products(unit_vectors(4)))
    return store


def numbers(store: Store) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the numbers of all pictures, and those of their products."""
    with store.database.connection() as connection:
        rows = connection.execute("SELECT id, product_id FROM likeness.pictures ORDER BY id")
        pictures, found = zip(*rows.fetchall(), strict=True)
    return np.array(pictures), np.array(found)


def test_vectors_arrive_bit_by_bit_and_replace_what_was_there(stocked: Store) -> None:
    """What PostgreSQL reads is what NumPy held; other spaces keep theirs."""
    pictures, found = numbers(stocked)
    new = unit_vectors(4, seed=2)
    assert stocked.vectors.write(OTHER, pictures, found, new) == 4
    assert stocked.vectors.write(CLIP, pictures[:2], found[:2], new[:2]) == 2
    with stocked.database.connection() as connection:
        rows = connection.execute(
            "SELECT image_embedding FROM likeness.image_embeddings JOIN likeness.spaces AS space"
            " ON space.id = space_id WHERE model = 'other' ORDER BY picture_id"
        ).fetchall()
    assert np.array_equal(np.stack([row[0].to_numpy() for row in rows]), new)
    there, same = stocked.vectors.compare(CLIP, pictures, new)
    assert (there.tolist(), same.tolist()) == ([True] * 4, [True, True, False, False])
    (hit,) = stocked.embeddings.nearest(Embedding(new[1], CLIP), 1)
    assert hit.picture_id == pictures[1]


def test_comparing_makes_no_space(stocked: Store) -> None:
    """A dry run leaves nothing behind, not even an empty table."""
    pictures, _ = numbers(stocked)
    there, same = stocked.vectors.compare(OTHER, pictures, unit_vectors(4))
    assert not there.any()
    assert not same.any()
    assert stocked.photos._spaces.all() == [CLIP]


def test_of_several_vectors_for_one_picture_the_last_counts(stocked: Store) -> None:
    """They need no order, and nothing is stored twice."""
    pictures, found = numbers(stocked)
    order = np.array([3, 0, 3, 1])
    new = unit_vectors(4, seed=3)
    assert stocked.vectors.write(CLIP, pictures[order], found[order], new) == 3
    _, same = stocked.vectors.compare(CLIP, pictures[order], new)
    assert same.tolist() == [False, True, True, True]


def test_pictures_that_are_gone_or_another_products_get_none(stocked: Store) -> None:
    """A vector never comes back for what was removed, and never under a wrong product."""
    pictures, found = numbers(stocked)
    stocked.imports.remove([int(found[0])])
    swapped = found[[0, 2, 1, 3]]
    assert stocked.vectors.write(OTHER, pictures, swapped, unit_vectors(4)) == 1
    assert stocked.vectors.write(OTHER, pictures[:1], found[:1], unit_vectors(1)) == 0
    assert stocked.embeddings.count(OTHER) == 1


def test_a_picture_that_could_not_be_indexed_is_no_failure_any_more(stocked: Store) -> None:
    """Whoever brings its vector has done what failed."""
    pictures, found = numbers(stocked)
    with stocked.database.connection() as connection:
        connection.execute(
            "INSERT INTO likeness.picture_failures (space_id, picture_id, code, facts)"
            " VALUES (NULL, %s, 'x', '{}')",
            (int(pictures[0]),),
        )
    assert len(waiting(stocked, OTHER)) == 3
    stocked.vectors.write(OTHER, pictures[:1], found[:1], unit_vectors(1))
    with stocked.database.connection() as connection:
        row = connection.execute("SELECT count(*) FROM likeness.picture_failures").fetchone()
    assert row == (0,)


def test_what_cannot_be_stored_takes_nothing_away(stocked: Store) -> None:
    """A vector that is none fails the whole portion, and what was there stays."""
    pictures, found = numbers(stocked)
    bad = unit_vectors(4, seed=5)
    bad[2, 7] = np.nan
    with pytest.raises(DataRefused):
        stocked.vectors.write(CLIP, pictures, found, bad)
    assert stocked.vectors.compare(CLIP, pictures, unit_vectors(4))[1].all()


def test_a_removal_under_way_is_waited_for(stocked: Store, conninfo: str) -> None:
    """The copy begins when it is known whether the picture goes: here it goes."""
    pictures, found = numbers(stocked)
    with psycopg.connect(conninfo) as remover, ThreadPoolExecutor(1) as pool:
        remover.execute("DELETE FROM likeness.products WHERE id = %s", (int(found[1]),))
        copied = pool.submit(stocked.vectors.write, OTHER, pictures, found, unit_vectors(4))
        until_waiting(conninfo)
        remover.commit()
        assert copied.result() == 3


def test_an_indexer_at_the_same_picture_takes_turns(
    stocked: Store, conninfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither fails for the other: the vector that comes last stays."""
    pictures, found = numbers(stocked)
    indexed = waiting(stocked, OTHER)

    with ThreadPoolExecutor(1) as pool:
        started: list[Callable[[], None]] = []

        def tuples(*arguments: Any) -> bytes:  # noqa: ANN401 - passed on as they come
            """Let an indexer begin while the pictures are ours, and wait for them."""
            given = pool.submit(give_vectors, stocked, indexed, unit_vectors(4, seed=6), OTHER)
            started.append(given.result)
            until_waiting(conninfo)
            return real(*arguments)

        real = vector_copy._tuples
        monkeypatch.setattr(vector_copy, "_tuples", tuples)
        stocked.vectors.write(OTHER, pictures, found, unit_vectors(4, seed=7))
        started[0]()
    assert stocked.vectors.compare(OTHER, pictures, unit_vectors(4, seed=6))[1].all()

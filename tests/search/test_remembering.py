"""One photo, one call."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from PIL import Image

from search.errors import EncoderFailed
from search.photo import Photo
from search.progress import Progress, Report, Stage, silent
from search.remembering import Remembering
from search.store.database import Database
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import unit_vectors


class SlowEncoder:
    """Counts its calls, and answers when it is let."""

    name = "slow"
    address = ""
    space = CLIP

    def __init__(self, fail: bool = False) -> None:  # noqa: FBT001, FBT002 - a test's own switch
        self.calls = 0
        self.asked = threading.Event()
        self.may_answer = threading.Event()
        self._fail = fail

    def encode(self, photo: Photo, report: Report = silent) -> Embedding:  # noqa: ARG002 - the protocol's
        """Wait until the test lets us answer."""
        self.calls += 1
        self.asked.set()
        assert self.may_answer.wait(20)
        if self._fail:
            raise EncoderFailed(host="test", status=500)
        return Embedding(unit_vectors(1)[0], CLIP)

    def close(self) -> None:
        """Nothing to close."""


def a_photo(colour: str = "red") -> Photo:
    """Draw a photo of one colour."""
    return Photo(Image.new("RGB", (32, 32), colour))


def waiting_for_a_turn(store: Store) -> int:
    """Count the connections that wait for an advisory lock."""
    with store.database.connection() as connection:
        row = connection.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
        ).fetchone()
    return int(row[0]) if row else 0


def until(true: Callable[[], bool]) -> None:
    """Look again and again, for twenty seconds at most."""
    tick = threading.Event()
    assert any(true() or tick.wait(0.01) for _ in range(2000))


def test_a_known_photo_is_not_asked_for_again(store: Store) -> None:
    """The second search for a photo costs no call and says so."""
    encoder = SlowEncoder()
    encoder.may_answer.set()
    remembering = Remembering(encoder, store.photos)
    first, known_at_first = remembering.embed(a_photo(), silent)
    stages: list[Progress] = []
    second, known_then = remembering.embed(a_photo(), stages.append)
    assert (known_at_first, known_then, encoder.calls) == (False, True, 1)
    assert stages == [Progress(Stage.REMEMBERED)]
    np.testing.assert_array_equal(first.vector, second.vector)


def test_twenty_people_with_one_photo_cost_one_call(store: Store) -> None:
    """Sessions of one process share the call that is under way."""
    encoder = SlowEncoder()
    remembering = Remembering(encoder, store.photos)
    arrived = threading.Barrier(21)

    def embed() -> Embedding:
        arrived.wait(20)
        return remembering.embed(a_photo(), silent)[0]

    with ThreadPoolExecutor(20) as pool:
        outcomes = [pool.submit(embed) for _ in range(20)]
        arrived.wait(20)
        assert encoder.asked.wait(20)
        encoder.may_answer.set()
        vectors = [outcome.result(20).vector for outcome in outcomes]
    assert encoder.calls == 1
    assert all((vector == vectors[0]).all() for vector in vectors)


def test_two_processes_with_one_photo_cost_one_call(store: Store, conninfo: str) -> None:
    """Another process waits its turn in the database and then finds the answer there."""
    encoder, other_encoder = SlowEncoder(), SlowEncoder()
    other_store = Store.on(Database(conninfo))
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(Remembering(encoder, store.photos).embed, a_photo(), silent)
        assert encoder.asked.wait(20)
        second = pool.submit(
            Remembering(other_encoder, other_store.photos).embed, a_photo(), silent
        )
        until(lambda: waiting_for_a_turn(store) == 1)
        encoder.may_answer.set()
        assert first.result(20)[1] is False
        assert second.result(20)[1] is True
    assert (encoder.calls, other_encoder.calls) == (1, 0)
    other_store.close()


def test_an_error_is_shared_and_not_remembered(store: Store) -> None:
    """Everybody who waited hears the error once; the next try asks anew."""
    encoder = SlowEncoder(fail=True)
    remembering = Remembering(encoder, store.photos)
    encoder.may_answer.set()
    for _ in range(2):
        with pytest.raises(EncoderFailed):
            remembering.embed(a_photo(), silent)
    assert encoder.calls == 2


def test_different_photos_do_not_wait_for_each_other(store: Store) -> None:
    """A model that wakes up for one photo holds up no other."""
    slow, quick = SlowEncoder(), SlowEncoder()
    quick.may_answer.set()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(Remembering(slow, store.photos).embed, a_photo("red"), silent)
        assert slow.asked.wait(20)
        assert Remembering(quick, store.photos).embed(a_photo("blue"), silent)[1] is False
        slow.may_answer.set()
        waiting.result(20)

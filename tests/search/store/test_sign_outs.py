"""Sign-ins that ended, in the database: who learns of them, and until when they are kept."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from search.store.database import Database
from search.store.sign_outs import SignOuts
from search.store.store import Store

ONE, TWO, THREE = (bytes([n]) * 32 for n in (1, 2, 3))
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)

MoveBack = Callable[[bytes, timedelta], None]


@pytest.fixture
def sign_outs(store: Store) -> SignOuts:
    """Return the table."""
    return store.sign_outs


@pytest.fixture
def move_back(store: Store) -> MoveBack:
    """Return what lets a sign-in have ended earlier."""

    def move(digest: bytes, by: timedelta) -> None:
        with store.database.connection() as connection:
            connection.execute(
                "UPDATE likeness.sign_outs SET ended_at = ended_at - %s WHERE digest = %s",
                (by, digest),
            )

    return move


def test_what_ended_is_told_to_every_process(sign_outs: SignOuts, conninfo: str) -> None:
    """With its moment; and whoever asks for what is new gets no older ones again."""
    sign_outs.add([ONE, TWO], DAY)
    with closing(Store.on(Database(conninfo))) as other:
        found = other.sign_outs.since(None)
        assert set(found) == {ONE, TWO}
        assert all(abs(at - datetime.now(UTC)) < MINUTE for at in found.values())
        assert other.sign_outs.since(max(found.values()) + DAY) == {}


def test_what_is_over_is_deleted_when_another_comes(
    sign_outs: SignOuts, move_back: MoveBack
) -> None:
    """Nothing grows with the people who come and go."""
    sign_outs.add([ONE, TWO], DAY)
    move_back(ONE, DAY + MINUTE)
    move_back(TWO, DAY - MINUTE)
    assert set(sign_outs.since(None)) == {ONE, TWO}
    sign_outs.add([THREE], DAY)
    assert set(sign_outs.since(None)) == {TWO, THREE}


def test_what_ended_twice_ended_once(sign_outs: SignOuts) -> None:
    """Processes may write the same one at one moment; the first has the say."""
    sign_outs.add([ONE], DAY)
    first = sign_outs.since(None)
    pairs = [[ONE, TWO], [TWO, ONE], [ONE], [TWO]] * 8
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda digests: sign_outs.add(digests, DAY), pairs))
    found = sign_outs.since(None)
    assert (set(found), found[ONE]) == ({ONE, TWO}, first[ONE])


def test_what_is_written_late_is_not_missed(sign_outs: SignOuts, conninfo: str) -> None:
    """One process may have begun to write before another one and be done after it."""
    with psycopg.connect(conninfo) as slow:
        slow.execute("INSERT INTO likeness.sign_outs (digest) VALUES (%b)", [ONE])
        sign_outs.add([TWO], DAY)
        known = sign_outs.since(None)
        assert set(known) == {TWO}
    assert ONE in sign_outs.since(known[TWO])


def test_nothing_but_a_digest_is_kept(store: Store) -> None:
    """Somebody who mistakes a cookie for one is refused by the table itself."""
    with (
        pytest.raises(psycopg.errors.CheckViolation),
        psycopg.connect(store.database._conninfo) as connection,
    ):
        connection.execute("INSERT INTO likeness.sign_outs (digest) VALUES ('a cookie')")

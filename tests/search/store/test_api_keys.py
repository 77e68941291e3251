"""Keys as the database keeps them: their hashes, their use, and what a minute has left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pytest

from search.store.api_keys import MOST_PER_MINUTE, ApiKey
from search.store.store import Store
from tests.recorded import NOON

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HASH = sha256(b"one").digest()
OTHER = sha256(b"other").digest()

Add = Callable[..., ApiKey | None]


@pytest.fixture
def add(store: Store) -> Add:
    """Return what adds a key, by default one of sixty searches a minute."""

    def add(
        name: str = "shop", key_hash: bytes = HASH, prefix: str = "lk_shop", per_minute: int = 60
    ) -> ApiKey | None:
        return store.api_keys.add(
            key_hash, prefix=prefix, name=name, per_minute=per_minute, now=NOON
        )

    return add


def test_a_key_is_found_by_its_hash_until_it_is_revoked(store: Store, add: Add) -> None:
    """Then neither looking nor taking finds it, and the list tells when it was."""
    assert store.api_keys.look(HASH, NOON) is None
    made = add()
    assert made == ApiKey("shop", "lk_shop", 60, NOON)
    assert store.api_keys.look(HASH, NOON) == made
    assert store.api_keys.look(OTHER, NOON) is None
    assert store.api_keys.take(OTHER, NOON) is None
    revoked = store.api_keys.revoke("shop", OTHER, NOON + MINUTE)
    assert revoked is not None
    assert revoked.revoked_at == NOON + MINUTE
    assert store.api_keys.look(HASH, NOON) is None
    assert store.api_keys.take(HASH, NOON) is None
    assert store.api_keys.all() == [revoked]


@pytest.mark.parametrize(
    ("named", "key_hash"), [("shop", OTHER), ("lk_shop", OTHER), ("something", HASH)]
)
def test_a_key_is_revoked_by_name_prefix_or_itself(
    store: Store, add: Add, named: str, key_hash: bytes
) -> None:
    """Once, and no other one with it."""
    add()
    add("stall", sha256(b"stall").digest(), "lk_stal")
    revoked = store.api_keys.revoke(named, key_hash, NOON)
    assert revoked is not None
    assert revoked.name == "shop"
    assert store.api_keys.revoke(named, key_hash, NOON) is None
    assert [key.revoked_at is None for key in store.api_keys.all()] == [False, True]


def test_keys_in_use_have_different_names_and_all_of_them_prefixes(store: Store, add: Add) -> None:
    """What is listed can be told apart; a name that was revoked can be given again."""
    assert add()
    assert add(key_hash=OTHER, prefix="lk_othe") is None
    assert add("stall", OTHER) is None
    assert store.api_keys.has("shop")
    store.api_keys.revoke("shop", HASH, NOON)
    assert not store.api_keys.has("shop")
    assert add(key_hash=OTHER, prefix="lk_othe")


def test_the_last_use_is_written_at_most_once_a_minute(store: Store, add: Add) -> None:
    """Whether something is searched or read with it."""
    add()
    uses = [
        (store.api_keys.look, 0, 0),
        (store.api_keys.take, 59, 0),
        (store.api_keys.look, 59, 0),
        (store.api_keys.take, 60, 60),
        (store.api_keys.look, 119, 60),
        (store.api_keys.look, 120, 120),
    ]
    for use, at, written in uses:
        use(HASH, NOON + at * SECOND)
        [key] = store.api_keys.all()
        assert key.last_used_at == NOON + written * SECOND, (use, at)


@pytest.mark.parametrize("per_minute", [1, 2, 7, 60, 5_999, MOST_PER_MINUTE])
def test_as_many_as_a_minute_has_can_be_taken_at_once(
    store: Store, add: Add, per_minute: int
) -> None:
    """Not one more, whatever a minute's share is rounded to; and after a minute all of them."""
    add(per_minute=per_minute)
    last = min(per_minute, 60)
    for at in (NOON, NOON + MINUTE):
        with store.database.connection() as connection:  # those before the last
            connection.execute(
                "UPDATE likeness.api_keys"
                " SET spent_until = greatest(spent_until, %s) + share * %s::integer",
                (at, per_minute - last),
            )
        taken = [store.api_keys.take(HASH, at) for _ in range(last + 1)]
        assert [one and one.is_taken for one in taken] == [True] * last + [False]


def test_what_was_taken_comes_back_evenly(store: Store, add: Add) -> None:
    """Of six a minute one every ten seconds, and the wait for it is said in whole seconds."""
    add(per_minute=6)

    def take(at: float) -> tuple[bool, int]:
        taking = store.api_keys.take(HASH, NOON + at * SECOND)
        assert taking is not None
        return taking.is_taken, taking.wait

    assert [take(0) for _ in range(7)] == [(True, 0)] * 6 + [(False, 10)]
    assert take(3.5) == (False, 7)
    assert take(9.9) == (False, 1)
    assert [take(10), take(10)] == [(True, 0), (False, 10)]
    assert [take(25), take(25)] == [(True, 0), (False, 5)]
    # However long it rests, it has no more than a minute's.
    assert [take(3_600) for _ in range(7)] == [(True, 0)] * 6 + [(False, 10)]
    # A process whose clock is behind gives nothing back.
    assert take(3_599)[0] is False


def test_processes_that_search_at_once_share_the_limit(store: Store, add: Add) -> None:
    """Forty searches of eight threads at one moment are as many as the key may make."""
    add(per_minute=10)
    with ThreadPoolExecutor(8) as threads:
        taken = list(threads.map(lambda _: store.api_keys.take(HASH, NOON), range(40)))
    assert sum(one is not None and one.is_taken for one in taken) == 10

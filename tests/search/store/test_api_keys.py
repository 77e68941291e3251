"""Keys as the database keeps them: their hashes, their use, and what a minute has left."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import psycopg
import pytest

from search.access.roles import Role
from search.errors import StoreError
from search.store.api_keys import MOST_PER_MINUTE, ApiKey
from search.store.database import Database
from search.store.store import Store
from tests.recorded import NOON
from tests.search.store.test_upgrades import at_version

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HASH = sha256(b"one").digest()
OTHER = sha256(b"other").digest()

Add = Callable[..., ApiKey | None]


@pytest.fixture
def add(store: Store) -> Add:
    """Return what adds a key, by default one of sixty searches a minute."""

    def add(
        name: str = "shop",
        key_hash: bytes = HASH,
        prefix: str = "lk_shop",
        *,
        per_minute: int = 60,
        role: Role = Role.VIEWER,
        until: datetime | None = None,
        at: datetime = NOON,
    ) -> ApiKey | None:
        made = ApiKey(name, prefix, per_minute, at, role=role, expires_at=until)
        return store.api_keys.add(key_hash, made)

    return add


def assert_opens_nothing(store: Store, key: ApiKey, at: datetime) -> None:
    """Fail where a key that is over can still be used, or its use is still noted."""
    assert store.api_keys.look(HASH, at) == key
    taking = store.api_keys.take(HASH, at)
    assert taking is not None
    assert (taking.key, taking.is_taken) == (key, False)
    assert store.api_keys.all() == [key]


def test_a_key_is_found_by_its_hash_and_opens_until_it_is_revoked(store: Store, add: Add) -> None:
    """Then nothing is taken with it, no use is noted, and the list tells when it was."""
    assert store.api_keys.look(HASH, NOON) is None
    made = add()
    assert made == ApiKey("shop", "lk_shop", 60, NOON)
    assert store.api_keys.look(HASH, NOON) == made
    assert store.api_keys.look(OTHER, NOON) is None
    assert store.api_keys.take(OTHER, NOON) is None
    revoked = store.api_keys.revoke("shop", OTHER, NOON + MINUTE)
    assert revoked is not None
    assert revoked.revoked_at == NOON + MINUTE
    assert not revoked.opens(NOON + MINUTE)
    assert not revoked.has_ended(NOON + MINUTE)
    assert_opens_nothing(store, revoked, NOON + 2 * MINUTE)


@pytest.mark.parametrize("role", Role)
def test_a_key_has_a_role_and_an_end(store: Store, add: Add, role: Role) -> None:
    """It opens up to that moment, and not at it; nobody need do anything for that."""
    made = add(role=role, until=NOON + MINUTE)
    assert made is not None
    assert (made.role, made.expires_at) == (role, NOON + MINUTE)
    assert made.is_demo == (role is Role.GUEST)
    used = store.api_keys.take(HASH, NOON + 59 * SECOND)
    assert used is not None
    assert used.is_taken
    assert used.key.opens(NOON + 59 * SECOND)
    assert not used.key.opens(NOON + MINUTE)
    [kept] = store.api_keys.all()
    assert kept.has_ended(NOON + MINUTE)
    assert_opens_nothing(store, kept, NOON + 2 * MINUTE)


def test_the_key_of_a_guest_always_ends(add: Add) -> None:
    """A demo link goes from hand to hand: the database itself keeps none that is for ever."""
    with pytest.raises(StoreError, match="api_keys_guests_end"):
        add(role=Role.GUEST)


def test_the_name_of_a_key_that_has_ended_can_be_given_again(store: Store, add: Add) -> None:
    """As that of one that was revoked; until then it is taken."""
    add(until=NOON + MINUTE)
    assert store.api_keys.has("shop", NOON + 59 * SECOND)
    assert add(key_hash=OTHER, prefix="lk_othe", at=NOON + 59 * SECOND) is None
    assert not store.api_keys.has("shop", NOON + MINUTE)
    assert add(key_hash=OTHER, prefix="lk_othe", at=NOON + MINUTE)
    ended, _ = store.api_keys.all()
    assert ended.has_ended(NOON + MINUTE)  # and was not revoked by anybody
    store.api_keys.revoke("shop", b"", NOON + 2 * MINUTE)
    assert [key.opens(NOON + 2 * MINUTE) for key in store.api_keys.all()] == [False, False]


def test_keys_from_before_there_were_roles_go_on_as_viewers(
    empty_database: Callable[[], str], tmp_path: Path
) -> None:
    """They search and see what was found, as they did, and have no end."""
    address = empty_database()
    at_version(address, 15, tmp_path / "earlier")
    with psycopg.connect(address) as connection:
        connection.execute(
            "INSERT INTO likeness.api_keys (hash, prefix, name, per_minute, created_at)"
            " VALUES (%s, 'lk_shop', 'shop', 60, %s)",
            (HASH, NOON),
        )
    with closing(Store.on(Database(address))) as store:
        assert store.api_keys.look(HASH, NOON) == ApiKey("shop", "lk_shop", 60, NOON)
        assert ApiKey("shop", "lk_shop", 60, NOON).role is Role.VIEWER


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
    assert store.api_keys.has("shop", NOON)
    store.api_keys.revoke("shop", HASH, NOON)
    assert not store.api_keys.has("shop", NOON)
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

"""Keys with a role and an end, and demo links: what opens, until when, and what is said then."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from pydantic import SecretStr

from search.access.roles import Role
from search.api.statuses import challenge_of, status_of, wait_of
from search.api_keys import BELIEVED_SECONDS, Keys, demo_address, is_key
from search.errors import (
    DemoLinkEnded,
    DemoRateLimited,
    KeyExpired,
    KeyNameTaken,
    KeyRateLimited,
    KeyUnknown,
    LikenessError,
)
from search.language import LANGUAGES, language
from search.store.api_keys import ApiKey
from tests.keys import NOON, UNKNOWN, Played

A_DAY = 86_400.0


@pytest.fixture
def link(keys: Keys) -> str:
    """Return the key of a demo link for a day, with two searches a minute."""
    return keys.add_demo("Expo", 2, 1)[0].get_secret_value()


def uses(keys: Keys) -> list[Callable[[str], ApiKey]]:
    """Return the ways in which a guest's key is used."""
    return [keys.look, keys.look_demo, keys.take]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_a_key_brings_its_role_along(keys: Keys, role: Role) -> None:
    """Whether something is read or searched with it; without an end it holds."""
    key = keys.add("shop", role=role)[0].get_secret_value()
    for use in (keys.look, keys.take):
        assert (use(key).role, use(key).expires_at) == (role, None)


def test_a_key_of_which_nothing_is_said_is_a_viewers(keys: Keys) -> None:
    """As those are that were made before there were roles."""
    assert keys.add("shop")[1].role is Role.VIEWER


def test_a_key_with_an_end_opens_nothing_from_then_on(keys: Keys, time_of_day: Played) -> None:
    """Neither searches nor readings, and whoever sends it is told why."""
    key = keys.add("shop", days=30)[0].get_secret_value()
    time_of_day.clock.sleep(30 * A_DAY - 1)
    assert keys.look(key).expires_at == NOON + timedelta(days=30)
    assert keys.take(key).name == "shop"
    time_of_day.clock.sleep(1)
    for use in (keys.look, keys.take):
        with pytest.raises(KeyExpired):
            use(key)


def test_what_a_process_believes_of_a_key_does_not_outlive_its_end(
    keys: Keys, link: str, time_of_day: Played
) -> None:
    """It was looked up a second before: of all that can happen to it, this was known then."""
    key = keys.add("shop", days=1)[0].get_secret_value()
    time_of_day.clock.sleep(A_DAY - 1)
    keys.look(key)
    keys.look_demo(link)
    assert BELIEVED_SECONDS > 1
    time_of_day.clock.sleep(1)
    with pytest.raises(KeyExpired):
        keys.look(key)
    for use in uses(keys):
        with pytest.raises(DemoLinkEnded):
            use(link)


def test_a_demo_link_is_a_guests_and_ends_by_itself(keys: Keys, link: str) -> None:
    """In two weeks, unless somebody says otherwise; one without an end cannot be made."""
    assert is_key(link)
    for use in uses(keys):
        found = use(link)
        assert (found.role, found.is_demo) == (Role.GUEST, True)
        assert found.expires_at == NOON + timedelta(days=1)
    usual = keys.add_demo("Fair")[1]
    assert (usual.per_minute, usual.expires_at) == (10, NOON + timedelta(days=14))
    with pytest.raises(ValueError, match="always ends"):
        keys.add("Fair 2", role=Role.GUEST)


def test_whoever_has_a_link_that_was_revoked_is_told_of_the_link(keys: Keys, link: str) -> None:
    """Also where it was believed a moment ago, and by whatever way it is used."""
    keys.look_demo(link)
    keys.revoke("Expo")
    for use in uses(keys):
        with pytest.raises(DemoLinkEnded):
            use(link)


@pytest.mark.parametrize("sent", [UNKNOWN, "", "lk_", "é" * 46, "x" * 5_000])
def test_what_is_no_key_is_no_link_either(keys: Keys, sent: str) -> None:
    """Whoever copied half of it is told of a link, and not of a key."""
    with pytest.raises(DemoLinkEnded):
        keys.look_demo(sent)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_the_key_of_a_program_is_no_demo_link(keys: Keys, role: Role) -> None:
    """It would lie about in people's browsers, with more rights than a guest has."""
    key = keys.add("shop", role=role)[0].get_secret_value()
    with pytest.raises(DemoLinkEnded):
        keys.look_demo(key)


def test_all_who_have_a_link_search_so_many_times_a_minute(
    keys: Keys, link: str, time_of_day: Played
) -> None:
    """They are told when it goes on, and of no key; programs are told of theirs, as ever."""
    key = keys.add("shop", 2)[0].get_secret_value()
    for sent in (link, key):
        keys.take(sent)
        keys.take(sent)
    with pytest.raises(DemoRateLimited) as limited:
        keys.take(link)
    assert limited.value.facts == {"limit": 2, "seconds": 30}
    with pytest.raises(KeyRateLimited) as of_program:
        keys.take(key)
    assert of_program.value.code == "key_rate_limited"
    assert keys.look_demo(link).name == "Expo"
    time_of_day.clock.sleep(30)
    assert keys.take(link).name == "Expo"


@pytest.mark.parametrize("code", LANGUAGES)
def test_people_with_a_link_read_nothing_of_keys(code: str) -> None:
    """They never saw one; what they have is a link, and somebody sent it."""
    said = [
        language(code).error(error).sentence
        for error in (DemoLinkEnded(), DemoRateLimited(limit=10, seconds=7))
    ]
    assert "7" in said[1]
    for sentence in said:
        assert {"en": "demo link", "ru": "демо-ссылк"}[code] in sentence
        assert not any(word in sentence.lower() for word in ("key", "ключ"))


@pytest.mark.parametrize(
    ("error", "status", "wait"),
    [
        (KeyExpired(), 401, None),
        (DemoLinkEnded(), 401, None),
        (DemoRateLimited(limit=10, seconds=7), 429, 7),
    ],
)
def test_over_http_they_are_what_other_keys_are(
    error: LikenessError, status: int, wait: int | None
) -> None:
    """Not valid any more, or too quick: a program need not know of links."""
    assert (status_of(error), wait_of(error)) == (status, wait)
    assert (challenge_of(error) is not None) == (status == 401)


def test_a_name_is_free_again_when_its_link_has_ended(
    keys: Keys, link: str, time_of_day: Played
) -> None:
    """The next fair has a link of the same name; the old one stays over, and in the list."""
    with pytest.raises(KeyNameTaken):
        keys.add_demo("Expo")
    time_of_day.clock.sleep(A_DAY)
    again, _ = keys.add_demo("Expo")
    assert [key.opens(time_of_day()) for key in keys.all()] == [False, True]
    with pytest.raises(DemoLinkEnded):
        keys.look(link)
    keys.revoke("Expo")
    with pytest.raises(DemoLinkEnded):
        keys.look(again.get_secret_value())


def test_a_key_that_ended_has_ended_whoever_takes_its_name(keys: Keys, time_of_day: Played) -> None:
    """Its program is told the same as before; one that was revoked in time is only not valid."""
    first = keys.add("shop", days=1)[0].get_secret_value()
    second = keys.add("stall", days=2)[0].get_secret_value()
    time_of_day.clock.sleep(A_DAY)
    keys.add("shop")
    keys.revoke("stall")
    time_of_day.clock.sleep(A_DAY)
    with pytest.raises(KeyExpired):
        keys.take(first)
    with pytest.raises(KeyUnknown) as told:
        keys.take(second)
    assert told.value.code == "key_unknown"


@pytest.mark.parametrize(
    ("public", "address"),
    [
        ("https://likeness.example.org", "https://likeness.example.org/?demo=lk_1"),
        ("https://example.org/likeness", "https://example.org/likeness/?demo=lk_1"),
        (None, "/?demo=lk_1"),
    ],
)
def test_a_link_begins_with_the_address_by_which_people_call_the_app(
    public: str | None, address: str
) -> None:
    """Where nobody said it, the path is all that can be told; it is as secret as the key."""
    made = demo_address(public, SecretStr("lk_1"))
    assert made.get_secret_value() == address
    assert "lk_1" not in f"{made} {made!r}"

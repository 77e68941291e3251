"""What providers say of people, as each of them writes it."""

from __future__ import annotations

from typing import Any

import pytest

from search.access.claims import Claims
from search.people import LONGEST_NAME
from search.visitor_cookie import is_visitor

ANNA: dict[str, Any] = {
    "iss": "https://login.example.org/realms/shop",
    "sub": "f:1:anna",
    "email": "Anna@Example.org",
    "email_verified": True,
    "name": "Anna A.",
    "preferred_username": "anna",
    # What Streamlit adds.
    "origin": "https://likeness.example.org",
    "is_logged_in": True,
    "provider": "default",
}


def read(claim: str = "groups", /, **others: object) -> Claims:
    """Read Anna's claims, some of them changed; those that are None are missing."""
    said = {key: value for key, value in (ANNA | others).items() if value is not None}
    return Claims.read(said, claim)


def test_a_person_has_a_name_and_an_address() -> None:
    """The address in small letters, as it is compared; without groups there are none."""
    anna = read()
    assert (anna.name, anna.email, anna.groups) == ("Anna A.", "anna@example.org", frozenset())


@pytest.mark.parametrize(
    ("missing", "name"),
    [
        ([], "Anna A."),
        (["name"], "anna"),
        (["name", "preferred_username"], "Anna@Example.org"),
        (["name", "preferred_username", "email"], "f:1:anna"),
    ],
)
def test_somebody_is_called_by_what_there_is(missing: list[str], name: str) -> None:
    """A judgement is signed by it, so that there always is something."""
    assert read(**dict.fromkeys(missing)).name == name


def test_a_name_is_fit_to_be_kept() -> None:
    """In one line, without what no database takes, and no longer than the field for it."""
    assert read(name=" Anna\n\x00 A. ").name == "Anna  A."
    assert read(name="a" * 200).name == "a" * LONGEST_NAME
    assert read(name=["Anna"], preferred_username=7).name == "Anna@Example.org"


@pytest.mark.parametrize("verified", [False, "false", " False ", 0, "0", "no", "", [], {}])
def test_an_address_that_the_provider_denies_is_none(verified: object) -> None:
    """Whoever typed another's address at a provider is not that other, and can be told why."""
    claims = read(email_verified=verified)
    assert (claims.email, claims.is_unverified) == ("", True)


@pytest.mark.parametrize("verified", [True, "true", None])
def test_an_address_of_which_nothing_is_said_counts(verified: object) -> None:
    """Providers of companies know their people, and say nothing of it."""
    claims = read(email_verified=verified)
    assert (claims.email, claims.is_unverified) == ("anna@example.org", False)


def test_a_user_name_is_no_address() -> None:
    """At many providers people choose it themselves, be it somebody's address."""
    claims = read(email=None, preferred_username="boss@example.org")
    assert (claims.email, claims.name) == ("", "Anna A.")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("groups", {"groups": ["staff", "shop"]}),
        ("groups", {"groups": ["staff", "shop", " other ", "", 7, None, ["x"]]}),
        ("realm_access.roles", {"realm_access": {"roles": ["staff", "shop"]}}),
        ("https://example.org/groups", {"https://example.org/groups": ["staff", "shop"]}),
        ("a.b", {"a.b": ["staff", "shop"], "a": {"b": ["other"]}}),
        ("roles", {"roles": {"staff": {"1": "example.org"}, "shop": {}}}),
    ],
)
def test_groups_are_found_wherever_a_provider_has_them(claim: str, said: dict[str, Any]) -> None:
    """In a list, in one below another, under a name with dots, or as the keys of an object."""
    assert read(claim, **said).groups == {"staff", "shop"}


@pytest.mark.parametrize("said", ["", 7, None, {"other": "x"}, [["staff"]]])
def test_what_are_no_groups_are_none(said: object) -> None:
    """A provider that writes something else gives nobody a role by it."""
    assert read("realm_access.roles", realm_access=said).groups == frozenset()
    assert read(groups="staff").groups == {"staff"}


def test_people_are_told_apart_and_not_named() -> None:
    """The same at every sign-in, another one at another provider; nothing of it can be read."""
    anna = read()
    assert is_visitor(anna.person)
    assert read(name="Anna B.", email=None).person == anna.person
    others = [read(sub="f:1:boris"), read(iss="https://elsewhere.example"), read(iss=None)]
    assert len({anna.person, *(other.person for other in others)}) == 4
    assert "anna" not in anna.person.lower()


@pytest.mark.parametrize("subject", [None, "", 7])
def test_somebody_without_a_subject_is_nobody(subject: object) -> None:
    """They could not be told from others."""
    assert read(sub=subject).person == ""


@pytest.mark.parametrize(
    "address",
    ["oleg@exam\0ple.org", "x@evil@example.org", " anna@example.org", "anna@example.org\n", "anna"],
)
def test_an_address_that_would_have_to_be_mended_is_none(address: str) -> None:
    """What is left after the mending may be somebody else's."""
    assert read(email=address).email == ""


def test_addresses_that_only_fold_alike_are_different_people() -> None:
    """The letters A to Z are the same in any case; no sharp s is two of them, no Kelvin a k."""
    folded = [
        read(email=one).email for one in ("bo\u00df@x.org", "op\u017f@x.org", "mar\u212a@x.org")
    ]
    assert not set(folded) & {"boss@x.org", "ops@x.org", "mark@x.org"}
    assert read(email="ANNA@Example.ORG").email == "anna@example.org"


@pytest.mark.parametrize("groups", [["ad\0mins"], ["  admins\t"], {"admins": False}])
def test_a_group_is_taken_as_it_is_or_not_at_all(groups: object) -> None:
    """One that would have to be mended, or is denied, is not the one that it looks like."""
    assert "admins" not in read(groups=groups).groups


def test_a_name_shows_nothing_that_turns_or_hides_it() -> None:
    """Whoever calls themselves backwards is read forwards; nothing that is seen is no name."""
    assert read(name="\u202eAdmin gelO").name == "Admin gelO"
    assert read(name="\u200b\u200b").name == "anna"

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


@pytest.mark.parametrize("verified", [False, "false", " False "])
def test_an_address_that_the_provider_denies_is_none(verified: object) -> None:
    """Whoever typed another's address at a provider is not that other."""
    assert read(email_verified=verified).email == ""


@pytest.mark.parametrize("verified", [True, "true", None])
def test_an_address_of_which_nothing_is_said_counts(verified: object) -> None:
    """Providers of companies know their people, and say nothing of it."""
    assert read(email_verified=verified).email == "anna@example.org"


def test_a_user_name_is_no_address() -> None:
    """At many providers people choose it themselves, be it somebody's address."""
    claims = read(email=None, preferred_username="boss@example.org")
    assert (claims.email, claims.name) == ("", "Anna A.")


@pytest.mark.parametrize(
    ("claim", "said"),
    [
        ("groups", {"groups": ["staff", "shop"]}),
        ("groups", {"groups": ["staff", " shop ", "", 7, None, ["x"]]}),
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

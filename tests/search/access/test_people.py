"""Lists of people, as they are written into settings."""

from __future__ import annotations

import pytest

from search.access.claims import Claims
from search.access.people import People


def somebody(email: str = "", *groups: str) -> Claims:
    """Return somebody with an address and groups."""
    return Claims("Anna", email, frozenset(groups), "p" * 32)


@pytest.mark.parametrize(
    ("listed", "who", "is_one"),
    [
        ("anna@example.org", somebody("anna@example.org"), True),
        (" Anna@EXAMPLE.org ,", somebody("anna@example.org"), True),
        ("anna@example.org", somebody("hanna@example.org"), False),
        ("anna@example.org", somebody("anna@example.org.evil.test"), False),
        ("*@example.org", somebody("anna@example.org"), True),
        ("*@example.org", somebody("anna@sub.example.org"), False),
        ("*@example.org", somebody("anna@badexample.org"), False),
        ("*@example.org", somebody("example.org"), False),
        ("*@example.org", somebody('"x@example.org"@evil.test'), False),
        ("*@example.org", somebody(), False),
        ("boris@example.org, *@shop.test", somebody("anna@shop.test"), True),
        ("*@магазин.рф", somebody("anna@магазин.рф"), True),
        ("*", somebody(), True),
        ("staff", somebody("", "staff"), True),
        ("staff", somebody("", "Staff"), False),
        ("staff", somebody("staff"), False),
        ("/shop/sales team, x", somebody("", "other", "/shop/sales team"), True),
        ("anna@example.org", somebody("", "anna@example.org"), False),
    ],
)
def test_a_list_has_those_whom_it_names(
    listed: str,
    who: Claims,
    is_one: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Addresses in any case, all of a domain but no other one, groups to the letter."""
    assert People.read(listed).has(who) == is_one


@pytest.mark.parametrize(
    "listed",
    [
        "",
        " , ",
        "@example.org",
        "anna@",
        "*@",
        "anna@*",
        "*@*.example.org",
        "*@*",
        "an*@example.org",
        "anna@example.org@example.org",
        "anna@exa mple.org",
        "anna@.org",
        "staff*",
        "**",
    ],
)
def test_what_names_nobody_is_refused(listed: str) -> None:
    """It would let nobody in, or others than was meant, and nobody would know why."""
    with pytest.raises(ValueError, match=r"."):
        People.read(listed)

"""Who may do what."""

from __future__ import annotations

import pytest

from search.access.caller import EVERYBODY
from search.access.roles import LEAST, Right, Role


@pytest.mark.parametrize(
    ("role", "rights"),
    [
        (Role.GUEST, {Right.SEARCH}),
        (
            Role.VIEWER,
            {
                Right.SEARCH,
                Right.SEARCH_MANY,
                Right.KEEP_HISTORY,
                Right.SEE_PHOTOS,
                Right.SEE_CATALOGUE,
            },
        ),
        (Role.ANALYST, set(Right) - {Right.SEE_USAGE, Right.RUN}),
        (Role.OPERATOR, set(Right)),
    ],
)
def test_each_role_may_do_what_those_before_it_may(role: Role, rights: set[Right]) -> None:
    """And what the table in the README says, no more."""
    assert {right for right in Right if role.may(right)} == rights
    assert [other for other in Role if role.reaches(other)] == list(Role)[
        : list(Role).index(role) + 1
    ]


def test_every_right_belongs_to_somebody() -> None:
    """None is forgotten, and where nobody is asked everybody has all of them."""
    assert set(LEAST) == set(Right)
    assert all(EVERYBODY.may(right) for right in Right)

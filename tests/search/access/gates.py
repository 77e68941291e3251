"""A gate as the app has it, before people who sign in without a provider."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from starlette.middleware import Middleware

from search.access.access import Access
from search.access.gate import Gate
from search.access.identifying import Identifying
from search.access.people import People
from search.access.roles import Role
from search.api_keys import Keys

COOKIE: Final = "who"
ANALYST: Final = "Anna A."
# By the cookie that stands for a sign-in; Eve is in no list.
CLAIMS: Final[Mapping[str, Mapping[str, object]]] = {
    "vera": {"sub": "1", "name": "Vera", "email": "vera@example.org"},
    "anna": {"sub": "2", "name": ANALYST, "email": "anna@example.org"},
    "oleg": {"sub": "3", "name": "Oleg", "groups": ["admins"]},
    "eve": {"sub": "4", "name": "Eve", "email": "eve@elsewhere.example"},
}
LISTS: Final = {
    Role.VIEWER: People.read("*@example.org"),
    Role.ANALYST: People.read("anna@example.org"),
    Role.OPERATOR: People.read("admins"),
}
ON: Final = Access(is_on=True, allows_anonymous=False, groups_claim="groups", people=LISTS)
OFF: Final = Access(is_on=False, allows_anonymous=False, groups_claim="groups", people={})
ANYBODY: Final = Access(is_on=False, allows_anonymous=True, groups_claim="groups", people={})


def claims_of(cookies: Mapping[str, str]) -> Mapping[str, object] | None:
    """Return what a provider said of whoever has a cookie."""
    return CLAIMS.get(cookies.get(COOKIE, ""))


def identifying(access: Access, keys: Callable[[], Keys]) -> Identifying:
    """Return what finds out who somebody is."""
    return Identifying(lambda: access, claims_of, keys)


def gate(access: Access, keys: Callable[[], Keys]) -> Middleware:
    """Return the gate as a middleware."""
    return Middleware(Gate, access=lambda: access, identifying=identifying(access, keys))

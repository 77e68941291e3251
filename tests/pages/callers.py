"""People who look at a page in a test: in which role, and by which way they came."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import pytest
from pydantic import SecretStr

from pages.parts import access
from pages.parts.account import signing_in
from search.access.access import Access
from search.access.caller import Caller, Way
from search.access.claims import Claims
from search.access.roles import Role

PERSON: Final = "Q29tcGxldGVseS1tYWRlLXVwLXBlcnNv"
_UNTIL: Final = datetime(2026, 12, 12, 12, tzinfo=UTC)


def person(role: Role, name: str = "Anna Example") -> Caller:
    """Return somebody who signed in."""
    return Caller(role, Way.SIGNED_IN, name, PERSON)


def guest(key: SecretStr | None = None) -> Caller:
    """Return somebody with a demo link."""
    return Caller(Role.GUEST, Way.DEMO, "Fair in May", key=key, until=_UNTIL)


VIEWER: Final = person(Role.VIEWER)
ANALYST: Final = person(Role.ANALYST)
OPERATOR: Final = person(Role.OPERATOR)


@dataclass(slots=True)
class Door:
    """Who comes in, access being on; `error` is why nobody knows who that is.

    `stranger` is the name of somebody who signed in and has no role, `said` what else their
    provider says of them.
    """

    caller: Caller | None = None
    stranger: str = ""
    said: Mapping[str, object] = field(default_factory=dict)
    providers: tuple[str, ...] = ("",)
    error: Exception | None = None

    def look(self) -> Caller | None:
        """Return who it is."""
        if self.error is not None:
            raise self.error
        return self.caller

    def name(self) -> str:
        """Return the name of whoever signed in."""
        is_person = self.caller is not None and self.caller.way is Way.SIGNED_IN
        return self.caller.name if self.caller and is_person else self.stranger

    def claims(self) -> Claims | None:
        """Return what the provider says of whoever signed in."""
        name = self.name()
        return Claims.read({"sub": "7", "name": name, **self.said}, "groups") if name else None

    def stand_before(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Be asked by the pages."""
        on = Access(is_on=True, allows_anonymous=False, groups_claim="groups", people={})
        monkeypatch.setattr(access, "caller", self.look)
        monkeypatch.setattr(access, "later_caller", lambda: self.look)
        monkeypatch.setattr(access, "claims", self.claims)
        monkeypatch.setattr(access, "get_access", lambda: on)
        monkeypatch.setattr(signing_in, "providers", lambda: self.providers)

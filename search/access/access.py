"""Whether people have to say who they are, and which role those who did so have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Self

from search.access.caller import Caller, Way
from search.access.claims import Claims
from search.access.people import People
from search.access.roles import Role
from search.errors import SignInForNobody
from search.settings import Settings

# The highest first.
_OF_PEOPLE: Final = (Role.OPERATOR, Role.ANALYST, Role.VIEWER)


@dataclass(frozen=True, slots=True)
class Access:
    """What the settings say of access; read once, it holds as long as the process.

    `is_on` where people sign in. Where they cannot, only this machine is served, unless
    `allows_anonymous`.
    """

    is_on: bool
    allows_anonymous: bool
    groups_claim: str
    people: Mapping[Role, People]
    largest_photo: int = 10_000_000
    """In bytes: guests bring nothing else into memory, while others may bring archives of them."""

    @classmethod
    def of(cls, settings: Settings, has_own_auth: bool) -> Self:  # noqa: FBT001 - the file's say
        """Read the settings; `has_own_auth` where Streamlit's own file sets up sign-in.

        Raises SignInForNobody where people could sign in and none of them is let in.
        """
        listed = {
            Role.VIEWER: settings.viewers,
            Role.ANALYST: settings.analysts,
            Role.OPERATOR: settings.operators,
        }
        people = {role: People.read(names) for role, names in listed.items() if names}
        is_on = settings.signs_in or has_own_auth
        if is_on and not people:
            raise SignInForNobody
        return cls(
            is_on=is_on,
            allows_anonymous=settings.allow_anonymous,
            groups_claim=settings.oidc_groups,
            people=MappingProxyType(people),
            largest_photo=settings.max_bytes,
        )

    def role_of(self, claims: Claims) -> Role | None:
        """Return the highest role that somebody is listed for; None for none."""
        if not claims.person:  # nobody could tell them from others
            return None
        listed = (role for role in _OF_PEOPLE if role in self.people)
        return next((role for role in listed if self.people[role].has(claims)), None)

    def person(self, said: Mapping[str, object]) -> Caller | None:
        """Return whom a provider speaks of; None for somebody without a role."""
        claims = self.claims(said)
        role = self.role_of(claims)
        if role is None:
            return None
        return Caller(
            role, Way.SIGNED_IN, name=claims.name, person=claims.person, email=claims.email
        )

    def claims(self, said: Mapping[str, object]) -> Claims:
        """Return what a provider says of somebody, with or without a role."""
        return Claims.read(said, self.groups_claim)

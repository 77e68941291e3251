"""Whoever sends a request or looks at a page, as far as it matters what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from search.access.roles import Right, Role


class Way(StrEnum):
    """How it is known who somebody is."""

    OPEN = "open"
    """It is not: nobody is asked, and everybody may do everything."""
    SIGNED_IN = "signed_in"
    KEY = "key"
    DEMO = "demo"


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody, and their role.

    `name` is a person's, a key's or a demo link's, "" where nobody is asked; `person` tells people
    who sign in apart and says nothing else of them (see `search.access.claims`), "" for all others.
    `key` is what searches are counted with, of programs and of demo links, which end at `until`.
    """

    role: Role
    way: Way
    name: str = ""
    person: str = ""
    key: SecretStr | None = None
    until: datetime | None = None

    def may(self, right: Right) -> bool:
        """Tell whether they have a right."""
        return self.role.may(right)


EVERYBODY: Final = Caller(Role.OPERATOR, Way.OPEN)

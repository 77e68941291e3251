"""Whoever sends a request or looks at a page, as far as it matters what they may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import SecretStr

from search.access.claims import lowered
from search.access.roles import Right, Role
from search.people import LONGEST_NAME

# Of a pseudonym's characters, which tell people apart in one browser.
_OF_A_PERSON: Final = 12


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
    who sign in apart and says nothing else of them (see `search.access.claims`), "" for all others;
    `email` is their address as far as the provider vouches for it.
    `key` is what searches are counted with, of programs and of demo links, which end at `until`;
    `per_minute` says how many it may make.
    """

    role: Role
    way: Way
    name: str = ""
    person: str = ""
    email: str = ""
    key: SecretStr | None = None
    until: datetime | None = None
    per_minute: int = 0

    @property
    def signature(self) -> str:
        """What stands under what they say: two people may have one name, and none one address."""
        if self.way is not Way.SIGNED_IN or not self.email or self.email == lowered(self.name):
            return self.name
        room = LONGEST_NAME - len(self.email) - len(" ()")
        return (
            f"{self.name[:room].strip()} ({self.email})" if room > 0 else self.email[:LONGEST_NAME]
        )

    @property
    def reader(self) -> str:
        """What tells apart those who use one browser in turn, and says nothing else of them.

        It is "" where nobody is asked.
        """
        if self.way is Way.OPEN:
            return ""
        return self.person[:_OF_A_PERSON] or str(self.way)

    def may(self, right: Right) -> bool:
        """Tell whether they have a right."""
        return self.role.may(right)


EVERYBODY: Final = Caller(Role.OPERATOR, Way.OPEN)

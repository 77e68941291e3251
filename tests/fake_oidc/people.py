"""Those who have an account at the provider that is played."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final
from uuid import NAMESPACE_DNS, uuid5


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody, and what the provider says of them; `more` are further claims."""

    subject: str
    name: str
    email: str
    more: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def claims(self) -> dict[str, Any]:
        """All that is said, as an ID token has it."""
        said = {"sub": self.subject, "name": self.name, "email": self.email}
        return said | {"email_verified": True} | dict(self.more)


VERA: Final = Person("1001", "Vera Smirnova", "vera@example.org")
ANNA: Final = Person("1002", "Anna Petrova", "anna@example.org", {"groups": ["analysts"]})
OLEG: Final = Person("1003", "Oleg Ivanov", "oleg@example.org", {"groups": ["admins", "staff"]})
STRANGER: Final = Person("1004", "Sam Stranger", "sam@example.com")
# More than fits into one cookie, as people have who are in all groups of a large house.
_GROUPS: Final = tuple(str(uuid5(NAMESPACE_DNS, str(number))) for number in range(150))
BORIS: Final = Person("1005", "Boris Many", "boris@example.org", {"groups": [*_GROUPS, "admins"]})
# Whoever may type any address into a form is not believed.
IMPOSTOR: Final = Person("1006", "Ivan Impostor", "oleg@example.org", {"email_verified": False})

PEOPLE: Final = (VERA, ANNA, OLEG, STRANGER, BORIS, IMPOSTOR)

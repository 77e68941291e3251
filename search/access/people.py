"""Lists of the people who have a role, as somebody writes them into a setting."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Self

from search.access.claims import Claims, lowered
from search.people import tidy

EVERYBODY: Final = "*"
# What stands before and after the @ matters only as far as it can be compared.
_ADDRESS: Final = re.compile(r"(?P<name>[^@*\s]+|\*)@(?P<domain>[^@*\s.]+(\.[^@*\s.]+)*)")


@dataclass(frozen=True, slots=True)
class People:
    """Those whom a list names: by address, by an address' domain, by group, or whoever signs in."""

    addresses: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    everybody: bool = False

    @classmethod
    def read(cls, listed: str) -> Self:
        """Read a list with commas; ValueError for an entry that names nobody, and for none.

        `*@example.org` is every address there, `*` everybody, an entry without an @ a group.
        """
        entries = [entry for part in listed.split(",") if (entry := tidy(part))]
        if not entries:
            raise ValueError("nobody")
        found = [_ADDRESS.fullmatch(lowered(entry)) for entry in entries if "@" in entry]
        addresses = [match for match in found if match is not None]
        others = [entry for entry in entries if "@" not in entry]
        groups = frozenset(entry for entry in others if entry != EVERYBODY)
        if len(addresses) < len(found) or any(EVERYBODY in group for group in groups):
            raise ValueError("neither an address nor a group")
        return cls(
            addresses=frozenset(one[0] for one in addresses if one["name"] != EVERYBODY),
            domains=frozenset(one["domain"] for one in addresses if one["name"] == EVERYBODY),
            groups=groups,
            everybody=EVERYBODY in others,
        )

    @property
    def entries(self) -> int:
        """How many entries the list has, each counted once."""
        return len(self.addresses) + len(self.domains) + len(self.groups) + self.everybody

    def has(self, claims: Claims) -> bool:
        """Tell whether somebody is one of them."""
        if self.everybody or claims.groups & self.groups:
            return True
        _, at, domain = claims.email.rpartition("@")
        return bool(at) and (claims.email in self.addresses or domain in self.domains)

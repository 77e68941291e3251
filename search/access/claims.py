"""What a provider says of somebody who signed in: who it is, and in which groups."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self

from search.people import LONGEST_NAME, tidy

# Of a hash's bytes: 192 bits, 32 characters of an address, as a visitor's cookie has them.
_BYTES: Final = 24


@dataclass(frozen=True, slots=True)
class Claims:
    """Somebody, as a provider knows them.

    `name` is what to call them, at most 80 characters. `email` is "" where there is none, or none
    that the provider vouches for. `person` tells people apart and says nothing of them; it is ""
    where the provider names nobody.
    """

    name: str
    email: str
    groups: frozenset[str]
    person: str

    @classmethod
    def read(cls, said: Mapping[str, object], groups_claim: str) -> Self:
        """Read a provider's claims; `groups_claim` says where the groups are, dots for nesting."""
        email = "" if _is_denied(said.get("email_verified")) else _text(said, "email")
        called = (_text(said, key) for key in ("name", "preferred_username", "email", "sub"))
        return cls(
            name=next(filter(None, called), "")[:LONGEST_NAME].strip(),
            email=email.casefold(),
            groups=_groups(said, groups_claim),
            person=_person(said),
        )


def _person(said: Mapping[str, object]) -> str:
    """Return the pseudonym: the subject alone is unique with one issuer only."""
    issuer, subject = said.get("iss"), said.get("sub")
    if not isinstance(subject, str) or not subject:
        return ""
    # No address has a line break, so that no other pair is written in the same way.
    named = f"{issuer if isinstance(issuer, str) else ''}\n{subject}"
    digest = sha256(named.encode("utf-8", "surrogatepass")).digest()
    return urlsafe_b64encode(digest[:_BYTES]).decode()


def _text(said: Mapping[str, object], key: str) -> str:
    value = said.get(key)
    return tidy(value) if isinstance(value, str) else ""


def _is_denied(verified: object) -> bool:
    """Tell whether a provider says that an address is not verified; some write it as a text."""
    return verified is False or (isinstance(verified, str) and verified.strip().lower() == "false")


def _groups(said: Mapping[str, object], claim: str) -> frozenset[str]:
    found = _at(said, claim)
    if isinstance(found, str):
        found = [found]
    if isinstance(found, Mapping):  # as ZITADEL has it: role -> who gave it
        found = list(found)
    if not isinstance(found, (list, tuple)):
        return frozenset()
    return frozenset(name for group in found if isinstance(group, str) and (name := tidy(group)))


def _at(said: Mapping[str, object], claim: str) -> object:
    """Return what stands at a dotted claim. Names may have dots: https://example.org/groups."""
    if claim in said:
        return said[claim]
    found: object = said
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found

"""What a provider says of somebody who signed in: who it is, and in which groups."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Final, Self
from unicodedata import category

from search.people import LONGEST_NAME, tidy

# Of a hash's bytes: 192 bits, 32 characters of an address, as a visitor's cookie has them.
_BYTES: Final = 24
# Unicode's format characters: they turn the direction of what follows, or take no room.
_INVISIBLE: Final = "Cf"
_ADDRESS: Final = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+")
_SMALL: Final = {ord(one): one.lower() for one in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"}


def lowered(address: str) -> str:
    """Return an address with the letters A to Z in small: no others are alike for certain."""
    return address.translate(_SMALL)


@dataclass(frozen=True, slots=True)
class Claims:
    """Somebody, as a provider knows them.

    `name` is what to call them, at most 80 characters. `email` is "" where there is none, or none
    that the provider vouches for; `is_unverified` where there is one that it does not. `person`
    tells people apart and says nothing of them; it is "" where the provider names nobody.
    """

    name: str
    email: str
    groups: frozenset[str]
    person: str
    is_unverified: bool = False

    @classmethod
    def read(cls, said: Mapping[str, object], groups_claim: str) -> Self:
        """Read a provider's claims; `groups_claim` says where the groups are, dots for nesting."""
        address = _address(said.get("email"))
        is_vouched_for = _is_vouched_for(said.get("email_verified"))
        called = (_text(said, key) for key in ("name", "preferred_username", "email", "sub"))
        return cls(
            name=next(filter(None, called), "")[:LONGEST_NAME].strip(),
            email=address if is_vouched_for else "",
            groups=_groups(said, groups_claim),
            person=_person(said),
            is_unverified=bool(address) and not is_vouched_for,
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
    """Return a text that is shown, without what turns or hides what stands around it."""
    value = said.get(key)
    if not isinstance(value, str):
        return ""
    return tidy("".join(one for one in value if category(one) != _INVISIBLE))


def _address(value: object) -> str:
    """Return an address as it is compared, "" of what is none.

    It is compared as the provider wrote it, but for the letters A to Z: two that only look or fold
    alike are two people's, and one out of which something has to be cleaned is nobody's.
    """
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value):
        return ""
    return lowered(value)


def _is_vouched_for(verified: object) -> bool:
    """Tell whether a provider's word on an address counts: where it says nothing, or yes."""
    return verified in (None, True) or (
        isinstance(verified, str) and verified.strip().lower() == "true"
    )


def _groups(said: Mapping[str, object], claim: str) -> frozenset[str]:
    found = _at(said, claim)
    if isinstance(found, str):
        found = [found]
    if isinstance(found, Mapping):  # as ZITADEL has it: role -> who gave it
        found = [name for name, given in found.items() if given is not False]
    if not isinstance(found, (list, tuple)):
        return frozenset()
    return frozenset(
        group for group in found if isinstance(group, str) and group and group == tidy(group)
    )


def _at(said: Mapping[str, object], claim: str) -> object:
    """Return what stands at a dotted claim. Names may have dots: https://example.org/groups."""
    if claim in said:
        return said[claim]
    found: object = said
    for part in claim.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found

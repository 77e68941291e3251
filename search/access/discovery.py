"""What a provider says of itself, and whether people could be sent to it to sign in."""

from __future__ import annotations

import os
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import requests

DISCOVERY: Final = "/.well-known/openid-configuration"

_SECONDS: Final = 5
_OK: Final = 200
_NEEDED: Final = ("authorization_endpoint", "token_endpoint")


class Trouble(StrEnum):
    """Why nobody could sign in at a provider; the values are keys of texts."""

    UNREACHABLE = "unreachable"
    UNTRUSTED = "untrusted"
    NOT_THERE = "not_there"
    OTHER_ISSUER = "other_issuer"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Discovered:
    """The address that was asked, the trouble with it (None: none), and what to name beside it.

    `named` is the issuer that is there, or what is missing, and "" for the other troubles.
    """

    address: str
    trouble: Trouble | None = None
    named: str = ""


def issuer_of(address: str) -> str:
    """Return an issuer as it is compared: without the way to its description, and its last /."""
    return address.rstrip("/").removesuffix(DISCOVERY).rstrip("/")


def description_of(issuer: str) -> str:
    """Return the address of a provider's description, which may be given itself."""
    given = issuer.rstrip("/")
    return given if given.endswith(DISCOVERY) else given + DISCOVERY


def discover(issuer: str) -> Discovered:
    """Fetch the description of a provider, as signing in does, and look at it."""
    address = description_of(issuer)
    try:
        # Signing in follows no redirects either.
        answer = requests.get(address, timeout=_SECONDS, allow_redirects=False, verify=_trusted())
    except requests.exceptions.SSLError:
        return Discovered(address, Trouble.UNTRUSTED)
    except requests.RequestException:
        return Discovered(address, Trouble.UNREACHABLE)
    except OSError:  # there are no authorities where they should lie
        return Discovered(address, Trouble.UNTRUSTED)
    described = _described(answer)
    if described is None:
        return Discovered(address, Trouble.NOT_THERE)
    return _judged(address, described, issuer_of(issuer))


def _judged(address: str, described: dict[str, object], issuer: str) -> Discovered:
    said = described.get("issuer")
    if not isinstance(said, str) or said.rstrip("/") != issuer:
        return Discovered(address, Trouble.OTHER_ISSUER, str(said or "–"))
    missing = [name for name in _NEEDED if not described.get(name)]
    if missing:
        return Discovered(address, Trouble.INCOMPLETE, ", ".join(missing))
    return Discovered(address)


def _described(answer: requests.Response) -> dict[str, object] | None:
    if answer.status_code != _OK:
        return None
    try:
        described = answer.json()
    except requests.exceptions.JSONDecodeError:
        return None
    return described if isinstance(described, dict) else None


def _trusted() -> str | bool:
    """Return where the authorities lie that signing in trusts; True for the usual ones."""
    return os.environ.get("SSL_CERT_FILE") or os.environ.get("SSL_CERT_DIR") or True

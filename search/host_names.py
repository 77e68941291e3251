"""The names by which the app may be called, as somebody lists them and as requests give them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final

ANY: Final = "*"
# Browsers take every name that ends so to the machine that they run on, and ask nobody.
LOOPBACK: Final = ("localhost", "*.localhost", "127.0.0.1", "::1")

_NAME = re.compile(r"(\*\.)?[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*")
_HOST = re.compile(r"(\[(?P<six>[^\]]*)\]|(?P<name>[^:\[\]]*))(:[0-9]{0,5})?")


def host_names(listed: str) -> tuple[str, ...]:
    """Return the names in a list with commas, as `is_called` wants them; ValueError for no name.

    `*.example.org` is every name below example.org, `*` any. Letters beyond ASCII become what
    browsers send for them.
    """
    names = tuple(_name(part.strip()) for part in listed.split(",") if part.strip())
    if not names:
        raise ValueError("no name")
    return names


def is_called(host: str, names: Iterable[str]) -> bool:
    """Tell whether a Host header names one of these, at whatever port."""
    found = _HOST.fullmatch(host)
    if found is None:
        return False
    called = (found["six"] or found["name"] or "").lower().removesuffix(".")
    return any(
        called == name or (name.startswith("*.") and called.endswith(name[1:])) for name in names
    )


def is_loopback(address: str) -> bool:
    """Tell whether an address is the machine itself; a name or a socket's path is not."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return (getattr(found, "ipv4_mapped", None) or found).is_loopback


def is_this_machine(host: str) -> bool:
    """Tell whether a server that listens at a name or address is reached from this machine only."""
    return is_loopback(host) or is_called(host, LOOPBACK)


def _name(given: str) -> str:
    if given == ANY:
        return given
    try:
        return str(ip_address(given.removeprefix("[").removesuffix("]")))
    except ValueError:
        name = given.removesuffix(".").encode("idna").decode().lower()
    if not _NAME.fullmatch(name):
        raise ValueError("not a name")
    return name

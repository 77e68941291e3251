"""A name -> the IP addresses it stands for, all of them judged, in bounded time."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from ipaddress import ip_address

from search.errors import AddressRefused, AddressUnfetchable, AddressUnreachable
from search.fetching.address import Address, IPAddress
from search.fetching.networks import refusal_of

# Given a name, the IP addresses in words; raises socket.gaierror.
Lookup = Callable[[str], Sequence[str]]
REMEMBERED_SECONDS = 60.0
MOST_REMEMBERED = 1_000


def look_up(name: str) -> list[str]:
    """Ask the system's resolver."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


class Names:
    """What names stand for, remembered for a minute: a catalogue has thousands of one host."""

    def __init__(self, lookup: Lookup, *, private: bool) -> None:
        self._lookup = lookup
        self._private = private
        self._known: dict[str, tuple[float, tuple[IPAddress, ...]]] = {}

    def ips(self, address: Address, ends: float) -> tuple[IPAddress, ...]:
        """Return what may be connected to, at least one.

        One address that is refused refuses the name, for nobody who means well mixes them. Raises
        AddressRefused, AddressUnfetchable or AddressUnreachable, and TimeoutError at `ends` (by
        time.monotonic).
        """
        if address.ip:
            self._judge(address, [address.ip])
            return (address.ip,)
        until, ips = self._known.get(address.name, (0.0, ()))
        if until > time.monotonic():
            return ips
        ips = tuple(self._asked(address, ends))
        self._judge(address, ips)
        if len(self._known) >= MOST_REMEMBERED:
            self._known.clear()
        self._known[address.name] = (time.monotonic() + REMEMBERED_SECONDS, ips)
        return ips

    def _judge(self, address: Address, ips: Sequence[IPAddress]) -> None:
        for ip in ips:
            if reason := refusal_of(ip, private=self._private):
                raise AddressRefused(host=address.host, reason=reason)

    def _asked(self, address: Address, ends: float) -> list[IPAddress]:
        """Look up in a thread of its own: a resolver takes the time it likes."""
        result: Future[Sequence[str]] = Future()

        def ask() -> None:
            try:
                result.set_result(self._lookup(address.name))
            except Exception as error:  # noqa: BLE001 - handed to the thread that waits
                result.set_exception(error)

        threading.Thread(target=ask, name="name-lookup", daemon=True).start()
        found: Sequence[str] = ()
        with suppress(socket.gaierror, UnicodeError):
            found = result.result(timeout=max(0.0, ends - time.monotonic()))
        if found:
            return [ip_address(ip) for ip in found]
        error = result.exception()
        if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
            raise AddressUnreachable(host=address.host, reason="@reasons.network_lookup")
        raise AddressUnfetchable(host=address.host, reason="@reasons.network_name")

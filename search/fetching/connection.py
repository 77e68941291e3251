"""HTTP over one socket, every step of it within what is left of one deadline.

Deadlines are moments of time.monotonic. Each step raises TimeoutError when one is reached, another
OSError when the connection breaks, and h11.RemoteProtocolError for what is no HTTP.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import h11
from urllib3 import HTTPHeaderDict
from urllib3.util import wait_for_read

from search.fetching.address import Address, IPAddress

# Given an IP address with a port, and seconds: a connected socket, or OSError.
Dial = Callable[[tuple[str, int], float], socket.socket]
CONNECT_SECONDS = 5.0
MOST_ATTEMPTS = 3
MOST_HEADER_BYTES = 32_768
USER_AGENT = "Likeness"
_CHUNK = 65_536
_HEADERS = (
    ("User-Agent", USER_AGENT),
    ("Accept", "image/jpeg, image/png, image/webp, image/gif, image/heic, */*;q=0.1"),
    ("Accept-Encoding", "identity"),
)


class Peer(NamedTuple):
    """What a connection is good for: it may be used again for these four alone."""

    scheme: str
    name: str
    port: int
    ip: IPAddress


def peer_of(address: Address, ip: IPAddress) -> Peer:
    """Name the peer at one of the addresses of a host."""
    return Peer(address.scheme, address.name, address.port, ip)


@dataclass(frozen=True, slots=True)
class Head:
    """An answer without its body."""

    status: int
    headers: HTTPHeaderDict = field(repr=False)


class Connection:
    """One connection, for one thread at a time; only `end` may come from another."""

    def __init__(self, peer: Peer, connected: socket.socket) -> None:
        self.peer = peer
        self.ended = False
        self._socket = connected
        self._http = h11.Connection(h11.CLIENT, max_incomplete_event_size=MOST_HEADER_BYTES)

    def get(self, address: Address, ends: float) -> Head:
        """Ask for a picture and read the answer as far as its headers."""
        headers = [("Host", address.host), *_HEADERS]
        request = h11.Request(method="GET", target=address.target, headers=headers)
        asked = self._http.send(request) or b""
        self._socket.settimeout(_left(ends))
        self._socket.sendall(asked + (self._http.send(h11.EndOfMessage()) or b""))
        while not isinstance(event := self._event(ends), h11.Response):
            if not isinstance(event, h11.InformationalResponse):
                raise ConnectionResetError
        told = HTTPHeaderDict()
        for name, value in event.headers:
            told.add(name.decode("ascii"), value.decode("latin-1"))
        return Head(event.status_code, told)

    def body(self, ends: float) -> Iterator[bytes]:
        """Read the answer's body, bit by bit, as it was sent."""
        while isinstance(event := self._event(ends), h11.Data):
            yield bytes(event.data)
        if not isinstance(event, h11.EndOfMessage):
            raise ConnectionResetError

    def renew(self) -> bool:
        """Make ready for the next picture; False when the connection has had its day."""
        if self._http.trailing_data[0]:  # an answer to what was not asked yet
            return False
        try:
            self._http.start_next_cycle()
        except h11.LocalProtocolError:
            return False
        return True

    @property
    def quiet(self) -> bool:
        """Whether nothing has come that nobody asked for, such as the other side's farewell."""
        return not wait_for_read(self._socket, timeout=0.0)

    def end(self) -> None:
        """End it for the thread that reads from it, from any other."""
        self.ended = True
        try:
            # Past the TLS layer, which is in that thread's hands.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)
        except OSError:  # it has ended by itself
            return

    def close(self) -> None:
        """Give the socket back."""
        self._socket.close()

    def _event(self, ends: float) -> object:
        over = False
        while True:
            try:
                event = self._http.next_event()
            except h11.RemoteProtocolError:
                if over:
                    raise ConnectionResetError from None
                raise
            if event is not h11.NEED_DATA:
                return event
            self._socket.settimeout(_left(ends))
            received = self._socket.recv(_CHUNK)
            over = not received
            self._http.receive_data(received)


def connect(
    address: Address, ips: Sequence[IPAddress], ends: float, dial: Dial, trust: ssl.SSLContext
) -> Connection:
    """Connect to the first of a host's addresses that answers; the name is not looked up again."""
    for last, ip in _attempts(ips):
        try:
            connected = dial((str(ip), address.port), min(CONNECT_SECONDS, _left(ends)))
        except OSError:
            if last:
                raise
            continue
        if address.scheme == "https":
            connected = _encrypted(connected, address.name, ends, trust)
        return Connection(peer_of(address, ip), connected)
    raise ConnectionError


def _attempts(ips: Sequence[IPAddress]) -> Iterator[tuple[bool, IPAddress]]:
    tried = ips[:MOST_ATTEMPTS]
    for number, ip in enumerate(tried, start=1):
        yield number == len(tried), ip


def _encrypted(
    connected: socket.socket, name: str, ends: float, trust: ssl.SSLContext
) -> ssl.SSLSocket:
    """Shake hands, with the name that the certificate must have, not the IP address."""
    try:
        connected.settimeout(_left(ends))
        return trust.wrap_socket(connected, server_hostname=name)
    except BaseException:
        connected.close()
        raise


def _left(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left

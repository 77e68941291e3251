"""An address -> the bytes of its picture, whoever wrote the address and whatever answers there."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import h11
from requests.utils import DEFAULT_CA_BUNDLE_PATH

from search.decoding import MEGABYTE
from search.errors import (
    AddressRefused,
    AddressUnfetchable,
    AddressUnreachable,
    FetchTimeout,
    PictureTooLargeThere,
)
from search.fetching.address import Address, IPAddress, read_address
from search.fetching.answers import (
    OK,
    SENDS_ON,
    SNIFFED,
    refusal_of_status,
    refuse_packed,
    refuse_page,
)
from search.fetching.connection import Connection, Dial, Head, connect, peer_of
from search.fetching.idle import Idle
from search.fetching.names import Lookup, Names, look_up
from search.photo import DEFAULT_MAX_BYTES

DEFAULT_SECONDS = 20.0
MOST_REDIRECTS = 3
# An answer that is not wanted is read as far as this, so that its connection can be used again.
UNWANTED_BYTES, UNWANTED_SECONDS = 16_384, 1.0
# How much earlier than promised a wait may end by the system's clock.
_TICK = 0.05


class Fetcher:
    """Used from any number of threads; close it, or use it as a context manager.

    `private`: pictures may come from private networks and this machine itself. `max_bytes` is the
    largest picture; `seconds` is how long one may take, looking up its host and every redirect
    included; `ports` are those that are gone to, any without it. The rest is for tests: how names
    are looked up, how an IP address is connected to, and which authorities' certificates are
    trusted (the system's and the public ones).
    """

    def __init__(
        self,
        *,
        private: bool = False,
        max_bytes: int = DEFAULT_MAX_BYTES,
        seconds: float = DEFAULT_SECONDS,
        ports: Collection[int] | None = None,
        lookup: Lookup = look_up,
        dial: Dial = socket.create_connection,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._max_bytes = max_bytes
        self._seconds = seconds
        self._ports = ports
        self._names = Names(lookup, private=private)
        self._dial = dial
        self._trust = trust or _public_trust()
        self._idle = Idle()
        self._busy: set[Connection] = set()
        self._lock = threading.Lock()
        self._closed = False

    def fetch(self, text: str) -> bytes:
        """Return what is at an address: no web page, but not looked at any closer than that.

        Raises AddressInvalid, AddressRefused, AddressUnfetchable and PictureTooLargeThere, after
        which trying again is of no use, and FetchTimeout, AddressBusy and AddressUnreachable,
        after which it may be.
        """
        ends = time.monotonic() + self._seconds
        address = read_address(text)
        for _ in range(MOST_REDIRECTS + 1):
            with self._faults_of(address, ends):
                answer = self._ask(address, ends)
            if isinstance(answer, bytes):
                return answer
            address = answer
        raise AddressUnfetchable(
            host=address.host, reason="@reasons.fetch_redirects", limit=MOST_REDIRECTS
        )

    def close(self) -> None:
        """Close the connections, those that are in use included: their pictures do not come."""
        with self._lock:
            self._closed = True
            for connection in self._busy:
                connection.end()
        self._idle.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, address: Address, ends: float) -> bytes | Address:
        """Ask once; return the picture, or where it is said to be."""
        ips = self._names.ips(address, ends)
        self._judge_port(address)
        with self._answer(address, ips, ends) as (connection, head):
            if head.status == OK:
                return self._picture(address, head, connection.body(ends))
            _skip(connection, ends)
        location = head.headers.get("Location")
        if head.status in SENDS_ON and location:
            return address.followed(_as_utf8(location))
        raise refusal_of_status(address, head.status, head.headers)

    def _judge_port(self, address: Address) -> None:
        if self._ports is not None and address.port not in self._ports:
            ports = ", ".join(map(str, sorted(self._ports)))
            raise AddressRefused(host=address.host, reason="@reasons.address_port", ports=ports)

    @contextmanager
    def _answer(
        self, address: Address, ips: tuple[IPAddress, ...], ends: float
    ) -> Iterator[tuple[Connection, Head]]:
        """Lend a connection and the head of its answer; keep it if all of the answer was read."""
        connection = self._idle.take([peer_of(address, ip) for ip in ips])
        head = self._reused(connection, address, ends) if connection else None
        if connection is None or head is None:
            connection = self._in_use(connect(address, ips, ends, self._dial, self._trust))
        try:
            yield connection, head or connection.get(address, ends)
        finally:
            with self._lock:
                self._busy.discard(connection)
            self._idle.put(connection)

    def _reused(self, connection: Connection, address: Address, ends: float) -> Head | None:
        """Ask over a connection that was idle; None when it was closed in just that moment."""
        self._in_use(connection)
        try:
            return connection.get(address, ends)
        except TimeoutError:
            self._given_up(connection)
            raise
        except (OSError, h11.RemoteProtocolError):
            self._given_up(connection)
            return None

    def _in_use(self, connection: Connection) -> Connection:
        with self._lock:
            self._busy.add(connection)
            if self._closed:
                connection.end()
        return connection

    def _given_up(self, connection: Connection) -> None:
        with self._lock:
            self._busy.discard(connection)
        connection.close()

    def _picture(self, address: Address, head: Head, body: Iterator[bytes]) -> bytes:
        refuse_packed(address, head.headers)
        content = bytearray()
        # A length that is promised spares the reading; what counts is what comes.
        if int(head.headers.get("Content-Length", "0")) <= self._max_bytes:
            for piece in body:
                sniffed = len(content) >= SNIFFED
                content += piece
                if len(content) > self._max_bytes:
                    break
                if not sniffed:
                    refuse_page(address, content)
            else:
                return bytes(content)
        limit = round(self._max_bytes / MEGABYTE, 1)
        raise PictureTooLargeThere(host=address.host, limit=limit)

    @contextmanager
    def _faults_of(self, address: Address, ends: float) -> Iterator[None]:
        """Say what is wrong with a connection in the words of our own tree."""
        host = address.host
        try:
            yield
        except TimeoutError:
            if time.monotonic() >= ends - _TICK:
                raise FetchTimeout(host=host, seconds=self._seconds) from None
            raise AddressUnreachable(host=host, reason="@reasons.network_silent") from None
        except h11.RemoteProtocolError:
            raise AddressUnfetchable(host=host, reason="@reasons.fetch_not_http") from None
        except ssl.SSLCertVerificationError:
            raise AddressUnfetchable(host=host, reason="@reasons.network_certificate") from None
        except OSError as error:
            reason = "network_closed" if self._closed else _reason_of(error)
            raise AddressUnreachable(host=host, reason=f"@reasons.{reason}") from None


def _skip(connection: Connection, ends: float) -> None:
    """Read an answer that nobody wants; its status counts, even if its body never ends."""
    size = 0
    with suppress(OSError, h11.RemoteProtocolError):
        for piece in connection.body(min(ends, time.monotonic() + UNWANTED_SECONDS)):
            size += len(piece)
            if size > UNWANTED_BYTES:
                return


def _reason_of(error: OSError) -> str:
    match error:
        case ConnectionRefusedError():
            return "network_refused"
        case ConnectionError() | ssl.SSLEOFError() | ssl.SSLZeroReturnError():
            return "network_reset"
        case ssl.SSLError():
            return "network_tls"
    return "network_other"


def _as_utf8(location: str) -> str:
    """Read a header as what it is today, not as the Latin-1 of its standard."""
    return location.encode("latin-1").decode("utf-8", "replace")


def _public_trust() -> ssl.SSLContext:
    """Trust what the system trusts, a company's own authority for one, and the public ones."""
    trust = ssl.create_default_context()
    trust.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
    trust.set_alpn_protocols(["http/1.1"])
    return trust

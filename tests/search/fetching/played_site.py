"""A site of pictures on loopback: what it answers is up to the test, byte by byte if need be."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

PUBLIC = "93.184.216.34"
PICTURE = b"\xff\xd8\xff\xe0 the bytes of a picture"


class Visit:
    """One request, and the means to answer it."""

    def __init__(self, handler: BaseHTTPRequestHandler, stopping: threading.Event) -> None:
        self.path = handler.path
        self.headers: Message = handler.headers
        self.stopping = stopping
        self._handler = handler

    def send(self, data: bytes) -> bool:
        """Send bytes; False when nobody takes them any more."""
        try:
            self._handler.wfile.write(data)
        except OSError:
            self.hang_up()
        return not self._handler.close_connection

    def hang_up(self) -> None:
        """End the connection after this answer."""
        self._handler.close_connection = True


Answer = Callable[[Visit], None]


def answer(
    status: int = 200, body: bytes = PICTURE, headers: Mapping[str, str] | None = None
) -> Answer:
    """Answer whole and well."""

    def behave(visit: Visit) -> None:
        told = {"Content-Length": str(len(body)), **(headers or {})}
        lines = [f"HTTP/1.1 {status} So", *(f"{name}: {value}" for name, value in told.items())]
        visit.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    return behave


def raw(data: bytes) -> Answer:
    """Answer with these very bytes, then end the connection."""

    def behave(visit: Visit) -> None:
        visit.send(data)
        visit.hang_up()

    return behave


def endless(start: bytes, again: bytes, pause: float = 0.0) -> Answer:
    """Send the start, then the rest over and over, until nobody takes it any more."""

    def behave(visit: Visit) -> None:
        visit.send(start)
        while visit.send(again) and not visit.stopping.wait(pause):
            continue
        visit.hang_up()

    return behave


def to(location: str, status: int = 302) -> Answer:
    """Send on."""
    return answer(status, b"", {"Location": location})


class Site:
    """Use it as a context manager. `roads` are where Likeness went: IP address and port."""

    def __init__(self, trust: ssl.SSLContext | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.visits: list[Visit] = []
        self.roads: list[tuple[str, int]] = []
        self.connections = 0
        self._stopping = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _handler_for(self, self._stopping))
        self.port = self._server.server_address[1]
        if trust:
            self._server.socket = trust.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopping.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        """Where it really is."""
        return f"http://127.0.0.1:{self.port}"

    def dial(self, place: tuple[str, int], timeout: float) -> socket.socket:
        """Connect to this site, whatever address is asked for, and note what was asked for."""
        self.roads.append(place)
        return socket.create_connection(("127.0.0.1", self.port), timeout)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128


def _handler_for(site: Site, stopping: threading.Event) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            """Serve a connection; a client that leaves in the middle is no fault of ours."""
            site.connections += 1
            try:
                super().handle()
            except OSError:
                self.close_connection = True

        def do_GET(self) -> None:
            visit = Visit(self, stopping)
            site.visits.append(visit)
            site.answers.get(self.path.partition("?")[0], answer())(visit)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Stay silent: the test looks at `visits`."""

    return Handler

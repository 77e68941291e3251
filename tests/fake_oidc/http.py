"""A server on loopback, a thread a connection, that can go away and come back."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self

from tests.fake_oidc.asked import Asked, Said


class Http(ABC):
    """Use it as a context manager; `received` has every request so far."""

    def __init__(self, port: int) -> None:
        self.received: list[Asked] = []
        self._http = _Server(("127.0.0.1", port), _handler_for(self))
        self._thread = threading.Thread()

    @abstractmethod
    def answer(self, asked: Asked) -> Said:
        """Answer a request."""

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stop()
        self._http.server_close()

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://127.0.0.1:{self._http.server_address[1]}"

    def go_down(self) -> None:
        """Refuse connections, until `come_back`; the port stays ours."""
        self._stop()
        self._http.refuse()

    def come_back(self) -> None:
        """Listen again, at the same address."""
        self._http.server_activate()
        self._start()

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._serve, name="fake-oidc", daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._thread.join()

    def _serve(self) -> None:
        self._http.serve_forever(poll_interval=0.02)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def refuse(self) -> None:
        """Keep the port without listening at it."""
        self.server_close()
        self.socket = type(self.socket)(self.address_family, self.socket_type)
        self.server_bind()


def _handler_for(fake: Http) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers), body)
            fake.received.append(asked)
            said = fake.answer(asked)
            self.send_response(said.status)
            self.send_header("Content-Type", said.kind)
            self.send_header("Content-Length", str(len(said.content)))
            if said.location:
                self.send_header("Location", said.location)
            self.end_headers()
            self.wfile.write(said.content)

        do_GET = do_POST = handle_any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Stay silent: the test reads what came from `received`."""

    return Handler

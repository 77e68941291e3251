"""The server itself: a thread per connection, a script of behaviours, a record of requests."""

from __future__ import annotations

import socket
import threading
import time
from collections import deque
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from tests.fake_huggingface.behaviours import FAULTS, Behaviour, cold_start, vector
from tests.fake_huggingface.exchange import Embed, Exchange, Received
from tests.fake_huggingface.protocols import MODEL, BadRequestError, token_in
from tests.fake_huggingface.vectors import built_in_vector


class FakeHuggingFace:
    """Use it as a context manager; every method may be called from any thread.

    With a `token`, requests without it get the 401 of Hugging Face. `embed` makes a vector of a
    JPEG's bytes; `clock` tells the time that `cold_start` goes by, and `sleep` lets it go on: both
    are real unless others are given.
    """

    def __init__(
        self,
        *,
        token: str | None = None,
        embed: Embed | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] | None = None,
        port: int = 0,
    ) -> None:
        self._token = token
        self._embed = embed or built_in_vector
        self._clock = clock
        self._first_asked: float | None = None
        self._lock = threading.Lock()
        self._script: deque[Behaviour] = deque()
        self._default = vector()
        self._received: list[Received] = []
        self._stopping = threading.Event()
        self._sleep = sleep or self._stopping.wait
        self._released = threading.Event()
        self._http = _Server(("127.0.0.1", port), _handler_for(self))
        self._thread = threading.Thread()

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop listening, break every connection, end every wait."""
        self._stopping.set()
        self._stop()
        self._http.server_close()

    def go_down(self) -> None:
        """Break every connection and refuse new ones, until `come_back`."""
        self._stop()
        self._http.refuse()

    def come_back(self) -> None:
        """Listen again, at the same address."""
        self._http.server_activate()
        self._start()

    def expect(self, token: str | None) -> None:
        """From now on take this token and no other."""
        self._token = token

    @property
    def host(self) -> str:
        """Host and port, as they stand in an address."""
        return f"127.0.0.1:{self._http.server_address[1]}"

    @property
    def url(self) -> str:
        """The server's root: an Inference Endpoint, and where the other dialects' paths begin."""
        return f"http://{self.host}"

    @property
    def model_url(self) -> str:
        """The address of the founding protocol."""
        return f"{self.url}/models/{MODEL}"

    def script(self, *behaviours: Behaviour) -> None:
        """Answer the next requests with these, one each."""
        with self._lock:
            self._script.extend(behaviours)

    def otherwise(self, behaviour: Behaviour) -> None:
        """Answer every request that the script has nothing for with this."""
        with self._lock:
            self._default = behaviour

    def cold_start(self, seconds: float, then: Behaviour | None = None) -> None:
        """Sleep until the next request, then load the model for `seconds` of the server's clock."""
        with self._lock:
            self._first_asked = None
            self._default = cold_start(seconds, then or vector())

    def release(self) -> None:
        """Let every `hold` go on."""
        self._released.set()

    @property
    def received(self) -> list[Received]:
        """Every request so far, in the order in which they came."""
        with self._lock:
            return list(self._received)

    @property
    def count(self) -> int:
        """How many requests have come."""
        return len(self.received)

    @property
    def connections(self) -> int:
        """How many connections have been opened."""
        return self._http.accepted

    def _start(self) -> None:
        self._thread = threading.Thread(target=self._serve, name="fake-huggingface", daemon=True)
        self._thread.start()

    def _stop(self) -> None:
        if self._thread.is_alive():
            self._http.shutdown()
            self._http.break_connections()
            self._thread.join()

    def _serve(self) -> None:
        self._http.serve_forever(poll_interval=0.02)

    def _answer(self, handler: BaseHTTPRequestHandler, received: Received) -> None:
        with self._lock:
            self._received.append(received)
            number = len(self._received)
            if self._first_asked is None:
                self._first_asked = self._clock()
            seconds = self._clock() - self._first_asked
            behaviour = self._script.popleft() if self._script else self._default
        exchange = Exchange(
            received=received,
            handler=handler,
            embed=self._embed,
            request_id=f"Root=1-fake-{number:04}",
            stopping=self._stopping,
            released=self._released,
            seconds=seconds,
            sleep=self._sleep,
        )
        if not self._may_ask(received):
            behaviour = FAULTS["credentials"]
        behaviour(exchange)

    def _may_ask(self, received: Received) -> bool:
        """Check the token; Immich knows none."""
        if self._token is None or received.path.startswith("/predict"):
            return True
        try:
            return token_in(received) == self._token
        except BadRequestError:
            return False


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        self._open: set[socket.socket] = set()
        self.accepted = 0
        self._open_lock = threading.Lock()
        super().__init__(address, handler)

    def process_request(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as inherited
        with self._open_lock:
            self._open.add(request)
            self.accepted += 1
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:  # noqa: ANN401 - as inherited
        """Only close: a farewell before it would spoil a reset."""
        with self._open_lock:
            self._open.discard(request)
        self.close_request(request)

    def refuse(self) -> None:
        """Keep the port, so that it stays ours, without listening at it."""
        self.server_close()
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()

    def break_connections(self) -> None:
        """End what still waits for a client's next request."""
        with self._open_lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:  # the client was quicker
                    continue


def _handler_for(fake: FakeHuggingFace) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle(self) -> None:
            """Serve a connection; a client that leaves in the middle is no fault of ours."""
            try:
                super().handle()
            except ConnectionError:
                self.close_connection = True

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            if len(body) < length:  # whoever hangs up in the middle has asked nothing
                self.close_connection = True
                return
            received = Received(self.command, self.path, self.headers, body, fake._clock())
            fake._answer(self, received)

        do_GET = do_POST = do_PUT = handle_any  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
            """Stay silent: the test reads what came from `received`."""

    return Handler

"""One request, and the means to answer it well or badly."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler

Embed = Callable[[bytes], Sequence[float]]


@dataclass(frozen=True, slots=True)
class Received:
    """A request as it came over the wire; `at` is when, in seconds, by the server's clock."""

    method: str
    path: str
    headers: Message = field(repr=False)
    body: bytes = field(repr=False)
    at: float = 0.0

    @property
    def content_type(self) -> str:
        """The type without its parameters, in small letters."""
        return self.headers.get_content_type()


@dataclass(slots=True)
class Exchange:
    """What a behaviour works with.

    `stopping` is set when the server closes: whoever waits, waits on it. `released` is set by the
    test. `seconds` is how long ago the server was first asked, by its own clock; `sleep` lets that
    clock go on.
    """

    received: Received
    handler: BaseHTTPRequestHandler
    embed: Embed
    request_id: str
    stopping: threading.Event
    released: threading.Event
    seconds: float
    sleep: Callable[[float], object]

    def reply(
        self, status: int, content: object = "", headers: Mapping[str, str] | None = None
    ) -> None:
        """Send a whole answer: a string as text, bytes as they are, anything else as JSON."""
        body, content_type = _encoded(content)
        self.send(self.head(status, {"Content-Type": content_type, **(headers or {})}, len(body)))
        self.send(body)

    def head(self, status: int, headers: Mapping[str, str], length: int) -> bytes:
        """Write the status line and the headers as bytes, for answers that are cut or slow."""
        names = {"Content-Length": str(length), "Date": self.handler.date_time_string()}
        names |= {"x-request-id": self.request_id, **headers}
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
        lines = [f"HTTP/1.1 {status} {phrase}", *(f"{k}: {v}" for k, v in names.items()), "", ""]
        return "\r\n".join(lines).encode("latin-1")

    def send(self, data: bytes) -> bool:
        """Send bytes; False when the client has gone."""
        try:
            self.handler.wfile.write(data)
        except OSError:
            self.handler.close_connection = True
            return False
        return True

    def reset(self) -> None:
        """End the connection with a TCP reset instead of a farewell."""
        linger = struct.pack("ii", 1, 0)
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.handler.close_connection = True


def _encoded(content: object) -> tuple[bytes, str]:
    if isinstance(content, bytes):
        return content, "application/octet-stream"
    if isinstance(content, str):
        return content.encode(), "text/plain; charset=utf-8"
    return json.dumps(content).encode(), "application/json"

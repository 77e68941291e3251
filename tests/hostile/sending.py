"""A request sent as it is, byte for byte, and what is wrong with its answer."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from tests.hostile.files import nth
from tests.hostile.forms import Form

CONTRACT: Final = (200, 400, 413, 415, 422)
LONGEST_SECONDS: Final = 5.0
PATIENCE_SECONDS: Final = 60.0
_OK = 200
_FOUND, _FAILED = {"success", "search_id", "count"}, {"success", "error", "code", "retry"}


@dataclass(frozen=True, slots=True)
class Told:
    """What came back for a number: status 0 where nothing did."""

    number: int
    name: str
    status: int
    seconds: float
    told: Mapping[str, object] = field(default_factory=dict)
    hangs_up: bool = False

    @property
    def outcome(self) -> str:
        """The code of a failure, or the status."""
        return str(self.told.get("code", self.status))

    @property
    def trouble(self) -> str | None:
        """What is wrong with it; None for an answer as promised."""
        if self.seconds > LONGEST_SECONDS:
            return f"took {self.seconds:.1f} s"
        if self.hangs_up and self.status in (0, 400):
            return None
        if self.status not in CONTRACT:
            return f"answered with {self.status or 'nothing'}: {dict(self.told)}"
        expected = _FOUND if self.status == _OK else _FAILED
        if set(self.told) != expected or self.told["success"] is not (self.status == _OK):
            return f"answered with {self.status} and {dict(self.told)}"
        if self.status != _OK and not (self.told["error"] and self.told["code"]):
            return f"answered with {self.status} and no sentence"
        return None


def send_nth(host: str, port: int, number: int) -> Told:
    """Make the request of a number and send it."""
    return told_of(host, port, *nth(number), number=number)


def told_of(host: str, port: int, name: str, form: Form, number: int = -1) -> Told:
    """Send a request; return what came back, and after how long."""
    begin = time.monotonic()
    status, body = send(host, port, form)
    seconds = time.monotonic() - begin
    return Told(number, name, status, seconds, _read(body), form.hangs_up)


def send(host: str, port: int, form: Form) -> tuple[int, bytes]:
    """Send a request on a connection of its own; return status and body, 0 for no answer."""
    with socket.create_connection((host, port), PATIENCE_SECONDS) as connection:
        # Who is refused early still has a lot to send: the answer is there to be read all the same.
        with suppress(ConnectionError):
            connection.sendall(form.head(f"{host}:{port}") + form.body)
            if form.hangs_up:
                connection.shutdown(socket.SHUT_WR)
        answer = http.client.HTTPResponse(connection, method="POST")
        try:
            answer.begin()
            return answer.status, answer.read()
        except (OSError, http.client.HTTPException):
            return 0, b""
        finally:
            answer.close()


def _read(body: bytes) -> Mapping[str, object]:
    try:
        told = json.loads(body)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}

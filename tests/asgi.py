"""An ASGI app asked without a server: its scope, and what it answers."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Scope


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: its status (0 for none), headers, body, and the kinds of its messages."""

    status: int
    headers: Headers
    body: bytes
    kinds: list[str]


def run(asked: Awaitable[None]) -> None:
    """Let it come to its end in a thread of its own: a browser leaves a loop in this one."""

    async def ask() -> None:
        await asked

    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, ask()).result()


def scope_of(path: str, scheme: str = "http", at: str = "192.0.2.1", **headers: str) -> Scope:
    """Return a GET of a path that arrived at an address of this machine; by "ws" a handshake."""
    return {
        "type": "websocket" if scheme.startswith("ws") else "http",
        "method": "GET",
        "path": path,
        "query_string": b"",
        "scheme": scheme,
        "server": (at, 80),
        "headers": [
            (name.replace("_", "-").encode(), value.encode("latin-1"))
            for name, value in headers.items()
        ],
    }


def answer_of(app: ASGIApp, scope: Scope) -> Answer:
    """Ask an app; return what it answers, a websocket's denial included."""
    told: list[Message] = []

    async def receive() -> Message:
        return {"type": f"{scope['type']}.request", "body": b""}

    async def send(message: Message) -> None:
        told.append(message)

    run(app(scope, receive, send))
    start = next((message for message in told if message["type"].endswith("response.start")), {})
    return Answer(
        status=start.get("status", 0),
        headers=Headers(raw=list(start.get("headers", []))),
        body=b"".join(message.get("body", b"") for message in told),
        kinds=[message["type"] for message in told],
    )

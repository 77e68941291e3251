"""The HTTP routes, served on loopback as the app mounts them, and a client of them."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import requests
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from search.api.health import health_routes
from search.engine import SearchEngine
from search.scraping import Scraping
from search.web import metrics_route, routes

_TICK_SECONDS = 0.005

Content = Mapping[str, object] | bytes | Iterator[bytes]


class Client:
    """Sends requests to the routes, as the app mounts them."""

    def __init__(self, address: str, session: requests.Session) -> None:
        self.address = address
        self.session = session

    def get(self, path: str, **asked: str) -> requests.Response:
        """GET below /api."""
        return self.session.get(f"{self.address}/api/{path}", params=asked, timeout=20)

    def post(self, content: Content, language: str = "en", **headers: str) -> requests.Response:
        """POST a judgement: an object, or whatever bytes or pieces of bytes are given."""
        body = json.dumps(content) if isinstance(content, Mapping) else content
        return self.session.post(
            f"{self.address}/api/judgements",
            params={"language": language},
            headers={"Content-Type": "application/json", **headers},
            timeout=20,
            data=body,
        )

    def delete(self, number: object, who: str, **headers: str) -> requests.Response:
        """DELETE a judgement."""
        address = f"{self.address}/api/judgements/{number}"
        return self.session.delete(address, params={"who": who}, headers=headers, timeout=20)


class _Prompt(uvicorn.Server):
    """Ends as soon as it is told to and has nothing left to do: it is started a hundred times."""

    async def main_loop(self) -> None:
        """Serve until told to end."""
        await self.on_tick(0)
        while not self.should_exit:  # noqa: ASYNC110 - set by another thread
            await asyncio.sleep(_TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Answer what is under way, and end."""
        for server in self.servers:
            server.close()
        for listening in sockets or []:
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        while self.server_state.connections or self.server_state.tasks:  # noqa: ASYNC110 - sets
            await asyncio.sleep(_TICK_SECONDS)


@contextmanager
def serving(
    engine: Callable[[], SearchEngine],
    scraping: Scraping | None = None,
    middleware: Sequence[Middleware] = (),
) -> Iterator[str]:
    """Serve the routes, with /metrics and health if that is given; yield the address.

    `middleware` is what stands before them; without a gate there, everybody may do everything.
    """
    extra = [metrics_route(scraping), *health_routes(scraping)] if scraping else []
    app = Starlette(routes=[Mount("/api", routes(engine)), *extra], middleware=[*middleware])
    server = _Prompt(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)


@contextmanager
def client_of(engine: Callable[[], SearchEngine]) -> Iterator[Client]:
    """Serve the routes and yield a client of them."""
    with serving(engine) as address, requests.Session() as session:
        yield Client(address, session)

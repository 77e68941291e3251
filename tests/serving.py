"""The HTTP routes, served on loopback as the app mounts them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from search.engine import SearchEngine
from search.web import routes


@contextmanager
def serving(engine: Callable[[], SearchEngine]) -> Iterator[str]:
    """Serve the routes and yield the server's address."""
    app = Starlette(routes=[Mount("/api", routes(engine))])
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        server.should_exit = True
        thread.join(20)

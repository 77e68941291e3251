"""By which names the app answers; whoever calls it otherwise is refused before anything runs.

A page of another site may have its name lead to this machine (DNS rebinding): for the browser both
are one site then, and what is here could be read there. The Host header tells them apart.

Starlette's TrustedHostMiddleware does not: it knows no path that answers to every name, says
nothing of what to do, and cannot be told its names later than when the app is built.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from search.errors import HostRefused
from search.host_names import ANY, LOOPBACK, is_called, is_loopback
from search.refusing import path_of, refuse

# A platform asks by a name or address of its own, as Railway does by healthcheck.railway.app; and
# the answer tells nothing but that the process lives.
FOR_EVERYBODY: Final = "/healthz"


class AllowedHosts:
    """ASGI middleware: refuses requests and websocket handshakes for other hosts than `names()`.

    Without names, whatever came over the loopback interface must call this machine by a name that
    no other site can have, and all else may call it anything. `names` is asked when somebody comes.
    """

    def __init__(self, app: ASGIApp, names: Callable[[], tuple[str, ...]]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is for this app."""
        if scope["type"] not in ("http", "websocket") or self._is_for_us(scope):
            await self._app(scope, receive, send)
        else:
            await refuse(HostRefused(), scope, receive, send)

    def _is_for_us(self, scope: Scope) -> bool:
        if scope["type"] == "http" and path_of(scope) == FOR_EVERYBODY:
            return True
        names = self._names() or (LOOPBACK if is_loopback(reached_at(scope)) else (ANY,))
        if ANY in names:
            return True
        hosts = Headers(scope=scope).getlist("host")
        return len(hosts) == 1 and is_called(hosts[0], names)


def reached_at(scope: Scope) -> str:
    """Return the address of this machine at which a connection arrived; "" where nobody knows."""
    server = scope.get("server")
    return str(server[0]) if server else ""

"""What browsers are told to forbid: every answer of the process says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.https import came_by_https

_POLICY: Final = "Content-Security-Policy"
# Addresses of searches are seen by whoever has them: no other site is told where somebody was.
ALWAYS: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": (
        "camera=(self), display-capture=(), geolocation=(), microphone=(), midi=(), payment=(), "
        "usb=()"
    ),
}
# For this host alone: what else runs on its neighbours is not known here.
BY_HTTPS: Final = {"Strict-Transport-Security": "max-age=31536000"}

_NOT_MODIFIED = 304
_A_HOST = re.compile(r"([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?")


def policy(request: HTTPConnection, scripts: Iterable[str] = ()) -> str:
    """Return the content security policy of an answer: nothing comes from another host.

    `scripts` are the sources of inline scripts that may run, such as 'sha256-...'. What is looser
    than 'self' is Streamlit's: it begins each component's script from a blob, writes styles into
    the page, and counts in WebAssembly. It could do without that, but each page would then report
    something forbidden, and nobody would see a report that matters.
    """
    directives = {
        "default-src": "'none'",
        "script-src": " ".join(["'self'", "blob:", "'wasm-unsafe-eval'", *scripts]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "media-src": "'self' blob:",
        "connect-src": " ".join(["'self'", *_websockets(request)]),
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'self'",
        "object-src": "'none'",
    }
    return "; ".join(f"{name} {sources}" for name, sources in directives.items())


class SecurityHeaders:
    """ASGI middleware: adds the headers to every answer, and closes the cookies of all below it.

    An answer that has one of them already keeps its own. `scripts` returns the sources of the
    page's inline scripts; it is asked when somebody comes.
    """

    def __init__(self, app: ASGIApp, scripts: Callable[[], Iterable[str]] = tuple) -> None:
        self._app = app
        self._scripts = scripts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; add headers to what is no websocket."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request, is_answering = HTTPConnection(dict(scope)), False

        async def give(message: Message) -> None:
            nonlocal is_answering
            if message["type"] == "http.response.start":
                is_answering = True
                self._add(request, message)
            await send(message)

        try:
            await self._app(scope, receive, give)
        except Exception:
            # Starlette would answer outside of here, without them; it still logs what is raised.
            if not is_answering:
                await PlainTextResponse("Internal Server Error", 500)(scope, receive, give)
            raise

    def _add(self, request: HTTPConnection, start: Message) -> None:
        headers, is_https = MutableHeaders(scope=start), came_by_https(request)
        for name, value in (ALWAYS | BY_HTTPS if is_https else ALWAYS).items():
            headers.setdefault(name, value)
        # With a 304 the browser would put this one in the place of a stricter one that it keeps.
        if start["status"] != _NOT_MODIFIED:
            headers.setdefault(_POLICY, policy(request, self._scripts()))
        start["headers"] = [
            (name, _closed(value, is_https) if name.lower() == b"set-cookie" else value)
            for name, value in start["headers"]
        ]


def _closed(cookie: bytes, is_https: bool) -> bytes:  # noqa: FBT001 - how the visitor came
    """Return a cookie that goes by https alone where there is https, and to no other site's forms.

    Streamlit does not know of a proxy's https. Whether scripts may read a cookie is left as it is:
    Streamlit's own script sends one of them back as proof that it is no other site's.
    """
    said = {part.partition(b"=")[0].strip().lower() for part in cookie.split(b";")[1:]}
    if b"samesite" not in said:
        cookie += b"; SameSite=Lax"
    if is_https and b"secure" not in said:
        cookie += b"; Secure"
    return cookie


def _websockets(request: HTTPConnection) -> list[str]:
    """Return the page's own host as a source of websockets: not every browser's 'self' has them."""
    host = request.headers.get("host", "")
    if not _A_HOST.fullmatch(host):
        return []
    return [f"{'wss' if came_by_https(request) else 'ws'}://{host}"]

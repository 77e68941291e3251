"""Whoever comes to the pages is given a random cookie, by which their own history is found."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable
from typing import Final

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.https import came_by_https

NAME: Final = "likeness_visitor"
A_YEAR: Final = 365 * 24 * 60 * 60
# Nobody guesses 192 bits; they are 32 characters of an address.
_BYTES: Final = 24
_FORM: Final = re.compile(r"[A-Za-z0-9_-]{32}")


def is_visitor(value: str) -> bool:
    """Tell whether a text is such as this module gives to visitors."""
    return _FORM.fullmatch(value) is not None


class VisitorCookie:
    """ASGI middleware: the page itself, and nothing else, brings the cookie `NAME` along.

    A visitor keeps theirs, for a year from the last visit; what nobody was given here is replaced.
    The websocket that the page opens carries it. `base` returns the path below which the app is,
    "" for the whole host: it is asked when somebody comes, since settings may not be read before.
    """

    def __init__(self, app: ASGIApp, base: Callable[[], str] = str) -> None:
        self._app = app
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through; add a header to a page's answer."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        # As it came: on its way through the app it learns what it was mounted below.
        request = Request(dict(scope))

        async def give(message: Message) -> None:
            if message["type"] == "http.response.start" and is_page(request, message):
                self._give(request, MutableHeaders(scope=message))
            await send(message)

        await self._app(scope, receive, give)

    def _give(self, request: Request, headers: MutableHeaders) -> None:
        known = request.cookies.get(NAME, "")
        visitor = known if is_visitor(known) else secrets.token_urlsafe(_BYTES)
        written = Response()
        give_cookie(written, request, self._base(), NAME, visitor, A_YEAR)
        headers.append("set-cookie", written.headers["set-cookie"])
        headers["cache-control"] = _asked_for_each_time(headers.get("cache-control", ""))


def give_cookie(  # noqa: PLR0917 - all that a cookie is
    answer: Response, request: Request, base: str, name: str, value: str, seconds: int | None
) -> None:
    """Add a cookie to an answer: for this app's path, for no script, and for no other site's forms.

    It goes by https alone where the visitor came by it, and ends with the browser for None.
    """
    answer.set_cookie(
        name,
        value,
        max_age=seconds,
        path=cookie_path(request, base),
        secure=came_by_https(request),
        httponly=True,
        samesite="lax",
    )


def cookie_path(request: Request, base: str) -> str:
    """Return the path of this app's cookies: where it is mounted, and `base` below that.

    For our own routes it is mounted below the base already, see `search.base_path`.
    """
    mounted, below = request.scope.get("root_path", "").strip("/"), base.strip("/")
    if f"/{mounted}".endswith(f"/{below}"):
        below = ""
    return "/" + "/".join(filter(None, (mounted, below)))


def _asked_for_each_time(allowed: str) -> str:
    """Return what a page says to caches, so that each visit renews the cookie.

    A shared cache would give everybody the same one. A browser that does not ask shows the page of
    before an update; and a 304 says it again, since browsers put its words in place of the page's.
    """
    said = [part.strip() for part in allowed.split(",") if part.strip()]
    if "no-store" in said:
        return allowed
    return ", ".join(dict.fromkeys(("private", "no-cache", *said)))


def is_page(request: Request, start: Message) -> bool:
    """Tell whether an answer is a page, or that the browser has it already."""
    if start["status"] == 304:  # noqa: PLR2004 - which says nothing of what it is about
        return "text/html" in request.headers.get("accept", "")
    kind = MutableHeaders(scope=start).get("content-type", "")
    return start["status"] == 200 and kind.startswith("text/html")  # noqa: PLR2004 - HTTP's own

"""A demo link: its key leaves the address for a cookie, so that nobody passes it on with a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Final
from urllib.parse import quote, unquote_plus

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.access.local_addresses import OTHER_SITES
from search.api.answering import NO_STORE
from search.api_keys import DEMO_PARAMETER, Keys, is_key
from search.calls import utc_now
from search.errors import DemoLinkEnded, LikenessError
from search.refusing import path_of, told_to_people
from search.store.api_keys import ApiKey
from search.visitor_cookie import give_cookie, is_page

DEMO_COOKIE: Final = "likeness_demo"
LEAVE: Final = "/demo/leave"
"""Where somebody leaves a demo, below the path that the app is at."""
# With ENDED for its value it tells the page that the link leads nowhere any more, with LEFT that
# somebody has left.
TOLD: Final = "demo_link"
ENDED: Final = "ended"
LEFT: Final = "left"

# Whoever tries links may ask the database by so many threads, and keeps nobody else waiting.
LOOKS_AT_ONCE: Final = 4
# No site is told of the address with the key.
_TOLD_NOBODY: Final = {"Referrer-Policy": "no-referrer"}
_NOWHERE: Final = NO_STORE | _TOLD_NOBODY
_SEE_OTHER = 303
# What may stand in a path's last part and in a query as it came.
_AS_IT_CAME = "%=&?@:/!$'()*+,;[]"


def demo_key(cookies: Mapping[str, str]) -> str | None:
    """Return the key that a browser has from a demo link; None without one, or for no key."""
    key = cookies.get(DEMO_COOKIE, "")
    return key if is_key(key) else None


class DemoLinks:
    """ASGI middleware: a page that is asked for with `demo=<key>` is answered with the cookie.

    The browser is sent on to the same page without the key; where the link has ended, without a
    cookie and with `demo_link=ended`. At LEAVE the cookie is taken away again. `keys` returns the
    engine's, and may open it; `base` the path below which the app is, see `VisitorCookie`; `now`
    the time of day.
    """

    def __init__(
        self,
        app: ASGIApp,
        keys: Callable[[], Keys],
        base: Callable[[], str] = str,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._app = app
        self._keys = keys
        self._base = base
        self._now = now
        self._threads = CapacityLimiter(LOOKS_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything through, and answer in the place of a page that came with a key."""
        if scope["type"] != "http" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        # As it came: on its way through the app it learns what it was mounted below.
        request = Request(dict(scope))
        if self._is_leaving(request):
            await self._leave(request)(scope, receive, send)
            return
        key = request.query_params.get(DEMO_PARAMETER)
        if key is None:
            await self._app(scope, receive, send)
            return
        is_held = False

        async def give(message: Message) -> None:
            nonlocal is_held
            if message["type"] == "http.response.start":
                is_held = is_page(request, message)
            if not is_held:
                await send(message)

        # Only its answer tells that something is a page.
        await self._app(scope, receive, give)
        if is_held:
            answer = await self._answer(request, key)
            await answer(scope, receive, send)

    def _is_leaving(self, request: Request) -> bool:
        path, base = path_of(request.scope), self._base().strip("/")
        return path == (f"/{base}{LEAVE}" if base else LEAVE)

    def _leave(self, request: Request) -> Response:
        """Take the cookie away, unless another site's page sends somebody there."""
        first_page = "../"  # from LEAVE, whatever path a proxy has the app below
        if request.headers.get("sec-fetch-site") in OTHER_SITES:
            return RedirectResponse(first_page, _SEE_OTHER, NO_STORE)
        address = f"{first_page}{_query(request, f'{TOLD}={LEFT}')}"
        answer = RedirectResponse(address, _SEE_OTHER, NO_STORE)
        give_cookie(answer, request, self._base(), DEMO_COOKIE, "", 0)
        return answer

    async def _answer(self, request: Request, key: str) -> Response:
        try:
            link = await to_thread.run_sync(self._look, key, limiter=self._threads)
        except DemoLinkEnded:
            return self._without(request)
        except LikenessError as error:
            return _failure(error)
        return self._with(request, key, link)

    def _look(self, key: str) -> ApiKey:
        if not is_key(key):  # no engine need be opened for that
            raise DemoLinkEnded
        return self._keys().look_demo(key)

    def _with(self, request: Request, key: str, link: ApiKey) -> Response:
        """Send the browser on with the cookie, which it has until the link ends."""
        answer = RedirectResponse(_same_page(request), _SEE_OTHER, _NOWHERE)
        left = None if link.expires_at is None else link.expires_at - self._now()
        seconds = None if left is None else int(left.total_seconds())
        give_cookie(answer, request, self._base(), DEMO_COOKIE, key, seconds)
        return answer

    def _without(self, request: Request) -> Response:
        """Send the browser on to be told that the link has ended.

        What it has of another link it keeps: any site can lead somebody to a link that is none.
        """
        return RedirectResponse(_same_page(request, f"{TOLD}={ENDED}"), _SEE_OTHER, _NOWHERE)


def _same_page(request: Request, *more: str) -> str:
    """Return the address that was asked for, without what is said of demo links, and with more.

    It is told from where the browser is, so no address leads to another host, and it is right
    below whatever path a proxy has the app.
    """
    path: bytes = request.scope.get("raw_path") or quote(request.scope["path"]).encode()
    last = path.partition(b"?")[0].rpartition(b"/")[2]
    return f"./{quote(last, safe=_AS_IT_CAME)}{_query(request, *more)}"


def _query(request: Request, *more: str) -> str:
    """Return the query that was asked with, without what is said of demo links, and with more."""
    query: bytes = request.scope["query_string"]
    kept = [
        part for part in query.split(b"&") if part and _name(part) not in (DEMO_PARAMETER, TOLD)
    ]
    kept += [part.encode() for part in more]
    return quote((b"?" if kept else b"") + b"&".join(kept), safe=_AS_IT_CAME)


def _name(part: bytes) -> str:
    """Return the name of a part of a query, as the page will read it."""
    return unquote_plus(part.partition(b"=")[0].decode("latin-1"))


def _failure(error: LikenessError) -> Response:
    """Say why nobody knows whether a link is one; it can be tried again."""
    answer = told_to_people(error)
    answer.headers.update(_TOLD_NOBODY)
    return answer

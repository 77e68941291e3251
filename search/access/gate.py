"""The gate before everything: who may come at all, and to whom what carries data is given."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.access.access import Access
from search.access.asked_by import demand, not_allowed, note_caller
from search.access.caller import Way
from search.access.doors import Doors, OfFewWords
from search.access.guest_uploads import GuestUploads, session_of
from search.access.identifying import Identifying
from search.access.local_addresses import origin
from search.access.roles import Right, Role
from search.allowed_hosts import FOR_EVERYBODY, reached_at
from search.decoding import MEGABYTE
from search.errors import (
    AccessNotSetUp,
    LikenessError,
    PagesTooMany,
    PathUnknown,
    RequestForeign,
    UploadTooLarge,
)
from search.host_names import LOOPBACK, is_called, is_loopback
from search.judging_requests import is_at
from search.refusing import is_below_api, path_of, refuse, told_to_a_page

DESCRIPTION: Final = "/api/openapi.json"
# It answers everybody, and says more to those who may know.
READINESS: Final = "/readyz"
# Files that pages give to be fetched, such as exports, and what Streamlit's page is made of.
_MEDIA: Final = re.compile(r".*/media/.*", re.DOTALL)
_UPLOAD: Final = re.compile(r".*/_stcore/upload_file(/.*)?", re.DOTALL)
# A page asks for it before it opens its websocket, and says what it is answered instead.
_BEFORE_A_PAGE: Final = re.compile(r".*/_stcore/host-config/*", re.DOTALL)
# What stands around a file in a form.
_FRAME_BYTES: Final = 16_384
# What is not below /api and carries data, wherever below a path the app is. All else there is the
# same for everybody: what Streamlit's page consists of. Who looks at it, the page asks itself.
_NEEDING: Final = (
    (re.compile(r"/metrics/*"), Right.SEE_USAGE),
    (re.compile(r".*/_stcore/metrics/*", re.DOTALL), Right.SEE_USAGE),
    (_UPLOAD, Right.SEARCH),
    (_MEDIA, Right.SEARCH),
)
# The logo, the icon and fonts come from there too, and are of the page itself. A name tells nothing
# of it: Streamlit finds a file by its hash, whatever kind it is asked for as.
_OF_THE_PAGE: Final = ("font/", "image/svg+xml")
# No route is meant by a path with one of them, and the ends of their patterns let a line end pass.
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_FAILED: Final = 400


class Gate:
    """ASGI middleware: refuses whoever may not come, and notes who sends a request to routes.

    `access` is asked when somebody comes. Where people sign in, what carries data is given to those
    who are known and may have it, and no shared cache keeps it; `doors` says how many pages may be
    open, and `uploads` how many photos guests may bring. Where they cannot, requests are passed on
    that came over the loopback interface or by a socket of this machine, others only where access
    allows it.
    """

    def __init__(
        self,
        app: ASGIApp,
        access: Callable[[], Access],
        identifying: Identifying,
        *,
        doors: Doors | None = None,
        uploads: GuestUploads | None = None,
    ) -> None:
        self._app = app
        self._access = access
        self._identifying = identifying
        self._doors = doors or Doors()
        self._uploads = uploads or GuestUploads()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what may come."""
        if scope["type"] not in ("http", "websocket") or _is_for_everybody(scope):
            await self._app(scope, receive, send)
            return
        if _CONTROL.search(scope["path"]):
            await refuse(PathUnknown(), scope, receive, send)
            return
        if scope["type"] == "websocket" and _is_a_neighbour(scope):
            await refuse(RequestForeign(), scope, receive, send)
            return
        access = self._access()
        if access.is_on and scope["type"] == "http":
            await self._ask(scope, receive, send)
        elif access.is_on:
            await self._open_page(scope, receive, send)
        elif access.allows_anonymous or _came_from_here(scope):
            await self._app(scope, receive, send)
        else:
            await refuse(AccessNotSetUp(), scope, receive, send)

    async def _ask(self, scope: Scope, receive: Receive, send: Send) -> None:
        # Nobody, until it is known better: routes that are found by a way which is not thought of
        # here refuse.
        note_caller(scope, None)
        path = path_of(scope)
        if path == READINESS:
            await self._note_leniently(scope)
        if _BEFORE_A_PAGE.fullmatch(path) and not self._doors.are_open_to_all:
            await self._tell_of_doors(scope, receive, send)
            return
        right = _needed(path)
        if right is None:
            await self._app(scope, receive, send)
            return
        try:
            leave = await self._admit(scope, right)
        except LikenessError as error:
            if _MEDIA.fullmatch(path):
                await self._give_the_page(error, scope, receive, send)
            else:
                await refuse(error, scope, receive, send)
            return
        try:
            await self._app(scope, receive, _privately(send))
        finally:
            leave()

    async def _open_page(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a page open its websocket, and count it as long as that is open."""
        visitor = await self._identifying.visitor(HTTPConnection(scope))
        try:
            leave = self._doors.enter(visitor)
        except PagesTooMany as error:
            await refuse(error, scope, receive, send)
            return
        is_trusted = visitor is not None and visitor.way is Way.SIGNED_IN
        app = self._app if is_trusted else OfFewWords(self._app)
        try:
            await app(scope, receive, send)
        finally:
            leave()

    async def _tell_of_doors(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Say that no page would open: why a websocket is refused, no browser tells its page."""
        try:
            self._doors.ask(await self._identifying.visitor(HTTPConnection(scope)))
        except PagesTooMany as error:
            await told_to_a_page(error)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _admit(self, scope: Scope, right: Right) -> Callable[[], None]:
        """Note who it is, and return what is to be called when they were answered.

        Raises for those without a right, and for guests who bring too much.
        """
        request = HTTPConnection(scope)
        caller = await self._identifying.who(request, watches=right is Right.SEE_USAGE)
        if caller is None and self._identifying.is_signed_in(request):
            raise not_allowed(right)
        note_caller(scope, caller)
        demand(request, right)
        path = path_of(scope)
        if caller and caller.role is Role.GUEST and _UPLOAD.fullmatch(path):
            _weigh(request, self._access().largest_photo)
            session = session_of(path)
            if session is not None and scope["method"] == "PUT":
                return self._uploads.begin(caller, session)
        return _nothing

    async def _give_the_page(
        self, error: LikenessError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        """Pass on what is of the page itself; refuse all else with this error."""
        is_held = False

        async def give(message: Message) -> None:
            nonlocal is_held
            if message["type"] == "http.response.start":
                kind = MutableHeaders(scope=message).get("content-type", "")
                is_held = message["status"] < _FAILED and not kind.startswith(_OF_THE_PAGE)
            if not is_held:
                await send(message)

        # Only its answer tells what something is.
        await self._app(scope, receive, give)
        if is_held:
            await refuse(error, scope, receive, send)

    async def _note_leniently(self, scope: Scope) -> None:
        try:
            caller = await self._identifying.who(HTTPConnection(scope), watches=True)
        except LikenessError:  # a wrong key, or nobody can tell
            caller = None
        note_caller(scope, caller)


def _nothing() -> None:
    pass


def _weigh(request: HTTPConnection, most: int) -> None:
    """Raise UploadTooLarge for a body that is larger than a photo may be, or says no length."""
    if "content-length" not in request.headers and "transfer-encoding" not in request.headers:
        return  # there is none
    said = request.headers.get("content-length", "")
    if not said.isdecimal() or int(said) > most + _FRAME_BYTES:
        raise UploadTooLarge(limit=round(most / MEGABYTE, 1))


def _needed(path: str) -> Right | None:
    """Return what whoever asks for a path has to be allowed; None for what everybody gets."""
    if is_below_api(path):
        return None if path == DESCRIPTION else Right.SEARCH
    return next((right for form, right in _NEEDING if form.fullmatch(path)), None)


def _is_for_everybody(scope: Scope) -> bool:
    return scope["type"] == "http" and path_of(scope) == FOR_EVERYBODY


def _is_a_neighbour(scope: Scope) -> bool:
    """Tell whether a page of another server on this machine opens a websocket.

    For Streamlit every port of localhost is the same; its page would act as whoever is signed in.
    """
    headers = Headers(scope=scope)
    page = origin(headers.get("origin", ""))
    host = page.partition("://")[2]
    return is_called(host, LOOPBACK) and not is_at(page, headers.get("host", ""))


def _came_from_here(scope: Scope) -> bool:
    """Tell whether a connection arrived at the loopback interface, or at a socket in a folder."""
    server = scope.get("server")
    return (server is not None and server[1] is None) or is_loopback(reached_at(scope))


def _privately(send: Send) -> Send:
    """Return where answers go that nobody but whoever asked may keep."""

    async def give(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers["cache-control"] = _private(headers.get("cache-control", ""))
        await send(message)

    return give


def _private(allowed: str) -> str:
    """Return what an answer says to caches, so that a shared one keeps nothing of it."""
    said = [part for one in allowed.split(",") if (part := one.strip()) not in ("", "public")]
    return ", ".join(said if {"private", "no-store"} & set(said) else ["private", *said])

"""The way to the provider at which people sign in, and back to where they came from.

Streamlit leads everybody back to its first page, whatever they had wanted to see, and says nothing
where signing in failed. Here the address is remembered on the way out, and told how it went.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Final
from urllib.parse import quote, unquote, urlsplit

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from search.access.answered import Answered, answer_of, lead
from search.access.identifying import ClaimsOf
from search.access.local_addresses import (
    OTHER_SITES,
    is_local,
    origin,
    path_and_query,
    with_,
    without,
)
from search.errors import LikenessError
from search.visitor_cookie import cookie_path, give_cookie

LOGIN: Final = "/auth/login"
LOGOUT: Final = "/auth/logout"
CALLBACK: Final = "/oauth2callback"
PARAMETER: Final = "sign_in"
"""What the page is told by: `FAILED`, or `REFUSED` by the person or the provider."""
FAILED: Final = "failed"
REFUSED: Final = "refused"
CAME_FROM: Final = "likeness_came_from"
"""The cookie, and the parameter, with the address to come back to."""
SEAL: Final = "likeness_sign_in"
"""The cookie that holds the pieces together of the one that says who is signed in."""

_TEN_MINUTES: Final = 600
# As long as Streamlit lets the browser keep the cookie that says who is signed in.
_A_MONTH: Final = 30 * 24 * 60 * 60
# By which a provider tells that somebody is back from signing in, be it without success. Whoever
# has signed out there comes back to the same address with none of them.
_ANSWERS: Final = ("code", "error", "state")
_REFUSED_THERE: Final = "access_denied"
# Servers and proxies take 8 KB for all cookies of a request; beyond that no page would open.
_HEAVIEST: Final = 7_000

log = logging.getLogger(__name__)

_Answer = Callable[[], Awaitable[Answered]]


class SignInSteps:
    """ASGI middleware around Streamlit's routes for signing in and out; all else passes through.

    `callback` returns the address to which the provider leads back, as it is registered there, ""
    where nobody can sign in; `base` the path below which the app is, as for `VisitorCookie`; both
    are asked when somebody comes. `user` is the cookie that says who is signed in; `tokens` the one
    with what only signing out needs, which is sent for that alone. Its name begins with the first.
    `seal` returns what proves that the pieces of a cookie belong together: each is signed by
    itself, and somebody could put those of two sign-ins together to a third.
    `claims_of` tells who is signed in already, as for `Identifying`, and `end` ends the sign-in of
    whoever leaves.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        callback: Callable[[], str],
        base: Callable[[], str],
        claims_of: ClaimsOf,
        user: str,
        tokens: str,
        seal: Callable[[Mapping[str, str]], str],
        end: Callable[[Mapping[str, str]], Awaitable[None]],
    ) -> None:
        self._app = app
        self._callback = callback
        self._base = base
        self._claims_of = claims_of
        self._user = user
        self._tokens = tokens
        self._seal = seal
        self._end = end

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is no step of signing in; see the others through."""
        step = self._step(scope)
        if step is None:
            await self._app(scope, receive, send)
            return

        # As it came: on its way through the app it learns what it was mounted below.
        request = Request(dict(scope))
        ending = cookie_path(request, self._base()).rstrip("/") + LOGOUT

        async def answer() -> Answered:
            answered = await answer_of(self._app, scope, receive)
            return answered.below(ending, self._tokens)

        response = await step(request, answer)
        response.headers["cache-control"] = "no-store"
        await response(scope, receive, send)

    def _step(self, scope: Scope) -> Callable[[Request, _Answer], Awaitable[Response]] | None:
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD"):
            return None
        steps = {LOGIN: self._leave, CALLBACK: self._return, LOGOUT: self._sign_out}
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        base = self._base().strip("/")
        step = steps.get(path.removeprefix(f"/{base}") if base else path)
        # Asked last: it may look into files.
        return step if step and self._callback() else None

    async def _leave(self, request: Request, answer: _Answer) -> Response:
        """Lead to the provider, and remember where from."""
        came_from = self._came_from(request)
        if moved := self._by_its_name(request, came_from):
            return RedirectResponse(moved, 302)
        answered = await answer()
        if answered.leads_away:
            response = lead(answered.location, answered)
            self._remember(request, response, came_from)
            return response
        # Streamlit leads back itself where its own mark in the address is too old, which is two
        # minutes: whoever went back to it in their browser. Nothing has failed yet.
        if not answered.location:
            came_from = with_(came_from, PARAMETER, FAILED)
        return lead(came_from, answered)

    async def _return(self, request: Request, answer: _Answer) -> Response:
        """Lead from the provider to where somebody came from, and tell how it went."""
        remembered = self._own(unquote(request.cookies.get(CAME_FROM, "")))
        asked = request.query_params
        if not any(name in asked for name in _ANSWERS):
            # Signing out has taken all cookies away: Streamlit would only warn of a replay.
            return RedirectResponse(self._first_page(), 302)
        answered = await answer()
        if answered.weight(self._user) > _HEAVIEST:
            log.error("the provider says more of somebody than fits into a cookie: fewer groups do")
            answered = answered.without(self._user)
        if not answered.sets(self._user) and not await self._was_signed_in(request, answered):
            is_refused = asked.get("error") == _REFUSED_THERE
            remembered = with_(remembered, PARAMETER, REFUSED if is_refused else FAILED)
        response = lead(remembered, answered)
        self._remember(request, response, "")
        if len(pieces := answered.pieces(self._user)) > 1:
            self._set(request, response, SEAL, self._seal(pieces), _A_MONTH)
        return response

    async def _was_signed_in(self, request: Request, answered: Answered) -> bool:
        """Tell whether somebody is, and stays so: whoever goes the way back twice, by Back."""
        if answered.touches(self._user):
            return False
        try:
            return await to_thread.run_sync(self._claims_of, request.cookies) is not None
        except LikenessError:  # nobody knows: the page will say why
            return False

    async def _sign_out(self, request: Request, answer: _Answer) -> Response:
        """Lead to where one signs out, unless another site's page sends somebody there."""
        if request.headers.get("sec-fetch-site") in OTHER_SITES:
            return RedirectResponse(self._first_page(), 302)
        await self._end(request.cookies)
        answered = await answer()
        return lead(answered.location if answered.leads_away else self._first_page(), answered)

    def _came_from(self, request: Request) -> str:
        """Return the page that sent somebody to sign in, "" where it is none of ours."""
        referer = request.headers.get("referer", "")
        if origin(referer) == origin(self._callback()) or _is_here(referer, request):
            return self._own(path_and_query(referer))
        return self._own(request.query_params.get(CAME_FROM, ""))

    def _by_its_name(self, request: Request, came_from: str) -> str:
        """Return the same step at the app's own name, "" where it is called by that one.

        Cookies are kept for one name: the provider leads to that one, and whoever left by another
        would not be known there any more.
        """
        referer = request.headers.get("referer", "")
        own = origin(self._callback())
        is_there = CAME_FROM in request.query_params or origin(referer) == own
        if is_there or not _is_here(referer, request):
            return ""
        step = f"{own}{self._first_page().rstrip('/')}{LOGIN}"
        provider = quote(request.query_params.get("provider", ""), safe="")
        return f"{step}?provider={provider}&{CAME_FROM}={quote(came_from, safe='')}"

    def _own(self, address: str) -> str:
        """Return an address without what was told by it; the first page's if it is none of ours."""
        first = self._first_page()
        return without(address, PARAMETER) if is_local(address, first) else first

    def _first_page(self) -> str:
        return urlsplit(self._callback()).path.removesuffix(CALLBACK) + "/"

    def _remember(self, request: Request, response: Response, address: str) -> None:
        """Let the browser keep an address until somebody is back; "" to forget it."""
        self._set(
            request, response, CAME_FROM, quote(address, safe=""), _TEN_MINUTES if address else 0
        )

    def _set(self, request: Request, response: Response, name: str, value: str, age: int) -> None:
        give_cookie(response, request, self._base(), name, value, age)


def _is_here(referer: str, request: Request) -> bool:
    """Tell whether a page is of the host that was asked, be it by http or https."""
    return bool(origin(referer)) and urlsplit(referer).netloc == request.headers.get("host", "")

"""Pages behind the middleware of demo links, asked as a browser asks."""

from __future__ import annotations

from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from search.access.demo_link import DEMO_COOKIE, DemoLinks
from search.api_keys import Keys
from search.security_headers import SecurityHeaders
from search.visitor_cookie import VisitorCookie
from tests.asgi import Answer, answer_of, scope_of
from tests.keys import Played
from tests.search.test_visitor_cookie import cookie_of


async def page(request: Request) -> Response:
    """Answer with a page, or that the browser has it already; it tells the cookie that came."""
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return HTMLResponse(f"<p>The page of {request.cookies.get(DEMO_COOKIE)}")


async def data(_: Request) -> Response:
    """Answer a program."""
    return JSONResponse({})


async def refused(_: Request) -> Response:
    """Answer as a gate does."""
    return HTMLResponse("<p>Not you", 403)


ROUTES = [
    Route("/api/threshold", data),
    Route("/refused", refused),
    Route("/{path:path}", page, methods=["GET", "POST"]),
]


def behind(keys: Keys, now: Played, **options: Any) -> ASGIApp:  # noqa: ANN401 - the middleware's
    """Return pages behind the middleware, and that which stands about it."""
    return Starlette(
        routes=ROUTES,
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(VisitorCookie),
            Middleware(DemoLinks, keys=lambda: keys, now=now, **options),
        ],
    )


def asked(app: ASGIApp, path: str, query: str = "", scheme: str = "http", **headers: str) -> Answer:
    """Ask for a path as a browser does, and return the answer."""
    return answer_of(app, {**scope_of(path, scheme, **headers), "query_string": query.encode()})


def cookie(answer: Answer) -> dict[str, str]:
    """Return the cookie that an answer brings; nothing without one."""
    return cookie_of([{"headers": answer.headers.raw}])

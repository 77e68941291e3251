"""Whoever comes to the page is given a cookie by which their own history is found."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
    StreamingResponse,
)
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.visitor_cookie import NAME, VisitorCookie, is_visitor
from tests.asgi import run, scope_of

KNOWN = "a_visitor-with-32-characters_xyz"
PAGE = "<p>The page"
A_PICTURE = b"\xff\xd8picture"


async def page(_: Request) -> Response:
    """Answer as Streamlit does: kept, if it is asked for again."""
    return HTMLResponse(PAGE, headers={"Cache-Control": "no-cache", "ETag": '"1"'})


async def bare(_: Request) -> Response:
    """Answer with a page that says nothing of caches."""
    return HTMLResponse(PAGE)


async def secret(_: Request) -> Response:
    """Answer with a page that no cache keeps."""
    return HTMLResponse(PAGE, headers={"Cache-Control": "no-store"})


async def unchanged(_: Request) -> Response:
    """Answer that the browser has it already."""
    return Response(status_code=304, headers={"ETag": '"1"'})


async def picture(_: Request) -> Response:
    """Answer with a picture that is kept for ever."""
    return Response(A_PICTURE, media_type="image/jpeg", headers={"Cache-Control": "immutable"})


async def lost(_: Request) -> Response:
    """Answer that there is no such page."""
    return HTMLResponse("<p>Lost", 404)


async def moved(_: Request) -> Response:
    """Lead elsewhere."""
    return RedirectResponse("/page", 301)


async def plain(_: Request) -> Response:
    """Answer with text."""
    return PlainTextResponse("a <p>")


async def pieces(_: Request) -> Response:
    """Answer with a page, piece by piece."""

    async def made() -> AsyncIterator[bytes]:
        for piece in (b"<p>", b"piece", b" by piece"):
            yield piece

    return StreamingResponse(made(), media_type="text/html")


ANSWERS = (page, bare, secret, unchanged, picture, lost, moved, plain, pieces)
ROUTES = [Route(f"/{answer.__name__}", answer) for answer in ANSWERS]


def app(**options: Any) -> ASGIApp:  # noqa: ANN401 - the middleware's own
    """Return pages and other things behind the middleware."""
    return Starlette(routes=ROUTES, middleware=[Middleware(VisitorCookie, **options)])


def sent(asked: ASGIApp, path: str, scheme: str = "http", **headers: str) -> list[Message]:
    """Return what is sent to whoever asks for a path."""
    told: list[Message] = []

    async def receive() -> Message:
        await asyncio.Event().wait()  # nobody goes away
        return {}

    async def send(message: Message) -> None:
        told.append(message)

    run(asked(scope_of(path, scheme, **headers), receive, send))
    return told


def headers_of(messages: Iterable[Message]) -> dict[str, str]:
    """Return the headers of an answer."""
    start = next(iter(messages))
    return {name.decode(): value.decode() for name, value in start["headers"]}


def cookie_of(messages: Iterable[Message]) -> dict[str, str]:
    """Return the cookie that an answer brings, and what is said of it; nothing without one."""
    written = headers_of(messages).get("set-cookie", "")
    parts = [part.strip().partition("=") for part in written.split(";") if part]
    return {name.lower(): value for name, _, value in parts}


def test_a_first_visit_brings_a_cookie() -> None:
    """No script reads it, no other site sends it, a year long; and everybody gets another one."""
    first, second = (cookie_of(sent(app(), "/page")) for _ in range(2))
    assert is_visitor(first[NAME])
    assert first[NAME] != second[NAME]
    del first[NAME]
    assert first == {"httponly": "", "samesite": "lax", "path": "/", "max-age": "31536000"}


def test_a_visitor_keeps_theirs() -> None:
    """For a year from the last visit: else somebody's pinned searches would be lost after one."""
    cookie = cookie_of(sent(app(), "/page", cookie=f"other=1; {NAME}={KNOWN}"))
    assert (cookie[NAME], cookie["max-age"]) == (KNOWN, "31536000")


@pytest.mark.parametrize(
    "value",
    ["", "short", KNOWN + "x", "x" * 5000, KNOWN[:-1] + "!", "é" * 32, f'"{KNOWN[:-1]}%"', "\\0"],
)
def test_what_nobody_was_given_here_is_replaced(value: str) -> None:
    """Whatever somebody has put into their browser: too short, too long, with other letters."""
    given = cookie_of(sent(app(), "/page", cookie=f"{NAME}={value}"))[NAME]
    assert is_visitor(given)
    assert given != value


def test_only_pages_bring_it() -> None:
    """Pictures, texts, errors and redirects stay as they are, to the last header."""
    for answer in ("picture", "lost", "moved", "plain", "unchanged", "nowhere"):
        bare_app = Starlette(routes=ROUTES)
        assert sent(app(), f"/{answer}") == sent(bare_app, f"/{answer}")


def test_a_page_that_the_browser_has_already_brings_it_too() -> None:
    """Somebody deletes their cookies and keeps the cache; a picture's 304 is none of it."""
    asked = {"accept": "text/html,application/xhtml+xml", "if_none_match": '"1"'}
    assert is_visitor(cookie_of(sent(app(), "/unchanged", **asked))[NAME])
    assert cookie_of(sent(app(), "/unchanged", accept="image/avif,*/*")) == {}


@pytest.mark.parametrize(
    ("scheme", "headers", "is_secure"),
    [
        ("http", {}, False),
        ("https", {}, True),
        ("http", {"x_forwarded_proto": "https"}, True),
        ("http", {"x_forwarded_proto": "HTTPS, http"}, True),
        ("http", {"x_forwarded_proto": "http, https"}, False),
        ("http", {"forwarded": 'for=1.2.3.4;Proto="https"'}, True),
        ("http", {"forwarded": "for=1.2.3.4;proto=http;host=https.test"}, False),
    ],
)
def test_it_is_sent_by_https_alone_where_there_is_https(
    scheme: str,
    headers: dict[str, str],
    is_secure: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Be it that only the proxy before the app knows of it."""
    assert ("secure" in cookie_of(sent(app(), "/page", scheme, **headers))) == is_secure


@pytest.mark.parametrize("base", ["shop", "/shop/"])
def test_it_is_for_the_app_alone(base: str) -> None:
    """Two apps below two paths of one host do not share their visitors."""
    below = Starlette(
        routes=[Mount("/shop", routes=ROUTES)],
        middleware=[Middleware(VisitorCookie, base=lambda: base)],
    )
    assert cookie_of(sent(below, "/shop/page"))["path"] == "/shop"


def test_it_is_for_where_the_app_is_mounted() -> None:
    """Another program may have it below a path of its own."""

    async def mounted(scope: Scope, receive: Receive, send: Send) -> None:
        await app()({**scope, "root_path": "/tools"}, receive, send)

    assert cookie_of(sent(mounted, "/tools/page"))["path"] == "/tools"


def test_no_shared_cache_gives_one_visitor_to_everybody() -> None:
    """Streamlit lets any cache keep the page: with a cookie in it, it is the visitor's own."""
    kept = {path: headers_of(sent(app(), path))["cache-control"] for path in ("/page", "/bare")}
    assert kept == dict.fromkeys(("/page", "/bare"), "private, no-cache")
    assert headers_of(sent(app(), "/secret"))["cache-control"] == "no-store"


def test_a_page_is_asked_for_on_the_next_visit_too() -> None:
    """A browser keeps the headers of the last answer, "nothing has changed" included."""
    headers = headers_of(sent(app(), "/unchanged", accept="text/html", if_none_match='"1"'))
    assert headers["cache-control"] == "private, no-cache"


def test_a_page_comes_piece_by_piece_as_ever() -> None:
    """Nothing is held back, and the body is not touched."""
    told = sent(app(), "/pieces")
    assert is_visitor(cookie_of(told)[NAME])
    bodies = [message["body"] for message in told[1:]]
    assert [body for body in bodies if body] == [b"<p>", b"piece", b" by piece"]


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_passes_untouched(kind: str) -> None:
    """The very functions that the server gave are what the app gets."""
    got: list[object] = []

    async def inner(*given: object) -> None:
        got.extend(given)

    async def receive() -> Message:
        return {}

    async def send(_: Message) -> None:
        pass

    scope: Scope = {"type": kind}
    run(VisitorCookie(inner)(scope, receive, send))
    assert got == [scope, receive, send]

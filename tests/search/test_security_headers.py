"""What every answer tells browsers to forbid."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.picture_route import ONLY_A_PICTURE
from search.security_headers import ALWAYS, SecurityHeaders
from tests.asgi import answer_of, run, scope_of

SCRIPT = "'sha256-abc='"


async def page(_: Request) -> Response:
    """Answer with a page."""
    return HTMLResponse("<p>The page")


async def picture(_: Request) -> Response:
    """Answer as the route of pictures does."""
    return Response(b"<svg/>", media_type="image/svg+xml", headers=ONLY_A_PICTURE)


async def unchanged(_: Request) -> Response:
    """Answer that the browser has it already."""
    return Response(status_code=304, headers={"ETag": '"1"'})


async def cookies(_: Request) -> Response:
    """Bring the cookies that Streamlit brings, and one of no manners."""
    answer = Response()
    for cookie in ("_streamlit_xsrf=2|a|b; Path=/; SameSite=Lax", "open=1", "own=1; secure"):
        answer.headers.append("set-cookie", cookie)
    return answer


async def broken(_: Request) -> Response:
    """Fail."""
    raise RuntimeError("a secret")


ANSWERS = (page, picture, unchanged, cookies, broken)


def app(scripts: Iterable[str] = ()) -> ASGIApp:
    """Return answers of all kinds behind the middleware."""
    routes = [Route(f"/{answer.__name__}", answer) for answer in ANSWERS]
    return Starlette(
        routes=routes, middleware=[Middleware(SecurityHeaders, scripts=lambda: scripts)]
    )


def headers_at(path: str, **asked: str) -> Mapping[str, str]:
    """Return the headers of what is answered at a path."""
    return answer_of(app(), scope_of(path, **asked)).headers


def policy_at(path: str, **asked: str) -> dict[str, list[str]]:
    """Return the sources that an answer allows, by directive."""
    said = headers_at(path, **asked)["content-security-policy"]
    return {name: sources for name, *sources in map(str.split, said.split(";"))}


@pytest.mark.parametrize("path", ["/page", "/cookies", "/nowhere", "/unchanged"])
def test_every_answer_says_what_is_forbidden(path: str) -> None:
    """What is not there, and what the browser has already, as well as a page."""
    assert (
        ALWAYS.items()
        <= {
            name.title().replace("-", "-"): value for name, value in headers_at(path).items()
        }.items()
    )


def test_nothing_comes_from_another_host() -> None:
    """Each source is this host, or what the page itself has made; no text becomes a script."""
    policy = policy_at("/page", host="shop.example:8501")
    assert policy["default-src"] == policy["object-src"] == ["'none'"]
    assert policy["connect-src"] == ["'self'", "ws://shop.example:8501"]
    own = {"'self'", "'none'", "blob:", "data:", "'unsafe-inline'", "'wasm-unsafe-eval'"}
    assert {source for name in policy for source in policy[name]} - own == {
        "ws://shop.example:8501"
    }
    assert not {"'unsafe-inline'", "'unsafe-eval'", "data:"} & set(policy["script-src"])


def test_the_pages_own_script_runs() -> None:
    """By its digest, and no other written into the page."""
    said = answer_of(app([SCRIPT]), scope_of("/page")).headers["content-security-policy"]
    assert re.search(rf"script-src [^;]*{re.escape(SCRIPT)}", said)


@pytest.mark.parametrize("host", ["", "a b", "x; script-src *", "é", "a,b", "user@host", "a:b"])
def test_a_made_up_host_writes_nothing_into_the_policy(host: str) -> None:
    """Whatever somebody puts there: it allows them nothing."""
    policy = policy_at("/page", host=host)
    assert policy["connect-src"] == ["'self'"]
    assert "*" not in policy["script-src"]


def test_a_stricter_policy_stays() -> None:
    """Nothing in a picture runs; nor when the browser is told that it has it already."""
    picture = headers_at("/picture")
    assert picture["content-security-policy"] == ONLY_A_PICTURE["Content-Security-Policy"]
    assert picture["x-frame-options"] == "SAMEORIGIN"
    assert "content-security-policy" not in headers_at("/unchanged")


def test_https_is_asked_for_where_there_is_https() -> None:
    """A browser that came by it comes by nothing else for a year; one that did not is let in."""
    by_https = [
        headers_at("/page", scheme="https", host="shop.example"),
        headers_at("/page", x_forwarded_proto="https", host="shop.example"),
    ]
    for headers in by_https:
        assert headers["strict-transport-security"] == "max-age=31536000"
        assert "wss://shop.example" in headers["content-security-policy"]
    assert "strict-transport-security" not in headers_at("/page")


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (
            {},
            [
                "_streamlit_xsrf=2|a|b; Path=/; SameSite=Lax",
                "open=1; SameSite=Lax",
                "own=1; secure; SameSite=Lax",
            ],
        ),
        (
            {"x_forwarded_proto": "https"},
            [
                "_streamlit_xsrf=2|a|b; Path=/; SameSite=Lax; Secure",
                "open=1; SameSite=Lax; Secure",
                "own=1; secure; SameSite=Lax",
            ],
        ),
    ],
)
def test_cookies_are_closed(asked: dict[str, str], expected: list[str]) -> None:
    """Streamlit's too: by https alone where there is https, and never to another site's forms."""
    answer = answer_of(app(), scope_of("/cookies", **asked))
    assert answer.headers.getlist("set-cookie") == expected


def test_a_failure_says_it_too_and_is_still_logged() -> None:
    """The answer has nothing of what went wrong; the server hears of it."""
    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    with pytest.raises(RuntimeError, match="a secret"):
        run(app()(scope_of("/broken"), receive, send))
    start, *bodies = told
    assert start["status"] == 500
    assert b"content-security-policy" in dict(start["headers"])
    assert b"secret" not in b"".join(body["body"] for body in bodies)


def test_websockets_pass_as_they_are() -> None:
    """A handshake is no page."""
    seen: list[Scope] = []

    async def inner(scope: Scope, _: Receive, send: Send) -> None:
        seen.append(scope)
        await send({"type": "websocket.accept"})

    told: list[Message] = []

    async def send(message: Message) -> None:
        told.append(message)

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    scope: Scope = {"type": "websocket", "path": "/_stcore/stream", "headers": []}
    run(SecurityHeaders(inner)(scope, receive, send))
    assert seen == [scope]
    assert told == [{"type": "websocket.accept"}]

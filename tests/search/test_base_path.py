"""Below a path of its own the app is what it is at the root, whatever a proxy makes of the path."""

from __future__ import annotations

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from search.access.access import Access
from search.allowed_hosts import AllowedHosts
from search.base_path import BasePath, check_base
from search.errors import SettingError
from search.visitor_cookie import VisitorCookie
from tests.asgi import Answer, answer_of, scope_of
from tests.search.access.gates import ANYBODY, COOKIE, OFF, ON, gate
from tests.search.access.test_gate import CLOSED, OPEN, no_keys

OWN = ("/api", "/metrics", "/healthz")
# As it may stand in the option: Streamlit takes any of them.
BASES = ["likeness", "/likeness", "likeness/", "tools/likeness"]


async def ours(request: Request) -> Response:
    """Tell which of our routes was found; of what a browser has already, that it is the same."""
    if "if-none-match" in request.headers:
        return Response(status_code=304)
    return PlainTextResponse(f"ours {request.path_params.get('name', '')}")


async def streamlits(request: Request) -> Response:
    """Tell which page was found."""
    return HTMLResponse(f"page {request.path_params['path']}")


def app(base: str, access: Access = ANYBODY, hosts: tuple[str, ...] = ()) -> ASGIApp:
    """Return routes as the app has them: ours at the root, Streamlit's below the base."""
    place = f"/{base.strip('/')}" if base else ""
    routes: list[BaseRoute] = [
        Mount("/api", routes=[Route("/{name:path}", ours)]),
        Route("/metrics", ours),
        Route("/healthz", ours),
        Mount(place or "/", routes=[Route("/{path:path}", streamlits)]),
    ]
    return Starlette(
        routes=routes,
        middleware=[
            Middleware(BasePath, base=lambda: base, own=OWN),
            Middleware(AllowedHosts, names=lambda: hosts),
            gate(access, no_keys),
            Middleware(VisitorCookie, base=lambda: base),
        ],
    )


def asked(served: ASGIApp, path: str, mounted: str = "", **headers: str) -> Answer:
    """Return the answer for a path, below the one that the server says it is mounted at."""
    return answer_of(served, {**scope_of(mounted + path, **headers), "root_path": mounted})


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("is_passed_on", [True, False], ids=["passed on", "taken off"])
@pytest.mark.parametrize("mounted", ["", "/shop"], ids=["at the root", "by --root-path"])
def test_pictures_and_pages_are_found_below_the_path(
    base: str,
    is_passed_on: bool,  # noqa: FBT001 - a column of the table
    mounted: str,
) -> None:
    """Ours and Streamlit's, by a proxy that passes the path on, and by one that takes it off."""
    served, before = app(base), f"/{base.strip('/')}" if is_passed_on else ""
    assert asked(served, f"{before}/api/pictures/17", mounted).body == b"ours pictures/17"
    assert asked(served, f"{before}/metrics", mounted).body == b"ours "
    assert asked(served, f"{before}/threshold", mounted).body == b"page threshold"
    assert asked(served, f"{before}/", mounted).body == b"page "


@pytest.mark.parametrize("path", ["/likeness/_stcore/stream", "/_stcore/stream"])
def test_a_page_opens_its_connection(path: str) -> None:
    """It is a websocket, and Streamlit's."""

    async def inner(scope: Scope, _: Receive, send: Send) -> None:
        is_there = scope["path"] == "/likeness/_stcore/stream" and not scope.get("root_path")
        await send({"type": "websocket.accept" if is_there else "websocket.close"})

    served = BasePath(inner, base=lambda: "likeness", own=OWN)
    assert answer_of(served, scope_of(path, "ws")).kinds == ["websocket.accept"]


@pytest.mark.parametrize("path", ["/likeness/", "/", "/likeness/api/pictures/17"])
@pytest.mark.parametrize("mounted", ["", "/shop"], ids=["at the root", "by --root-path"])
def test_cookies_are_for_the_path(path: str, mounted: str) -> None:
    """What else is on the same host gets none of them, and each is kept once."""
    known = {"accept": "text/html", "if_none_match": '"1"'}
    given = asked(app("likeness"), path, mounted, **known).headers["set-cookie"]
    assert f"; Path={mounted}/likeness;" in given


def test_what_only_looks_like_it_is_a_page() -> None:
    """A neighbour's path, the same path twice, and names that go on where a route's ends."""
    for path in ("/likenesses/api/17", "/likeness/apis/17", "/likeness//api/17", "/apis"):
        assert asked(app("likeness"), path).body.startswith(b"page ")
    twice = asked(app("likeness"), "/likeness/likeness/api/17")
    assert twice.body == b"page likeness/api/17"


def test_without_a_path_nothing_changes() -> None:
    """As it mostly is."""
    assert asked(app(""), "/api/pictures/17").body == b"ours pictures/17"
    assert asked(app(""), "/likeness/api/17").body == b"page likeness/api/17"


def test_an_address_with_a_slash_too_many_is_mended_below_the_path() -> None:
    """What is at the root of the same host is somebody else's."""
    answer = asked(app("likeness"), "/likeness/metrics/", host="example.org")
    assert answer.headers["location"] == "http://example.org/likeness/metrics"


@pytest.mark.parametrize("path", [*CLOSED, *OPEN])
@pytest.mark.parametrize("before", ["/likeness", ""], ids=["below it", "at the root"])
@pytest.mark.parametrize("who", ["", "eve", "vera", "oleg"])
def test_below_the_path_the_gate_asks_for_the_same_rights(before: str, path: str, who: str) -> None:
    """There is no way around it, neither by the path nor beside it."""
    cookie = {"cookie": f"{COOKIE}={who}"}
    wanted = asked(app("", ON), path, **cookie)
    found = asked(app("likeness", ON), before + path, **cookie)
    refused = [answer.status in (401, 403) for answer in (wanted, found)]
    assert refused[0] == refused[1]
    if refused[0]:
        assert (found.status, found.body) == (wanted.status, wanted.body)


@pytest.mark.parametrize("path", ["/likeness/", "/likeness/api/17", "/likeness/metrics", "/"])
def test_from_elsewhere_nobody_comes_in_by_the_path(path: str) -> None:
    """Where nothing says who may come, they may not there either."""
    assert asked(app("likeness", OFF), path).status == 403


@pytest.mark.parametrize("path", ["/healthz", "/likeness/healthz"])
def test_health_is_told_below_the_path_and_at_the_root(path: str) -> None:
    """A platform asks the app itself, by a name of its own; whoever is outside asks below it."""
    served = app("likeness", OFF, hosts=("example.org",))
    assert asked(served, path, host="healthcheck.railway.app").status == 200
    assert asked(served, "/likeness/api/17", host="elsewhere.example").status == 400


@pytest.mark.parametrize("base", ["api", "/metrics/", "api/likeness"])
def test_a_path_that_would_hide_the_pages_is_refused(base: str) -> None:
    """Each page below it would be taken for a route of ours; the sentence names those."""
    with pytest.raises(SettingError) as refused:
        check_base("PUBLIC_URL", base, OWN)
    assert "(api, metrics, healthz)" in str(refused.value)


@pytest.mark.parametrize("base", ["", "likeness", "apis", "tools/api"])
def test_any_other_path_is_taken(base: str) -> None:
    """As long as nothing of ours begins it."""
    check_base("PUBLIC_URL", base, OWN)

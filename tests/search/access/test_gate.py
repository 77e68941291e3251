"""The gate before everything: what passes it in which state, and what whoever does not is told."""

from __future__ import annotations

import json

import pytest
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from search.access.access import Access
from search.access.asked_by import caller_of
from search.access.caller import EVERYBODY, Caller
from search.access.gate import Gate
from search.access.roles import Role
from search.api_keys import Keys
from tests.asgi import answer_of, scope_of
from tests.search.access.gates import ANYBODY, COOKIE, OFF, ON, identifying
from tests.search.test_allowed_hosts import DENIAL

PUBLIC = "public, max-age=31536000, immutable"
# What the page itself is made of, and what it signs in by: it asks people who they are.
OPEN = [
    "/",
    "/threshold",
    "/static/js/index.js",
    "/assets/plotly.js",
    "/_stcore/health",
    "/_stcore/host-config",
    "/auth/login",
    "/oauth2callback",
    "/api/openapi.json",
    "/api",
    "/apidocs",
]
CLOSED = [
    "/api/search-by-image",
    "/api/pictures/17",
    "/api/threshold",
    "/api/nothing",
    "/api/",
    "/api//openapi.json",
    "/api/openapi.json/",
    "/api/../api/openapi.json",
    "/_stcore/upload_file/session/file",
    "/_stcore/upload_file",
    "/shop/_stcore/upload_file/session/file",
    "/metrics",
    "/metrics/",
    "/_stcore/metrics",
    "/media/0f0e.csv",
    "/static/media/0f0e.csv",
    "/shop/media/0f0e.svg",
    "/shop/_stcore/metrics",
]


def no_keys() -> Keys:
    """Keep the engine out of what needs none."""
    raise AssertionError("no key has been sent")


def app(access: Access, cache: str = PUBLIC) -> ASGIApp:
    """Return the gate before an app that tells who has come."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        caller = caller_of(HTTPConnection(scope))
        headers = {"Cache-Control": cache} if cache else {}
        answer = PlainTextResponse(caller.role if caller else "nobody", headers=headers)
        await answer(scope, receive, send)

    return Gate(inner, lambda: access, identifying(access, no_keys))


def signed_in(name: str) -> dict[str, str]:
    """Return the header by which somebody is signed in."""
    return {"cookie": f"{COOKIE}={name}"}


@pytest.mark.parametrize("at", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
def test_on_this_machine_everybody_may_do_everything(at: str, path: str) -> None:
    """A fresh clone works as it always has, and its pictures are kept by every cache."""
    answer = answer_of(app(OFF), scope_of(path, at=at))
    assert (answer.status, answer.body) == (200, EVERYBODY.role.encode())
    assert answer.headers["cache-control"] == PUBLIC
    assert answer_of(app(OFF), scope_of(path, "ws", at=at)).kinds == ["websocket.accept"]


def test_a_socket_in_a_folder_is_this_machine() -> None:
    """Whoever may open it is a matter of the folder; a server that tells nothing is none."""
    scope = {**scope_of("/"), "server": ("/run/likeness.sock", None)}
    assert answer_of(app(OFF), scope).status == 200
    assert answer_of(app(OFF), {**scope, "server": None}).status == 403


@pytest.mark.parametrize("at", ["192.0.2.1", "2001:db8::1", "testserver", "localhost.example"])
@pytest.mark.parametrize("path", [*OPEN, *CLOSED])
def test_from_elsewhere_nobody_comes_in_unasked(at: str, path: str) -> None:
    """Pages, routes and websockets, whatever server runs the app; unless that was wanted."""
    assert answer_of(app(OFF), scope_of(path, at=at)).status == 403
    assert answer_of(app(OFF), scope_of(path, "ws", at=at)).kinds == ["websocket.close"]
    assert answer_of(app(ANYBODY), scope_of(path, at=at)).body == EVERYBODY.role.encode()
    assert answer_of(app(ANYBODY), scope_of(path, "ws", at=at)).kinds == ["websocket.accept"]


def test_whoever_is_refused_is_told_what_can_be_done() -> None:
    """People in both languages, programs in JSON and in theirs; nobody keeps the answer."""
    answer = answer_of(app(OFF), scope_of("/"))
    english, russian = answer.body.decode().split("\n\n")
    for said in (english, russian):
        assert "ALLOW_ANONYMOUS=1" in said
        assert "OIDC_ISSUER" in said
        assert "127.0.0.1" in said
    assert answer.headers["cache-control"] == "no-store"
    told = answer_of(app(OFF), scope_of("/api/threshold", accept_language="ru"))
    said = json.loads(told.body)
    assert (told.status, said["code"], said["error"]) == (403, "access_not_set_up", russian)
    shaken = {**scope_of("/_stcore/stream", "ws"), "extensions": DENIAL}
    denied = answer_of(app(OFF), shaken)
    assert (denied.status, denied.kinds[0]) == (403, "websocket.http.response.start")


@pytest.mark.parametrize("access", [OFF, ANYBODY, ON], ids=["off", "anybody", "on"])
@pytest.mark.parametrize("mounted", ["", "/shop"])
def test_health_is_told_to_everybody(access: Access, mounted: str) -> None:
    """A platform asks for it from elsewhere, and has no key."""
    scope = {**scope_of(f"{mounted}/healthz"), "root_path": mounted}
    assert answer_of(app(access), scope).status == 200
    assert answer_of(app(OFF), scope_of("/healthz/x")).status == 403
    assert answer_of(app(OFF), scope_of("/healthz", "ws")).kinds == ["websocket.close"]


@pytest.mark.parametrize("path", OPEN)
@pytest.mark.parametrize("who", ["", "eve", "vera"])
def test_the_page_comes_to_everybody_and_asks_itself(path: str, who: str) -> None:
    """What it is made of says nothing, and is kept by every cache as before."""
    answer = answer_of(app(ON), scope_of(path, **signed_in(who)))
    assert answer.status == 200
    assert answer_of(app(ON), scope_of("/_stcore/stream", "ws")).kinds == ["websocket.accept"]
    if not path.startswith("/api/"):
        assert answer.headers["cache-control"] == PUBLIC


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("at", ["127.0.0.1", "192.0.2.1"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "BREW"])
def test_what_carries_data_is_for_those_who_are_known(path: str, at: str, method: str) -> None:
    """On this machine too, where a proxy may stand; by any method, and where there is nothing."""
    is_for_operators = "metrics" in path
    for who, status in (
        ("", 401),
        ("eve", 403),
        ("vera", 403 if is_for_operators else 200),
        ("anna", 403 if is_for_operators else 200),
        ("oleg", 200),
    ):
        scope = {**scope_of(path, at=at, **signed_in(who)), "method": method}
        assert answer_of(app(ON), scope).status == status, who


@pytest.mark.parametrize(
    ("path", "status"), [("/shop/api/nothing", 401), ("/shop/api/openapi.json", 200)]
)
def test_it_knows_paths_below_where_a_proxy_has_the_app(path: str, status: int) -> None:
    """As the routes do."""
    scope = {**scope_of(path), "root_path": "/shop"}
    assert answer_of(app(ON), scope).status == status
    # Routes take it for a path of theirs, as it is not below the other one.
    scope = {**scope_of("/api/nothing"), "root_path": "/shop"}
    assert answer_of(app(ON), scope).status == 401
    scope = {**scope_of("/shopapi/nothing"), "root_path": "/shop"}
    assert answer_of(app(ON), scope).status == 200


def test_nobody_and_somebody_without_a_role_are_told_what_to_do() -> None:
    """The former to sign in or to send a key, the latter which role to ask for."""
    nobody = answer_of(app(ON), scope_of("/api/threshold"))
    said = json.loads(nobody.body)
    assert (nobody.status, said["code"], said["retry"]) == (401, "sign_in_needed", False)
    assert "Bearer lk_" in said["error"]
    assert nobody.headers["www-authenticate"] == 'Bearer realm="Likeness"'
    eve = answer_of(app(ON), scope_of("/api/threshold", accept_language="ru", **signed_in("eve")))
    said = json.loads(eve.body)
    assert (eve.status, said["code"]) == (403, "not_allowed")
    assert "наблюдатель" in said["error"]
    assert "www-authenticate" not in eve.headers
    vera = answer_of(app(ON), scope_of("/metrics", **signed_in("vera")))
    english, russian = vera.body.decode().split("\n\n")
    assert "role of operator" in english
    assert "оператор" in russian
    for answer in (nobody, eve, vera):
        assert answer.headers["cache-control"] == "no-store"
    refused = answer_of(app(ON), scope_of("/metrics"))
    assert refused.headers["www-authenticate"] == 'Bearer realm="Likeness"'


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (PUBLIC, "private, max-age=31536000, immutable"),
        ("max-age=60, public", "private, max-age=60"),
        ("private, no-cache", "private, no-cache"),
        ("no-store", "no-store"),
        ("", "private"),
    ],
)
def test_no_shared_cache_keeps_what_not_everybody_may_see(said: str, kept: str) -> None:
    """A proxy would hand it to whoever asks next; the person's own browser keeps it as before."""
    asked = scope_of("/api/pictures/17", **signed_in("vera"))
    assert answer_of(app(ON, said), asked).headers["cache-control"] == kept


@pytest.mark.parametrize(
    ("who", "role"), [("", b"nobody"), ("eve", b"nobody"), ("oleg", b"operator")]
)
def test_readiness_is_told_to_everybody_and_more_of_it_to_some(who: str, role: bytes) -> None:
    """A balancer has no key; the route decides by who has come."""
    assert answer_of(app(ON), scope_of("/readyz", **signed_in(who))).body == role


@pytest.mark.parametrize(
    ("path", "kind", "seen"),
    [
        ("/media/0f0e.svg", "image/svg+xml", True),
        ("/media/0f0e", "image/svg+xml", True),
        ("/media/0f0e.csv", "text/csv", False),
        ("/media/0f0e.svg", "text/csv", False),
        ("/media/0f0e.svg", "", False),
        ("/shop/media/0f0e.png", "image/png", False),
        ("/static/media/font.woff2", "font/woff2", True),
        ("/static/media/0f0e.woff2", "text/csv", False),
    ],
)
def test_of_files_for_downloading_only_the_logo_is_everybodys(
    path: str,
    kind: str,
    seen: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """An export that somebody made is not for whoever learns its address, by whatever ending."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await Response("inside", headers={"Content-Type": kind})(scope, receive, send)

    gate = Gate(inner, lambda: ON, identifying(ON, no_keys))
    answer = answer_of(gate, scope_of(path))
    assert (answer.status, answer.body == b"inside") == ((200, True) if seen else (401, False))
    vera = answer_of(gate, scope_of(path, **signed_in("vera")))
    assert (vera.status, vera.body, vera.headers["cache-control"]) == (200, b"inside", "private")
    assert answer_of(app(OFF), scope_of(path, at="127.0.0.1")).status == 200


@pytest.mark.parametrize("path", ["/metrics\n", "/_stcore/metrics\n", "/auth/logout\n", "/api/\0"])
def test_a_path_with_a_line_end_leads_nowhere(path: str) -> None:
    """Patterns of routes let one pass at their end; whoever writes it seeks a way around."""
    assert answer_of(app(ON), scope_of(path)).status == 404
    assert answer_of(app(ON), scope_of(path, **signed_in("vera"))).status == 404


@pytest.mark.parametrize(
    ("origin", "opens"),
    [
        ("http://localhost:8501", True),
        ("http://localhost:9999", False),
        ("http://127.0.0.1:8501", False),
        ("http://[::1]:9999", False),
        ("https://likeness.example.org", True),  # Streamlit's to judge
        ("http://[", True),  # the same: it is no address
    ],
)
def test_no_page_of_another_server_on_this_machine_opens_a_websocket(
    origin: str,
    opens: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """It would act as whoever is signed in here, or as whoever nobody asks."""
    for access in (ON, OFF):
        headers = {"host": "localhost:8501", "origin": origin}
        shaken = scope_of("/_stcore/stream", "ws", at="127.0.0.1", **headers)
        told = answer_of(app(access), shaken).kinds
        assert told == ["websocket.accept" if opens else "websocket.close"]


def test_a_file_that_is_not_there_is_not_there() -> None:
    """Nobody is asked to sign in for nothing."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("none", 404)(scope, receive, send)

    gate = Gate(inner, lambda: ON, identifying(ON, no_keys))
    assert answer_of(gate, scope_of("/media/0f0e.csv")).status == 404


def test_a_route_without_a_gate_is_everybodys() -> None:
    """As in tests, and in whatever else serves the routes."""
    assert caller_of(HTTPConnection(scope_of("/api/threshold"))) == EVERYBODY
    assert isinstance(EVERYBODY, Caller)
    assert EVERYBODY.role is Role.OPERATOR

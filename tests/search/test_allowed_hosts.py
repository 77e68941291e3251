"""By which names the app answers, and what whoever calls it otherwise is told."""

from __future__ import annotations

import json

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from search.allowed_hosts import AllowedHosts
from search.host_names import host_names, is_called, is_loopback
from tests.asgi import answer_of, scope_of

LISTED = ("shop.example", "*.example.org")
DENIAL: dict[str, dict[str, str]] = {"websocket.http.response": {}}


async def inner(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer whoever comes through."""
    if scope["type"] == "websocket":
        await send({"type": "websocket.accept"})
    else:
        await PlainTextResponse("inside")(scope, receive, send)


def app(*names: str) -> ASGIApp:
    """Return the middleware with these names."""
    return AllowedHosts(inner, lambda: names)


@pytest.mark.parametrize(
    ("host", "is_ours"),
    [
        ("shop.example", True),
        ("SHOP.example.:8443", True),
        ("a.example.org", True),
        ("a.b.example.org", True),
        ("example.org", False),
        ("badexample.org", False),
        ("shop.example.evil.test", False),
        ("evil.test:shop.example", False),
        ("evil.test/shop.example", False),
        ("user@shop.example", False),
        ("127.0.0.1", False),
        ("", False),
    ],
)
def test_it_answers_to_the_names_that_are_listed(
    host: str,
    is_ours: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """At whatever port, in whatever case; pages and websockets alike."""
    assert is_called(host, LISTED) == is_ours
    answer = answer_of(app(*LISTED), scope_of("/", host=host))
    assert answer.status == (200 if is_ours else 400)
    shaken = answer_of(app(*LISTED), scope_of("/_stcore/stream", "ws", host=host))
    assert shaken.kinds == ["websocket.accept" if is_ours else "websocket.close"]


def test_whoever_is_refused_is_told_what_to_do() -> None:
    """People in both languages, programs in JSON and in theirs; nobody keeps the answer."""
    foreign = {"host": "rebound.example"}
    answer = answer_of(app(*LISTED), scope_of("/", **foreign))
    english, russian = answer.body.decode().split("\n\n")
    assert "ALLOWED_HOSTS" in english
    assert "ALLOWED_HOSTS" in russian
    assert "не отвечает" in russian
    assert answer.headers["cache-control"] == "no-store"
    asked = scope_of("/api/threshold", accept_language="ru", **foreign)
    told = answer_of(app(*LISTED), asked)
    said = json.loads(told.body)
    assert (told.status, said["code"], said["error"]) == (400, "host_refused", russian)


def test_a_handshake_is_refused_with_the_sentence_where_the_server_can_say_it() -> None:
    """As uvicorn can; the status is that of a request."""
    shaken = scope_of("/_stcore/stream", "ws", host="rebound.example")
    answer = answer_of(app(*LISTED), {**shaken, "extensions": DENIAL})
    assert answer.kinds == ["websocket.http.response.start", "websocket.http.response.body"]
    assert answer.status == 400


def test_two_names_are_none() -> None:
    """A request that a proxy and the app would each read in their own way."""
    asked = scope_of("/", host="shop.example")
    asked["headers"].append((b"host", b"evil.test"))
    assert answer_of(app(*LISTED), asked).status == 400
    assert answer_of(app(*LISTED), scope_of("/")).status == 400


@pytest.mark.parametrize("mounted", ["", "/shop"])
def test_a_platform_asks_for_health_by_its_own_name(mounted: str) -> None:
    """As Railway does, and a pod's address; nothing else is answered to it."""
    asked = {"host": "healthcheck.railway.app"}
    for path, status in (("/healthz", 200), ("/readyz", 400), ("/healthz/x", 400), ("/", 400)):
        scope = {**scope_of(mounted + path, **asked), "root_path": mounted}
        assert answer_of(app(*LISTED), scope).status == status


@pytest.mark.parametrize("at", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8501", 200),
        ("127.0.0.1:8501", 200),
        ("[::1]:8501", 200),
        ("likeness.localhost", 200),
        ("rebound.example:8501", 400),
        ("localhost.example", 400),
        ("192.168.0.7", 400),
    ],
)
def test_without_names_this_machine_is_called_by_its_own(at: str, host: str, status: int) -> None:
    """A page of another site cannot have its name lead here and read what is here."""
    assert answer_of(app(), scope_of("/", at=at, host=host)).status == status
    assert answer_of(app("*"), scope_of("/", at=at, host=host)).status == 200


@pytest.mark.parametrize("at", ["192.0.2.1", "2001:db8::1", "/run/likeness.sock", "testserver"])
def test_without_names_others_come_by_any(at: str) -> None:
    """Over a network, as in a container: a fresh deployment answers to whatever name it gets."""
    assert answer_of(app(), scope_of("/", at=at, host="shop.example")).status == 200
    assert not is_loopback(at)


@pytest.mark.parametrize(
    ("listed", "names"),
    [
        ("shop.example", ("shop.example",)),
        (" Shop.Example. , *.example.org,", ("shop.example", "*.example.org")),
        ("localhost, [::1], 10.0.0.7", ("localhost", "::1", "10.0.0.7")),
        ("магазин.рф", ("xn--80aairftm.xn--p1ai",)),
        ("*", ("*",)),
    ],
)
def test_a_list_is_read_as_people_write_it(listed: str, names: tuple[str, ...]) -> None:
    """Spaces, capitals, addresses, and letters beyond ASCII as browsers send them."""
    assert host_names(listed) == names


@pytest.mark.parametrize(
    "listed",
    ["https://shop.example", "shop.example:443", "a/b", "*.", "a.*.b", "*shop", ",", "a b", "a..b"],
)
def test_what_is_no_name_is_refused(listed: str) -> None:
    """It would let nobody in, or everybody, and nobody would know why."""
    with pytest.raises(ValueError, match=r"."):
        host_names(listed)

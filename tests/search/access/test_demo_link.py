"""A demo link as browsers follow it: the key leaves the address, and a cookie says who comes."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from search.access.demo_link import DEMO_COOKIE, DemoLinks, demo_key
from search.access.roles import Role
from search.api_keys import Keys
from search.errors import DatabaseUnavailable, SettingError
from search.security_headers import SecurityHeaders
from search.store.store import Store
from tests.asgi import answer_of, run, scope_of
from tests.keys import UNKNOWN, Played
from tests.search.access.demo_app import ROUTES, asked, cookie

A_DAY = 86_400


def test_a_link_becomes_a_cookie_and_the_key_leaves_the_address(
    app: ASGIApp, link: str, time_of_day: Played
) -> None:
    """No script reads it, no other site's form sends it, and it goes when the link ends."""
    time_of_day.clock.sleep(A_DAY)
    answer = asked(app, "/", f"demo={link}")
    assert (answer.status, answer.headers["location"]) == (303, "./")
    assert cookie(answer) == {
        DEMO_COOKIE: link,
        "httponly": "",
        "samesite": "lax",
        "path": "/",
        "max-age": str(6 * A_DAY),
    }
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.body == b""
    shown = asked(app, "/", cookie=f"{DEMO_COOKIE}={link}")
    assert shown.body.decode() == f"<p>The page of {link}"


@pytest.mark.parametrize("over", ["ended", "revoked", "unknown", "no key", "empty", "a program's"])
def test_a_link_that_leads_nowhere_says_so_and_brings_no_cookie(
    app: ASGIApp, keys: Keys, link: str, time_of_day: Played, over: str
) -> None:
    """The page has the sentence; whoever was led there keeps the cookie of another link."""
    sent = {"unknown": UNKNOWN, "no key": link[:-1], "empty": ""}.get(over, link)
    if over == "ended":
        asked(app, "/", f"demo={link}")
        time_of_day.clock.sleep(7 * A_DAY)
    if over == "revoked":
        keys.revoke("Expo")
    if over == "a program's":
        sent = keys.add("shop", role=Role.OPERATOR)[0].get_secret_value()
    answer = asked(app, "/", f"language=ru&demo={sent}")
    assert answer.status == 303
    assert answer.headers["location"] == "./?language=ru&demo_link=ended"
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )
    assert cookie(answer) == {}
    other = asked(app, "/", f"demo={sent}", cookie=f"{DEMO_COOKIE}={UNKNOWN}")
    assert cookie(other) == {}


def test_a_new_link_takes_an_older_ones_place(app: ASGIApp, keys: Keys, link: str) -> None:
    """And what was said of the older one leaves the address."""
    new = keys.add_demo("Fair")[0].get_secret_value()
    headers = {"cookie": f"{DEMO_COOKIE}={link}"}
    answer = asked(app, "/", f"demo_link=ended&demo={new}", **headers)
    assert cookie(answer)[DEMO_COOKIE] == new
    assert answer.headers["location"] == "./"


def test_a_guest_leaves_and_reads_on_in_their_language(app: ASGIApp, link: str) -> None:
    """The cookie goes by the words by which it came, and the first page says that it has."""
    came, cookies = asked(app, "/", f"demo={link}"), f"{DEMO_COOKIE}={link}"
    own = {"cookie": cookies, "sec_fetch_site": "same-origin"}
    answer = asked(app, "/demo/leave", f"language=ru&demo={link}&demo_link=ended", **own)
    assert (answer.status, answer.headers["location"]) == (303, "../?language=ru&demo_link=left")
    assert answer.headers["cache-control"] == "no-store"
    assert cookie(answer) == cookie(came) | {DEMO_COOKIE: '""', "max-age": "0"}
    assert "page of" in asked(app, "/demo/leaver", cookie=cookies).body.decode()


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_another_sites_page_throws_no_guest_out(app: ASGIApp, link: str, site: str) -> None:
    """Whatever they clicked there, they land on the first page and stay who they are."""
    headers = {"cookie": f"{DEMO_COOKIE}={link}", "sec_fetch_site": site}
    answer = asked(app, "/demo/leave", "language=ru", **headers)
    assert (answer.status, answer.headers["location"], cookie(answer)) == (303, "../", {})


def test_only_pages_are_answered_so(app: ASGIApp, link: str) -> None:
    """Programs, refusals, forms and pages without the parameter are passed through."""
    query = f"demo={link}"
    bare = Starlette(routes=ROUTES, middleware=[Middleware(SecurityHeaders)])
    for path in ("/api/threshold", "/refused"):
        found, expected = asked(app, path, query), asked(bare, path, query)
        assert (found.status, found.body) == (expected.status, expected.body)
        assert found.headers == expected.headers
    posted = {**scope_of("/"), "method": "POST", "query_string": query.encode()}
    assert answer_of(app, posted).status == 200
    assert asked(app, "/", "demos=1&x=demo").status == 200


def test_a_page_that_the_browser_has_already_is_answered_too(app: ASGIApp, link: str) -> None:
    """Else the key would stay in the address on a second visit, and the cookie would not come."""
    headers = {"if_none_match": '"1"', "accept": "text/html"}
    answer = asked(app, "/", f"demo={link}", **headers)
    assert (answer.status, cookie(answer)[DEMO_COOKIE]) == (303, link)


@pytest.mark.parametrize(
    ("scheme", "headers", "is_secure"),
    [
        ("http", {}, False),
        ("https", {}, True),
        ("http", {"x_forwarded_proto": "https"}, True),
    ],
)
def test_it_is_sent_by_https_alone_where_there_is_https(
    app: ASGIApp,
    link: str,
    scheme: str,
    headers: dict[str, str],
    is_secure: bool,  # noqa: FBT001 - a column of the table
) -> None:
    """Once: whoever adds headers after it finds it closed."""
    answer = asked(app, "/", f"demo={link}", scheme, **headers)
    assert ("secure" in cookie(answer)) == is_secure
    assert answer.headers["set-cookie"].lower().count("secure") == int(is_secure)


def test_while_the_database_is_away_nobody_is_told_that_a_link_has_ended(
    app: ASGIApp, store: Store, link: str
) -> None:
    """A sentence in both languages, when to try again, no cookie, and the older one stays."""
    store.close()
    answer = asked(app, "/", f"demo={link}", cookie=f"{DEMO_COOKIE}={UNKNOWN}")
    assert answer.status == 503
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    english, russian = answer.body.decode().split("\n\n")
    assert "The database" in english
    assert "База данных" in russian
    assert link not in answer.body.decode()
    assert answer.headers["retry-after"]
    assert (answer.headers["cache-control"], answer.headers["referrer-policy"]) == (
        "no-store",
        "no-referrer",
    )
    assert cookie(answer) == {}


@pytest.mark.parametrize(
    "error", [DatabaseUnavailable(reason="away"), SettingError(name="X", expected="y")]
)
def test_an_engine_that_does_not_open_is_a_sentence(error: Exception, link: str) -> None:
    """Whoever comes first after a start, with whatever is wrong with it."""

    def none() -> Keys:
        raise error

    app = DemoLinks(Starlette(routes=ROUTES), none)
    answer = asked(app, "/", f"demo={link}")
    assert (answer.status, answer.body.decode().count("\n\n")) == (503, 1)
    # What is no key needs no engine to be none.
    assert asked(app, "/", "demo=lk_half").headers["location"] == "./?demo_link=ended"


def test_links_are_looked_up_beside_the_servers_own_thread(
    keys: Keys, link: str, time_of_day: Played
) -> None:
    """Else one slow answer of the database would keep every page waiting."""
    servers, looked = list[int](), list[int]()

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        servers.append(threading.get_ident())
        await HTMLResponse("<p>The page")(scope, receive, send)

    def watched() -> Keys:
        looked.append(threading.get_ident())
        return keys

    answer = asked(DemoLinks(inner, watched, now=time_of_day), "/", f"demo={link}")
    assert answer.status == 303
    assert set(servers).isdisjoint(looked)


def test_the_cookie_goes_with_the_link_to_the_second(
    keys: Keys, app: ASGIApp, time_of_day: Played
) -> None:
    """However late somebody follows it."""
    link, made = keys.add_demo("Expo", days=1)
    time_of_day.clock.sleep(A_DAY - 90)
    assert made.expires_at is not None
    assert made.expires_at - time_of_day() == timedelta(seconds=90)
    answer = asked(app, "/", f"demo={link.get_secret_value()}")
    assert cookie(answer)["max-age"] == "90"


@pytest.mark.parametrize(
    ("cookies", "key"),
    [
        ({DEMO_COOKIE: UNKNOWN}, UNKNOWN),
        ({"other": UNKNOWN}, None),
        ({DEMO_COOKIE: ""}, None),
        ({DEMO_COOKIE: f"{UNKNOWN}x"}, None),
        ({DEMO_COOKIE: f'"{UNKNOWN}"'}, None),
        ({DEMO_COOKIE: "é" * 46}, None),
    ],
)
def test_only_what_has_the_form_of_a_key_is_taken_from_a_browser(
    cookies: dict[str, str], key: str | None
) -> None:
    """Whatever else somebody has put into their cookies is asked of no database."""
    assert demo_key(cookies) == key


@pytest.mark.parametrize("kind", ["websocket", "lifespan"])
def test_what_is_no_request_passes_untouched(keys: Keys, kind: str) -> None:
    """The very functions that the server gave are what the app gets."""
    got: list[object] = []

    async def inner(*given: object) -> None:
        got.extend(given)

    async def receive() -> Message:
        return {}

    async def send(_: Message) -> None:
        pass

    scope: Scope = {"type": kind, "query_string": b"demo=x"}
    run(DemoLinks(inner, lambda: keys)(scope, receive, send))
    assert got == [scope, receive, send]

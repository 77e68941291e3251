"""Whoever signs in comes back to where they were, and is told when it did not work."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import quote

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route

from search.access.sign_in_steps import CAME_FROM, SEAL, SignInSteps
from search.errors import DatabaseUnavailable
from tests.asgi import Answer, answer_of, scope_of

USER = "_streamlit_user"
TOKENS = "_streamlit_user_tokens"
PROVIDER = "https://id.example.com/authorize?state=abc&nonce=def"
ENDING = "https://id.example.com/logout?client_id=likeness"
PUBLIC = "https://likeness.example.org"
DEEP = "/threshold?search=42&language=ru"


class Streamlit:
    """Answers as Streamlit does, as a test says."""

    def __init__(self, base: str = "") -> None:
        self.base = base
        self.asked: list[str] = []
        self.leaving: Response | Exception = RedirectResponse(PROVIDER, 302)
        self.returning = self.home()
        self.ending: Response = RedirectResponse(ENDING, 302)
        self.ended: list[Mapping[str, str]] = []

    def home(self, user: str | None = None) -> Response:
        """Lead to the first page, with a cookie, or with one that is taken away."""
        response = RedirectResponse(f"/{self.base}/" if self.base else "/", 302)
        response.set_cookie("_streamlit_session", "signed")
        if user == "":
            response.delete_cookie(USER)
        elif user:
            response.delete_cookie(f"{USER}_1")
            response.set_cookie(USER, user, path=f"/{self.base}")
            response.set_cookie(f"{TOKENS}_1", "tokens", path=f"/{self.base}", httponly=True)
        return response

    async def _leave(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        if isinstance(self.leaving, Exception):
            raise self.leaving
        return self.leaving

    async def _return(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return self.returning

    async def _end(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        return self.ending

    async def _end_sign_in(self, cookies: Mapping[str, str]) -> None:
        self.ended.append(cookies)

    async def _page(self, _: Request) -> Response:
        return PlainTextResponse("the page")

    def app(self, callback: str | None = None) -> Starlette:
        """Build the app, with the middleware before it."""
        below = f"/{self.base}" if self.base else ""
        steps = Middleware(
            SignInSteps,
            callback=lambda: f"{PUBLIC}{below}/oauth2callback" if callback is None else callback,
            base=lambda: self.base,
            claims_of=_claims_of,
            user=USER,
            tokens=TOKENS,
            seal=lambda pieces: "sealed-" + "-".join(sorted(pieces)),
            end=self._end_sign_in,
        )
        routes = [
            Route(f"{below}/auth/login", self._leave),
            Route(f"{below}/oauth2callback", self._return),
            Route(f"{below}/auth/logout", self._end),
            Route("/{path:path}", self._page, methods=["GET", "POST"]),
        ]
        return Starlette(routes=routes, middleware=[steps])


@pytest.fixture
def streamlit() -> Streamlit:
    """Give a Streamlit at the root of its host."""
    return Streamlit()


def _claims_of(cookies: Mapping[str, str]) -> Mapping[str, object] | None:
    if cookies.get(USER) == "unknown":
        raise DatabaseUnavailable(reason="gone")
    return {"sub": "1"} if cookies.get(USER) == "good" else None


def ask(
    streamlit: Streamlit, path: str, query: str = "", *, callback: str | None = None, **headers: str
) -> Answer:
    """GET from the public name, as a browser does behind a proxy that speaks https."""
    told = {"host": "likeness.example.org", "x_forwarded_proto": "https"} | headers
    scope = scope_of(path, **told)
    scope["query_string"] = query.encode()
    return answer_of(streamlit.app(callback), scope)


def cookies(answer: Answer) -> Mapping[str, str]:
    """Return the cookies of an answer as they are written, by name."""
    written = answer.headers.getlist("set-cookie")
    return {line.partition("=")[0]: line.partition("=")[2] for line in written}


def come_back(
    streamlit: Streamlit, came_from: str, query: str = "code=1&state=abc", user: str = "who"
) -> str:
    """Come back with an address remembered; return where one is led."""
    if user:
        streamlit.returning = streamlit.home(user)
    remembered = f"{CAME_FROM}={quote(came_from, safe='')}"
    return ask(streamlit, "/oauth2callback", query, cookie=remembered).headers["location"]


def test_one_comes_back_to_the_very_address(streamlit: Streamlit) -> None:
    """A search that a colleague sent is there after the sign-in, in its language."""
    left = ask(streamlit, "/auth/login", "provider=token", referer=PUBLIC + DEEP)
    assert (left.status, left.headers["location"]) == (302, PROVIDER)
    assert left.headers["cache-control"] == "no-store"
    kept, *flags = cookies(left)[CAME_FROM].split("; ")
    assert set(flags) == {"HttpOnly", "Max-Age=600", "Path=/", "SameSite=lax", "Secure"}
    streamlit.returning = streamlit.home("who")
    back = ask(streamlit, "/oauth2callback", "code=1&state=abc", cookie=f"{CAME_FROM}={kept}")
    assert (back.status, back.headers["location"]) == (302, DEEP)
    assert cookies(back)[USER].startswith("who")
    assert "_streamlit_session" in cookies(back)
    assert cookies(back)[CAME_FROM].startswith('""; HttpOnly; Max-Age=0;')


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//example.com",
        "/\\example.com",
        "\\\\example.com",
        "https://example.com/",
        "javascript:alert(1)",
        "/\t/example.com",
        "/ok\r\nSet-Cookie: a=b",
        "/%0d%0a/../../x/../..//example.com",
        "/..//example.com",
        "/%2e%2e//example.com",
        "threshold",
        "",
        "/" + "x" * 2_000,
        "/ä",
    ],
)
def test_nobody_is_led_elsewhere(streamlit: Streamlit, elsewhere: str) -> None:
    """Whatever another site got into the cookie: one stays here, on the first page."""
    assert come_back(streamlit, elsewhere) == "/"


def test_an_app_below_a_path_leads_nowhere_beside_it() -> None:
    """What else runs on the same host is not part of this app."""
    streamlit = Streamlit("shop/likeness")
    left = ask(streamlit, "/shop/likeness/auth/login", referer=f"{PUBLIC}/shop/likeness/usage?a=b")
    assert "Path=/shop/likeness" in cookies(left)[CAME_FROM].split("; ")
    streamlit.returning = streamlit.home("who")
    expected = "Path=/shop/likeness/auth/logout"
    for came_from, led in {
        "/shop/likeness/usage?a=b": "/shop/likeness/usage?a=b",
        "/shop/other": "/shop/likeness/",
        "/shop/likenesses": "/shop/likeness/",
    }.items():
        cookie = f"{CAME_FROM}={quote(came_from, safe='')}"
        back = ask(streamlit, "/shop/likeness/oauth2callback", "code=1&state=abc", cookie=cookie)
        assert back.headers["location"] == led
        assert expected in cookies(back)[f"{TOKENS}_1"].split("; ")


@pytest.mark.parametrize(
    "referer",
    ["", "https://example.com/threshold", "http://[", "http://a:b/", "https:///x", "about:blank"],
)
def test_only_our_own_pages_are_remembered(streamlit: Streamlit, referer: str) -> None:
    """Another site that sends somebody to sign in does not say where they come out."""
    left = ask(streamlit, "/auth/login", "provider=token", referer=referer)
    assert left.headers["location"] == PROVIDER
    assert cookies(left)[CAME_FROM].startswith("%2F;")


@pytest.mark.parametrize(
    "referer", ["http://10.0.0.5:8501/usage?a=b", "https://10.0.0.5:8501/usage?a=b"]
)
def test_the_app_called_by_another_name_signs_in_by_its_own(
    streamlit: Streamlit, referer: str
) -> None:
    """Cookies are kept for a name: the sign-in begins at the one to which the provider leads."""
    left = ask(streamlit, "/auth/login", "provider=a.b", referer=referer, host="10.0.0.5:8501")
    assert streamlit.asked == []
    moved = left.headers["location"]
    assert moved == f"{PUBLIC}/auth/login?provider=a.b&{CAME_FROM}=%2Fusage%3Fa%3Db"
    for sent in ({}, {"referer": referer, "host": "10.0.0.5:8501"}):
        began = ask(streamlit, "/auth/login", moved.partition("?")[2], **sent)
        assert began.headers["location"] == PROVIDER
        assert cookies(began)[CAME_FROM].startswith("%2Fusage%3Fa%3Db;")


def test_a_name_that_a_proxy_made_up_is_no_other_name(streamlit: Streamlit) -> None:
    """A proxy may call the app by what it likes: where the browser is, the page's address says."""
    left = ask(streamlit, "/auth/login", referer=PUBLIC + DEEP, host="app:8501")
    assert left.headers["location"] == PROVIDER


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("https://Likeness.Example.org:443", "https://likeness.example.org"),
        ("http://[::1]:80", "http://[::1]"),
        ("http://[::1]:8501", "http://[::1]:8501"),
    ],
)
def test_one_name_may_be_written_in_two_ways(
    streamlit: Streamlit, written: str, called: str
) -> None:
    """Browsers write a host in small letters, and leave the usual port out."""
    left = ask(
        streamlit,
        "/auth/login",
        callback=f"{written}/oauth2callback",
        referer=f"{called}/usage",
        host=called.partition("//")[2],
    )
    assert left.headers["location"] == PROVIDER
    assert cookies(left)[CAME_FROM].startswith("%2Fusage;")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("error=access_denied&error_description=x&state=abc", "refused"),
        ("error=server_error&state=abc", "failed"),
        ("error=%3Cscript%3E", "failed"),
        ("code=1&state=abc", "failed"),
        ("code=1", "failed"),
        ("state=abc", "failed"),
    ],
)
def test_a_sign_in_that_failed_is_told(streamlit: Streamlit, query: str, told: str) -> None:
    """The page learns that it did not work and whether it was refused, not in others' words."""
    assert come_back(streamlit, DEEP, query, user="") == f"{DEEP}&sign_in={told}"


def test_a_cookie_that_is_taken_away_is_no_success(streamlit: Streamlit) -> None:
    """Streamlit clears the cookie of before where the exchange fails."""
    streamlit.returning = streamlit.home("")
    back = ask(streamlit, "/oauth2callback", "code=1&state=abc")
    assert back.headers["location"] == "/?sign_in=failed"
    assert USER in cookies(back)


def test_whoever_is_signed_in_already_is_told_of_no_failure(streamlit: Streamlit) -> None:
    """To go Back to the provider and on again changes nothing; a cookie that is too old does."""
    for cookie, user, led in (
        (f"{USER}=good", None, "/"),
        (f"{USER}=old", None, "/?sign_in=failed"),
        (f"{USER}=good", "", "/?sign_in=failed"),
        (f"{USER}=unknown", None, "/?sign_in=failed"),
    ):
        streamlit.returning = streamlit.home(user)
        back = ask(streamlit, "/oauth2callback", "code=1&state=abc", cookie=cookie)
        assert back.headers["location"] == led


def test_what_does_not_fit_into_a_cookie_is_no_success(
    streamlit: Streamlit, caplog: pytest.LogCaptureFixture
) -> None:
    """No page would open any more for whoever is in a thousand groups: the log says why."""
    streamlit.returning = streamlit.home("chunks-3")
    for piece in ("1", "2", "3"):
        streamlit.returning.set_cookie(f"{USER}_{piece}", "x" * 2_500)
    back = ask(streamlit, "/oauth2callback", "code=1&state=abc")
    assert back.headers["location"] == "/?sign_in=failed"
    assert set(cookies(back)) == {"_streamlit_session", CAME_FROM}
    assert "fewer groups" in caplog.text


def test_pieces_of_a_cookie_are_sealed_together(streamlit: Streamlit) -> None:
    """Who is in hundreds of groups has a cookie in pieces; one that is whole needs no seal."""
    for pieces, sealed in ((1, ""), (2, f"sealed-{USER}-{USER}_1")):
        answer = RedirectResponse("/", 302)
        for name in (USER, f"{USER}_1")[:pieces]:
            answer.set_cookie(name, "signed")
        streamlit.returning = answer
        given = cookies(ask(streamlit, "/oauth2callback", "code=1&state=abc"))
        assert (SEAL in given) is bool(sealed)
        if sealed:
            assert given[SEAL].split("; ")[0] == sealed
            assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(given[SEAL].split("; "))


def test_tokens_are_sent_for_signing_out_alone(streamlit: Streamlit) -> None:
    """They are not for every request, and take the room of what is."""
    streamlit.returning = streamlit.home("who")
    back = ask(streamlit, "/oauth2callback", "code=1&state=abc")
    assert "Path=/auth/logout" in cookies(back)[f"{TOKENS}_1"].split("; ")
    assert "HttpOnly" in cookies(back)[f"{TOKENS}_1"].split("; ")
    assert "Path=/" in cookies(back)[USER].split("; ")
    streamlit.ending = streamlit.home("")
    streamlit.ending.delete_cookie(f"{TOKENS}_1")
    ended = ask(streamlit, "/auth/logout")
    assert "Path=/auth/logout" in cookies(ended)[f"{TOKENS}_1"].split("; ")
    assert "Path=/" in cookies(ended)[USER].split("; ")


def test_what_was_told_before_is_not_told_again(streamlit: Streamlit) -> None:
    """Whoever tries again from the page that told of a failure comes back to the page alone."""
    page = "/threshold?sign_in=failed&search=4%202&sign%5Fin=refused"
    left = ask(streamlit, "/auth/login", referer=PUBLIC + page)
    kept = cookies(left)[CAME_FROM].partition(";")[0]
    assert kept == quote("/threshold?search=4%202", safe="")
    assert come_back(streamlit, "/?sign_in=failed") == "/"


def test_back_from_signing_out_nothing_failed(streamlit: Streamlit) -> None:
    """The provider leads to the same address after a sign-out, with nothing to say."""
    back = ask(streamlit, "/oauth2callback", cookie=f"{CAME_FROM}={quote(DEEP, safe='')}")
    assert (back.status, back.headers["location"]) == (302, "/")
    assert back.headers["cache-control"] == "no-store"
    assert streamlit.asked == []  # it would warn of a replay


def test_a_provider_that_is_away_is_told_on_the_page(streamlit: Streamlit) -> None:
    """Nobody is left with a bare line of text where they had pressed a button."""
    streamlit.leaving = PlainTextResponse("Authentication error", 400)
    left = ask(streamlit, "/auth/login", referer=PUBLIC + DEEP)
    assert (left.status, left.body) == (302, b"")
    assert left.headers["location"] == f"{DEEP}&sign_in=failed"


def test_whatever_breaks_is_told_and_logged(
    streamlit: Streamlit, caplog: pytest.LogCaptureFixture
) -> None:
    """A fault that nobody thought of leads to the page as well, and its trace to the log."""
    streamlit.leaving = RuntimeError("nobody thought of it")
    left = ask(streamlit, "/auth/login")
    assert left.headers["location"] == "/?sign_in=failed"
    assert "nobody thought of it" in caplog.text


def test_a_mark_that_is_too_old_leads_back_to_the_page(streamlit: Streamlit) -> None:
    """Whoever goes back in their browser to a step long past has seen nothing fail."""
    streamlit.leaving = streamlit.home()
    left = ask(streamlit, "/auth/login", referer=PUBLIC + DEEP)
    assert left.headers["location"] == DEEP


def test_signing_out_leads_to_the_provider_or_to_the_first_page(streamlit: Streamlit) -> None:
    """One is signed out there too, where the provider knows of it."""
    assert ask(streamlit, "/auth/logout", cookie=f"{USER}=good").headers["location"] == ENDING
    assert streamlit.ended == [{USER: "good"}]
    streamlit.ending = streamlit.home("")
    ended = ask(streamlit, "/auth/logout", sec_fetch_site="same-origin")
    assert ended.headers["location"] == "/"
    assert USER in cookies(ended)


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_no_other_site_signs_anybody_out(streamlit: Streamlit, site: str) -> None:
    """A link or a picture in another site's page is not somebody who wants to leave."""
    ended = ask(streamlit, "/auth/logout", sec_fetch_site=site)
    assert (ended.headers["location"], streamlit.asked, streamlit.ended) == ("/", [], [])


def test_below_a_mount_the_steps_are_known_too() -> None:
    """A server that mounts the app, or uvicorn's --root-path, puts a path before it."""
    streamlit = Streamlit()
    app = Starlette(routes=[Mount("/mounted", streamlit.app(f"{PUBLIC}/mounted/oauth2callback"))])
    scope = scope_of("/mounted/oauth2callback", host="likeness.example.org")
    scope["query_string"] = b"error=access_denied"
    assert answer_of(app, scope).headers["location"] == "/mounted/?sign_in=refused"


def test_all_else_passes_through(streamlit: Streamlit) -> None:
    """Pages, what is no GET, and an app where nobody can sign in are left alone."""
    assert ask(streamlit, "/threshold").body == b"the page"
    assert ask(streamlit, "/x/auth/login").body == b"the page"
    posted = {**scope_of("/auth/login"), "method": "POST"}
    assert answer_of(streamlit.app(), posted).body == b"the page"
    assert ask(streamlit, "/oauth2callback", "error=x", callback="").headers["location"] == "/"

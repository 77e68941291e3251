"""Signing in step by step, at the app as people run it: what a provider, or a stranger, may do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.embedded_apps import data_folder, until
from tests.fake_oidc import (
    ANNA,
    BORIS,
    IMPOSTOR,
    OLEG,
    STRANGER,
    VERA,
    FakeOidc,
    Fault,
    Person,
)
from tests.signing_in import (
    COOKIE_SECRET,
    USER,
    SignInApp,
    Somebody,
    by_uvicorn,
    free_address,
    settings_for,
)

pytestmark = pytest.mark.slow

DEEP = "/threshold?search=42&language=ru"
XSRF = "_streamlit_xsrf"
WANTED = {"search": "/api/threshold", "judge": "/api/deal?reach=below", "usage": "/metrics"}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """Lend a folder for the app's data."""
    with data_folder() as folder:
        folder.mkdir(exist_ok=True)
        yield folder


@pytest.fixture(scope="module")
def played() -> Iterator[FakeOidc]:
    """Play a provider for the whole module."""
    with FakeOidc() as provider:
        yield provider


@pytest.fixture(scope="module")
def app(played: FakeOidc, folder: Path) -> Iterator[SignInApp]:
    """Serve the app for the whole module, with settings alone."""
    address = free_address()
    played.register(f"{address}/oauth2callback")
    with by_uvicorn(address, folder, settings_for(played, address)) as app:
        yield app


@pytest.fixture
def provider(played: FakeOidc) -> Iterator[FakeOidc]:
    """Give the provider as it should be, and leave it so."""
    yield played
    played.fault = None


@pytest.fixture
def somebody(app: SignInApp, provider: FakeOidc) -> Somebody:
    """Give somebody whom nobody knows yet."""
    return Somebody(app, provider)


def rights(somebody: Somebody) -> set[str]:
    """Return what somebody may do."""
    asked = {right: somebody.asks(path) for right, path in WANTED.items()}
    return {right for right, status in asked.items() if status not in (401, 403)}


@pytest.mark.parametrize(
    ("person", "allowed"),
    [
        (VERA, {"search"}),
        (ANNA, {"search", "judge"}),
        (OLEG, {"search", "judge", "usage"}),
        (BORIS, {"search", "judge", "usage"}),
        (STRANGER, set()),
        (IMPOSTOR, set()),
    ],
)
def test_everybody_has_the_rights_of_their_list(
    somebody: Somebody, person: Person, allowed: set[str]
) -> None:
    """By address or by group, in however many cookies; an address nobody vouches for is none."""
    assert rights(somebody) == set()
    assert somebody.sign_in(person, DEEP) == DEEP
    assert somebody.user
    assert rights(somebody) == allowed


@pytest.mark.parametrize("fault", list(Fault))
def test_nobody_comes_in_by_a_provider_that_goes_wrong(
    somebody: Somebody, provider: FakeOidc, fault: Fault
) -> None:
    """Broken, replayed, too old, or another's: one is led back to the page, which says so."""
    if fault is Fault.DISCOVERY_FAILS:
        provider.fault = fault
        assert somebody.leave(DEEP) == f"{DEEP}&sign_in=failed"
    else:
        back = somebody.choose(somebody.leave(DEEP), OLEG)
        provider.fault = fault
        assert somebody.follow(back) == f"{DEEP}&sign_in=failed"
    assert somebody.user is None
    assert rights(somebody) == set()


def test_a_provider_that_is_away_is_told(somebody: Somebody, provider: FakeOidc) -> None:
    """Before one leaves, or while one is there; when it is back one can sign in."""
    back = somebody.choose(somebody.leave(DEEP), OLEG)
    provider.go_down()
    try:
        assert somebody.follow(back) == f"{DEEP}&sign_in=failed"
        assert somebody.leave(DEEP) == f"{DEEP}&sign_in=failed"
    finally:
        provider.come_back()
    assert somebody.sign_in(OLEG, DEEP) == DEEP


def test_whoever_would_rather_not_is_not_told_of_a_failure(somebody: Somebody) -> None:
    """To refuse is not an error."""
    assert somebody.sign_in(None, DEEP) == f"{DEEP}&sign_in=refused"
    assert somebody.user is None


def test_a_key_that_the_provider_changed_is_fetched(somebody: Somebody, provider: FakeOidc) -> None:
    """Providers change their keys without a word, in the middle of a sign-in as well."""
    back = somebody.choose(somebody.leave(), OLEG)
    provider.rotate_key()
    assert somebody.follow(back) == "/"
    assert "usage" in rights(somebody)


def test_a_code_is_of_use_to_nobody_else(somebody: Somebody, app: SignInApp) -> None:
    """Whoever gets hold of the way back, or goes it twice, does not come in by it."""
    back = somebody.choose(somebody.leave(DEEP), OLEG)
    thief = Somebody(app, somebody.provider)
    assert thief.follow(back) == "/?sign_in=failed"
    assert rights(thief) == set()
    assert somebody.follow(back) == DEEP
    assert somebody.follow(back) == "/"  # who is signed in already
    thief.session.cookies.update(
        {name: text for name, text in somebody.session.cookies.items() if name != USER}
    )
    assert thief.follow(back) == "/?sign_in=failed"
    assert rights(thief) == set()


def test_a_changed_cookie_is_nobody(somebody: Somebody, app: SignInApp) -> None:
    """Nobody is let in by what they wrote into a cookie, or by one of another app."""
    somebody.sign_in(VERA)
    good = somebody.user or ""
    forger = Somebody(app, somebody.provider)
    for cookie in (good[:-6] + "AAAAAA", "x" + good, good.partition(".")[2], "null", "{}"):
        forger.session.cookies.set(USER, cookie)
        assert rights(forger) == set()
        forger.session.cookies.clear()
    forger.session.cookies.set(USER, good)
    assert rights(forger) == {"search"}


def test_the_cookies_are_closed(somebody: Somebody) -> None:
    """No script reads them, no other site sends them, and by https they go by https alone."""
    back = somebody.choose(somebody.leave(DEEP), BORIS)
    told = requests.get(
        back,
        headers={"X-Forwarded-Proto": "https"},
        cookies=dict(somebody.session.cookies),
        allow_redirects=False,
        timeout=20,
    )
    written = told.raw.headers.getlist("set-cookie")
    names = [line.partition("=")[0] for line in written]
    assert {USER, f"{USER}_1", f"{USER}_2", f"{USER}_tokens"} <= set(names)
    for line in written:
        flags = {flag.strip().lower() for flag in line.split(";")[1:]}
        assert {"httponly", "samesite=lax", "secure"} <= flags, line
        is_for_one = line.startswith(f"{USER}_tokens")
        assert ("path=/auth/logout" if is_for_one else "path=/") in flags, line


def test_signing_out_ends_it_here_and_there(somebody: Somebody, provider: FakeOidc) -> None:
    """The provider knows as well that one has left, and leads back to the first page."""
    somebody.sign_in(OLEG)
    assert OLEG.subject in provider.signed_in
    before = len(somebody.app.said)
    ending = somebody.follow(f"{somebody.app.address}/auth/logout")
    assert somebody.user is None
    assert somebody.follow(somebody.follow(ending)) == "/"
    assert "Missing provider" not in somebody.app.said[before:]
    assert OLEG.subject not in provider.signed_in
    assert rights(somebody) == set()


def test_one_is_signed_out_of_an_app_whose_provider_is_away(
    somebody: Somebody, provider: FakeOidc
) -> None:
    """Whoever wants to leave can."""
    somebody.sign_in(OLEG)
    provider.go_down()
    try:
        assert somebody.follow(f"{somebody.app.address}/auth/logout") == "/"
    finally:
        provider.come_back()
    assert rights(somebody) == set()


def test_a_sign_in_may_begin_and_end_in_two_processes(
    somebody: Somebody, app: SignInApp, provider: FakeOidc, folder: Path
) -> None:
    """Several processes behind one address know each other's cookies, by COOKIE_SECRET alone."""
    with by_uvicorn(free_address(), folder, settings_for(provider, app.address)) as beside:
        # Cookies are for a host, whatever its port.
        back = somebody.choose(somebody.leave(at=beside.address), OLEG)
        assert somebody.follow(back) == "/"
        somebody.app = beside
        assert rights(somebody) == {"search", "judge", "usage"}


def test_a_sign_out_holds_in_every_process_and_after_a_restart(
    somebody: Somebody, app: SignInApp, provider: FakeOidc, folder: Path
) -> None:
    """Whoever kept the cookies, as a tab does that stayed open, is let in by none of them."""
    somebody.sign_in(OLEG)
    kept, stays = Somebody(app, provider), Somebody(app, provider)
    kept.session.cookies.set(USER, somebody.user or "")
    stays.sign_in(ANNA)
    settings = settings_for(provider, app.address)
    with by_uvicorn(free_address(), folder, settings) as beside:
        kept.app = beside
        assert "usage" in rights(kept)
        somebody.follow(f"{app.address}/auth/logout")
        until(lambda: rights(kept) == set())
    with by_uvicorn(free_address(), folder, settings) as restarted:
        kept.app = stays.app = restarted
        assert (rights(kept), rights(stays)) == (set(), {"search", "judge"})


def test_an_app_below_a_path_signs_in_there(
    provider: FakeOidc, folder: Path, tmp_path: Path
) -> None:
    """What else is on the same host gets none of its cookies, and leads nobody."""
    address = f"{free_address()}/shop/likeness"
    provider.register(f"{address}/oauth2callback")
    options = tmp_path / ".streamlit" / "config.toml"
    options.parent.mkdir()
    options.write_text('server.baseUrlPath = "shop/likeness"', "utf-8")
    with by_uvicorn(address, folder, settings_for(provider, address), tmp_path) as app:
        somebody = Somebody(app, provider)
        assert rights(somebody) == set()
        assert somebody.sign_in(OLEG, DEEP) == f"/shop/likeness{DEEP}"
        assert rights(somebody) == {"search", "judge", "usage"}
        paths = {cookie.path for cookie in somebody.session.cookies if cookie.name != XSRF}
        assert paths == {"/shop/likeness", "/shop/likeness/auth/logout"}
        ending = somebody.follow(f"{address}/auth/logout")
        assert somebody.follow(somebody.follow(ending)) == "/shop/likeness/"
        assert {cookie.name for cookie in somebody.session.cookies} <= {XSRF}


def test_nothing_secret_is_in_the_log(
    somebody: Somebody, app: SignInApp, provider: FakeOidc
) -> None:
    """Neither where all went well nor where a provider sent everything back as an error."""
    somebody.sign_in(OLEG)
    cookie = somebody.user or "none"
    back = somebody.choose(somebody.leave(DEEP), OLEG)
    provider.fault = Fault.TOKEN_REFUSED
    somebody.follow(back)
    provider.fault = Fault.WRONG_NONCE
    somebody.sign_in(OLEG)
    assert "/oauth2callback" in app.said
    secrets = [COOKIE_SECRET, provider.client_secret, cookie, *provider.given]
    secrets += [
        asked.headers["Authorization"].split()[1] for asked in provider.received if asked.body
    ]
    secrets += [asked.form["code_verifier"] for asked in provider.received if asked.body]
    assert [secret for secret in secrets if secret in app.said] == []

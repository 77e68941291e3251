"""What a crowd of strangers costs others, and what it is told, with real websockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from search.access.doors import OF_NOBODY
from tests.browser.browser import open_page
from tests.fake_oidc import VERA, FakeOidc
from tests.signing_in import SignInApp, Somebody

pytestmark = pytest.mark.browser

SWITCHED, TOO_MANY = 101, 429


@pytest.fixture(scope="module")
def app(sign_in_app: SignInApp) -> SignInApp:
    """Return the app with the demo catalogue, for people who sign in."""
    return sign_in_app


@contextmanager
def knock(app: SignInApp, cookie: str = "") -> Iterator[int]:
    """Open a websocket as a page does, in which nothing is ever said, and tell the status.

    It ends as when a device goes away: without a word.
    """
    host = urlsplit(app.address)
    lines = (
        "GET /_stcore/stream HTTP/1.1",
        f"Host: {host.netloc}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        f"Cookie: {cookie}",
    )
    with socket.create_connection((host.hostname, host.port), timeout=20) as opened:
        opened.sendall("\r\n".join((*lines, "", "")).encode())
        yield int(opened.recv(len("HTTP/1.1 101")).split()[1])


@contextmanager
def crowd(app: SignInApp) -> Iterator[None]:
    """Let as many strangers in as there may be."""
    with ExitStack() as open_:
        for _ in range(OF_NOBODY):
            assert open_.enter_context(knock(app)) == SWITCHED
        yield


def test_a_crowd_of_strangers_is_refused_and_told_and_then_let_in(
    page: Page, app: SignInApp, provider: FakeOidc
) -> None:
    """Its pages say why they do not open, and do so by themselves; whoever signed in comes in."""
    vera = Somebody(app, provider)
    vera.sign_in(VERA)
    signed_in = "; ".join(f"{name}={value}" for name, value in vera.session.cookies.items())
    with crowd(app):
        with knock(app) as nobody, knock(app, signed_in) as somebody:
            assert (nobody, somebody) == (TOO_MANY, SWITCHED)
        page.goto(app.address)
        told = page.get_by_role("dialog")
        expect(told).to_contain_text(f"{OF_NOBODY} are open already by people who have not")
        expect(told).to_contain_text(f"их уже открыто {OF_NOBODY} теми, кто не вошёл")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    open_page(page, app.address)

"""The app as people sign in to it beside a played provider, and somebody without a browser."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Final
from urllib.parse import urljoin, urlsplit

import requests
from joserfc import jwt
from joserfc.jwk import OctKey

from tests.embedded_apps import ROOT, until
from tests.fake_oidc import FakeOidc, Person

COOKIE_SECRET: Final = "cookie-secret-of-the-tests-0123456789"
USER: Final = "_streamlit_user"
# Who is in which list; whoever else signs in has no role.
LISTS: Final = {
    "VIEWERS": "*@example.org",
    "ANALYSTS": "analysts",
    "OPERATORS": "oleg@example.org, admins",
}
_SECONDS: Final = 20
_OK: Final = 200


@dataclass(frozen=True, slots=True)
class SignInApp:
    """An app that runs, and what it wrote so far."""

    address: str
    log: Path

    @property
    def said(self) -> str:
        """All that it wrote to its log."""
        return self.log.read_text(errors="replace")


def settings_for(provider: FakeOidc, address: str) -> dict[str, str]:
    """Return the settings by which people sign in at a provider."""
    return {
        "PUBLIC_URL": address,
        "OIDC_ISSUER": provider.issuer,
        "OIDC_CLIENT_ID": provider.client_id,
        "OIDC_CLIENT_SECRET": provider.client_secret,
        "COOKIE_SECRET": COOKIE_SECRET,
        **LISTS,
    }


def own_file(address: str, **providers: FakeOidc) -> str:
    """Return Streamlit's file of secrets with a section for each provider, by name."""
    shared = {"redirect_uri": f"{address}/oauth2callback", "cookie_secret": COOKIE_SECRET}
    sections = {"auth": shared} | {
        f"auth.{name}": {
            "client_id": provider.client_id,
            "client_secret": provider.client_secret,
            "server_metadata_url": f"{provider.issuer}/.well-known/openid-configuration",
        }
        for name, provider in providers.items()
    }
    lines = []
    for name, section in sections.items():
        # A text of JSON is one of TOML as well.
        lines += [f"[{name}]", *(f"{key} = {json.dumps(text)}" for key, text in section.items())]
    return "\n".join(lines)


def free_address() -> str:
    """Return an address that was free a moment ago: a provider has to know it before the app."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


@contextmanager
def by_uvicorn(
    address: str, folder: Path, settings: dict[str, str], where: Path = ROOT
) -> Iterator[SignInApp]:
    """Serve the app by uvicorn, with a line for each request; its data are in the folder.

    `where` is the folder in which it is started, and in which Streamlit's options are.
    """
    command = [sys.executable, "-m", "uvicorn", "app:app", "--app-dir", str(ROOT)]
    command += ["--port", _port(address)]
    with _running(command, where, address, folder, settings) as app:
        yield app


@contextmanager
def by_streamlit(address: str, folder: Path, file: str) -> Iterator[SignInApp]:
    """Serve the app by `streamlit run`, with a file of secrets where it is started."""
    secrets = folder / ".streamlit" / "secrets.toml"
    secrets.parent.mkdir(parents=True)
    secrets.write_text(file, "utf-8")
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    command += ["--server.address=127.0.0.1", f"--server.port={_port(address)}"]
    with _running(command, folder, address, folder, LISTS) as app:
        yield app


@contextmanager
def _running(
    command: list[str], where: Path, address: str, folder: Path, settings: dict[str, str]
) -> Iterator[SignInApp]:
    log = folder.parent / f"app-{_port(address)}.log"
    variables = {"LIKENESS_DATA_DIR": str(folder), "PYTHONPATH": str(ROOT)}
    with log.open("wb") as written:
        process = subprocess.Popen(  # noqa: S603 - our own interpreter
            command,
            cwd=where,
            env=os.environ | variables | settings,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        app = SignInApp(address, log)
        try:
            ready = urljoin(address, "/readyz")  # whatever path the app is below
            until(lambda: process.poll() is not None or _answers(ready))
            assert process.poll() is None, app.said
            yield app
        finally:
            process.terminate()
            process.wait(timeout=60)


class Somebody:
    """Somebody with cookies and without a browser, who signs in step by step."""

    def __init__(self, app: SignInApp, provider: FakeOidc) -> None:
        self.app = app
        self.provider = provider
        self.session = requests.Session()

    def leave(self, page: str = "/", at: str = "") -> str:
        """Press the button on a page; return where that leads, to the provider or not."""
        token = jwt.encode(
            {"alg": "HS256"},
            {"provider": "default", "exp": int(time.time()) + 60},
            OctKey.import_key(COOKIE_SECRET),
        )
        return self.follow(f"{at or self.app.address}/auth/login?provider={token}", page)

    def choose(self, address: str, person: Person | None) -> str:
        """Say at the provider who one is, None for nobody; return where that leads."""
        page = self.session.get(address, timeout=_SECONDS).text
        name = person.name if person else "Do not sign in"
        link = re.search(rf'<a href="([^"]+)">{name}</a>', page)
        assert link is not None, page
        return self.follow(f"{self.provider.address}{unescape(link[1])}")

    def sign_in(self, person: Person | None, page: str = "/") -> str:
        """Sign in; return where one is led in the end."""
        return self.follow(self.choose(self.leave(page), person))

    def follow(self, address: str, page: str = "") -> str:
        """Go somewhere, from a page of the app; return where that leads."""
        answer = self.session.get(
            address,
            headers={"Referer": f"{self.app.address}{page}"} if page else {},
            allow_redirects=False,
            timeout=_SECONDS,
        )
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def asks(self, path: str) -> int:
        """Return the status of an answer."""
        address = f"{self.app.address}{path}"
        return self.session.get(address, timeout=_SECONDS).status_code

    @property
    def user(self) -> str | None:
        """The cookie that says who is signed in."""
        return self.session.cookies.get(USER)


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=_SECONDS).status_code == _OK
    except requests.RequestException:
        return False


def _port(address: str) -> str:
    return str(urlsplit(address).port)

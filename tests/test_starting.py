"""How the app starts, and what keeps it from starting: under each server, as real processes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
import requests
from websockets import InvalidStatus
from websockets.sync.client import connect

from search.settings import Settings
from tests.embedded_apps import ROOT

NOWHERE = {"VECTOR_DATABASE_URL": "postgresql://127.0.0.1:1/none"}
SIGN_IN = {
    "OIDC_ISSUER": "https://login.example.org",
    "OIDC_CLIENT_ID": "likeness",
    "OIDC_CLIENT_SECRET": "s3cret-of-the-client",
    "COOKIE_SECRET": "s3cret-of-the-cookie-0123456789abc",
    "PUBLIC_URL": "https://likeness.example.org",
    "OPERATORS": "oleg@example.org",
}
EVERYWHERE = "0.0.0.0"  # noqa: S104 - which is what it is about
UVICORN = ("-m", "uvicorn", "app:app", "--port", "0")
STREAMLIT = ("-m", "streamlit", "run", "app.py", "--server.port", "0")
# A server that says nothing of where it is to listen.
SILENT = ("-c", "import uvicorn; uvicorn.run('app:app', host='0.0.0.0', port=0)")


def environment(**settings: str) -> dict[str, str]:
    """Return the environment without settings of whoever runs the tests, and with these."""
    ours = {name.upper() for name in Settings.model_fields}
    rest = {name: value for name, value in os.environ.items() if name not in ours}
    return rest | NOWHERE | {"LANG": "en_GB.UTF-8"} | settings


def refused(command: Sequence[str], **settings: str) -> str:
    """Return what an app that must not start writes for whoever started it."""
    ended = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**settings),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.returncode == 1, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stdout + ended.stderr
    assert "s3cret" not in ended.stdout + ended.stderr
    return ended.stderr


@contextmanager
def started(command: Sequence[str], **settings: str) -> Iterator[int]:
    """Start the app; yield the port that it listens at."""
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(**settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout
        found = (re.search(r"(?:running on|URL:) \S+:(\d+)", line) for line in process.stdout)
        try:
            yield next(int(match[1]) for match in found if match)
        finally:
            process.terminate()


def elsewhere() -> str:
    """Return an address by which other machines could reach this one."""
    addresses = (one for found in psutil.net_if_addrs().values() for one in found)
    for one in addresses:
        if one.family == socket.AF_INET and not one.address.startswith("127."):
            return one.address
    pytest.skip("this machine is on no network")


@pytest.mark.parametrize(
    ("command", "settings"),
    [
        ((*UVICORN, "--host", EVERYWHERE), {}),
        ((*UVICORN, "--host", "::"), {}),
        (UVICORN, {"UVICORN_HOST": EVERYWHERE}),
        ((*STREAMLIT, "--server.address", EVERYWHERE), {}),
        (STREAMLIT, {"STREAMLIT_SERVER_ADDRESS": EVERYWHERE}),
    ],
    ids=["uvicorn", "uvicorn by IPv6", "uvicorn's variable", "streamlit", "streamlit's variable"],
)
def test_nobody_is_let_in_from_elsewhere_by_accident(
    command: Sequence[str], settings: dict[str, str]
) -> None:
    """The start is refused, and what can be done about it is said."""
    said = refused(command, **settings)
    assert "OIDC_ISSUER" in said
    assert "ALLOW_ANONYMOUS=1" in said
    assert "127.0.0.1" in said


def test_the_refusal_speaks_the_language_of_whoever_starts_it() -> None:
    """As the commands do."""
    said = refused((*UVICORN, "--host", EVERYWHERE), LANG="ru_RU.UTF-8")
    assert "настраивает вход" in said


@pytest.mark.parametrize(
    ("command", "settings", "said"),
    [
        (UVICORN, {"MAX_PIXELS": "many"}, "MAX_PIXELS cannot be used: it should be a whole number"),
        (STREAMLIT, {**SIGN_IN, "COOKIE_SECRET": "s3cret"}, "COOKIE_SECRET cannot be used"),
        (UVICORN, {**SIGN_IN, "COOKIE_SECRET": ""}, "COOKIE_SECRET is missing: sign-in needs"),
        (STREAMLIT, {**SIGN_IN, "OPERATORS": ""}, "neither VIEWERS nor ANALYSTS nor OPERATORS"),
        (
            UVICORN,
            {"PUBLIC_URL": "https://example.org/api"},
            "PUBLIC_URL cannot be used: it should",
        ),
        (
            STREAMLIT,
            {"STREAMLIT_SERVER_BASE_URL_PATH": "metrics/likeness"},
            "server.baseUrlPath cannot be used: it should be another one, since its path begins",
        ),
    ],
    ids=["a number", "too short", "by halves", "for nobody", "a taken path", "an option"],
)
def test_a_wrong_setting_ends_the_start_with_its_sentence(
    command: Sequence[str], settings: dict[str, str], said: str
) -> None:
    """Whoever runs it reads which one, and nobody ever meets an app that is set up by halves."""
    assert said in refused(command, **settings)


def test_on_this_machine_it_starts_as_ever() -> None:
    """Without a setting, open to whoever is on it; by a name that is this machine's as well."""
    with started((*UVICORN, "--host", "localhost")) as port:
        assert _status(port, "/") == 200
        assert _status(port, "/readyz") == 503  # which is about the database
    with started(STREAMLIT) as port:
        assert _status(port, "/") == 200


def test_a_socket_in_a_folder_is_this_machine(tmp_path: Path) -> None:
    """A proxy on it reaches the app so, whatever host is named beside it."""
    place = tmp_path / "app.sock"
    command = [sys.executable, *UVICORN, "--host", EVERYWHERE, "--uds", str(place)]
    with subprocess.Popen(  # noqa: S603 - our own interpreter
        command, cwd=ROOT, env=environment(), stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr
        assert any("running on unix socket" in line for line in process.stderr)
        with socket.socket(socket.AF_UNIX) as connection:
            connection.connect(str(place))
            connection.sendall(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n")
            answered = connection.makefile("rb").read()
        process.terminate()
    assert b'"ready":false,"database"' in answered


def test_whoever_wants_it_open_says_so() -> None:
    """Something before it decides who may come then."""
    with started((*UVICORN, "--host", EVERYWHERE), ALLOW_ANONYMOUS="1") as port:
        answer = requests.get(f"http://{elsewhere()}:{port}/readyz", timeout=20)
        assert set(answer.json()) == {"ready", "database", "encoder"}


def test_where_people_sign_in_it_listens_to_everybody() -> None:
    """And asks everybody, on this machine too, whatever ALLOW_ANONYMOUS says."""
    host = (*UVICORN, "--host", EVERYWHERE)
    with started(host, **SIGN_IN, ALLOW_ANONYMOUS="1") as port:
        for address in ("127.0.0.1", elsewhere()):
            told = {
                path: requests.get(f"http://{address}:{port}{path}", timeout=20).status_code
                for path in ("/healthz", "/", "/api/threshold", "/metrics", "/api/openapi.json")
            }
            assert told == {
                "/healthz": 200,
                "/": 200,
                "/api/threshold": 401,
                "/metrics": 401,
                "/api/openapi.json": 200,
            }
            ready = requests.get(f"http://{address}:{port}/readyz", timeout=20)
            assert (ready.status_code, ready.json()) == (503, {"ready": False})
            foreign = {"Host": "rebound.example"}
            called = requests.get(f"http://{address}:{port}/metrics", headers=foreign, timeout=20)
            # Over the loopback interface the name is looked at before anything else is.
            assert called.status_code == (400 if address == "127.0.0.1" else 401)
            upload = f"http://{address}:{port}/_stcore/upload_file/session/file"
            assert requests.put(upload, data=b"photo", timeout=20).status_code == 401


def test_a_server_that_says_nothing_is_watched_at_each_request() -> None:
    """What comes from elsewhere is refused, what comes from this machine is not."""
    with started(SILENT) as port:
        there = f"{elsewhere()}:{port}"
        assert requests.get(f"http://{there}/healthz", timeout=20).status_code == 200
        for path in ("/", "/threshold", "/metrics", "/readyz", "/_stcore/health"):
            page = requests.get(f"http://{there}{path}", timeout=20)
            assert (page.status_code, page.headers["cache-control"]) == (403, "no-store")
            assert "ALLOW_ANONYMOUS=1" in page.text
            assert "content-security-policy" in page.headers
        route = requests.get(f"http://{there}/api/threshold", timeout=20)
        assert (route.status_code, route.json()["code"]) == (403, "access_not_set_up")
        with pytest.raises(InvalidStatus) as shaken, connect(f"ws://{there}/_stcore/stream"):
            pass
        assert shaken.value.response.status_code == 403
        assert _status(port, "/") == 200
        assert _status(port, "/api/openapi.json") == 200


def _status(port: int, path: str) -> int:
    return requests.get(f"http://127.0.0.1:{port}{path}", timeout=20).status_code

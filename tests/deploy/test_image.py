"""The image: what is in it, and how it starts, is watched and stops."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
import requests

from tests.deploy.containers import container
from tests.deploy.dockerfile import Image, steps_of
from tests.deploy.ignoring import is_ignored, patterns_of
from tests.embedded_apps import ROOT

STEPS = steps_of((ROOT / "Dockerfile").read_text("utf-8"))
# What the app runs on, and nothing else.
IN_THE_APP = {
    ".streamlit",
    "LICENSE",
    "NOTICE",
    "app.py",
    "pages",
    "requirements.txt",
    "search",
}


def test_the_image_has_what_the_app_runs_on_and_nothing_else(image: Image) -> None:
    """No tests, no documents, no secrets, no folders of the builder's machine."""
    app = image.place(".")
    assert {path.name for path in app.iterdir()} - {"__pycache__"} == IN_THE_APP
    assert [path.name for path in (app / ".streamlit").iterdir()] == ["config.toml"]
    for folder in ("pages", "search"):
        names = {str(path.relative_to(ROOT)) for path in _files(folder)}
        there = {
            str(path.relative_to(app))
            for path in (app / folder).rglob("*")
            if path.is_file() and path.suffix != ".pyc"
        }
        assert there == names


def test_only_what_runs_the_app_is_installed(image: Image) -> None:
    """The packages are those of requirements.txt down to the tests' own, which stay out."""
    [installs] = [step.text for step in STEPS if "install" in step.text]
    assert "--requirement run-time.txt" in installs
    kept = (image.folder.parent / "stage-packages" / "run-time.txt").read_text("utf-8")
    whole = (ROOT / "requirements.txt").read_text("utf-8")
    assert whole.startswith(kept)
    assert set(re.findall(r"^[\w.-]+", whole.removeprefix(kept), re.MULTILINE)) == {"pytest"}
    assert not list((image.folder / "venv" / "bin").glob("pip*"))


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        ".git/config",
        ".streamlit/secrets.toml",
        ".venv/bin/python",
        "README.md",
        "compose.yaml",
        "docs/search.png",
        "requirements-dev.txt",
        "search/.env",
        "search/__pycache__/engine.cpython-311.pyc",
        "search/secrets.toml",
        "tests/conftest.py",
        "test-artifacts/page.png",
    ],
)
def test_what_is_no_part_of_the_app_never_leaves_the_checkout(path: str) -> None:
    """The builder is not even sent it, whatever a later COPY may say."""
    assert is_ignored(path, patterns_of(ROOT))


def test_what_is_copied_is_named() -> None:
    """No COPY takes the whole checkout, and every file that one names is there."""
    copied = [step.text.split()[:-1] for step in STEPS if step.name == "COPY"]
    names = {word for words in copied for word in words if not word.startswith(("-", "/"))}
    assert {name.split("/")[0] for name in names} == IN_THE_APP
    assert all((ROOT / name).exists() for name in names)


def test_the_image_says_one_port_everywhere(image: Image) -> None:
    """What is exposed is where the app listens when nobody says otherwise; checks follow PORT."""
    assert image.environment["PORT"] == image.said["EXPOSE"] == "8501"
    assert '--port "$PORT"' in json.loads(image.said["CMD"])[-1]
    assert 'os.environ["PORT"]' in json.loads(image.said["HEALTHCHECK"].partition(" CMD ")[2])[-1]


def test_it_does_not_run_as_root(image: Image) -> None:
    """The account is made before it is changed to, and owns the data folder alone."""
    account = image.said["USER"]
    assert account not in {"root", "0"}
    made = " ".join(step.text for step in STEPS if step.name == "RUN")
    assert re.search(rf"useradd [^&]* {account} ", made)
    assert f"chown {account} {image.environment['LIKENESS_DATA_DIR']}" in made


def test_it_starts_on_its_own_database_and_stops_with_code_0(image: Image) -> None:
    """With nothing but a data folder: healthy, a sample of the demo, data kept, a clean end."""
    with container(image) as running:
        assert running.check() != 0
        running.wait_until_healthy()
        assert running.check() == 0
        sample = requests.get(f"{running.address}/api/samples/mug", timeout=60)
        assert sample.headers["Content-Type"] == "image/jpeg"
        assert running.stop() == 0
        assert running.check() != 0
        assert "Traceback" not in running.said()
    if os.geteuid() != 0:  # root's server may live elsewhere
        assert (image.folder / "data" / "postgresql" / "cluster").is_dir()


def test_a_proxy_is_believed(image: Image, demo_conninfo: str) -> None:
    """Behind a platform's proxy the visitor's page and its connection have the public address."""
    proxied = {
        "Host": "likeness.example",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-For": "203.0.113.7",
    }
    settings = {"VECTOR_DATABASE_URL": demo_conninfo, "ALLOWED_HOSTS": "likeness.example"}
    with container(image, **settings) as running:
        running.wait_until_healthy()
        page = requests.get(running.address, headers=proxied, timeout=30)
        assert page.status_code == requests.codes.ok
        assert "203.0.113.7" in running.said()
        assert running.stop() == 0


def test_it_is_open_to_nobody_unless_that_was_wanted(image: Image) -> None:
    """Published by somebody who has set up nothing it ends, and says what can be done."""
    with container(image, ALLOW_ANONYMOUS="") as ending:
        assert ending.process.wait(60) == 1
        assert "nothing says who may come" in ending.said()
        assert "Traceback" not in ending.said()


def test_it_starts_with_sign_in(image: Image, demo_conninfo: str) -> None:
    """Healthy for its platform, closed to whoever has not signed in."""
    settings = {
        "VECTOR_DATABASE_URL": demo_conninfo,
        "OIDC_ISSUER": "https://login.example.org",
        "OIDC_CLIENT_ID": "likeness",
        "OIDC_CLIENT_SECRET": "the client's",
        "COOKIE_SECRET": "the cookie's, which has 32 characters",
        "PUBLIC_URL": "https://likeness.example.org",
        "VIEWERS": "*@example.org",
        "ALLOW_ANONYMOUS": "",
    }
    with container(image, **settings) as running:
        running.wait_until_healthy()
        assert running.check() == 0
        refused = requests.get(f"{running.address}/api/threshold", timeout=30)
        assert refused.json()["code"] == "sign_in_needed"
        assert running.stop() == 0


def _files(folder: str) -> list[Path]:
    """Return a folder's files as version control would have them."""
    return [
        path
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and path.suffix != ".pyc"
    ]

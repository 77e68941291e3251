"""compose.yaml, railway.json and the README agree with the image, the settings, and each other."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from search.access.doors import LONGEST_SAID
from search.access.people import People
from search.settings import Settings
from tests.deploy.containers import GRACE_SECONDS, PATIENCE_SECONDS
from tests.deploy.dockerfile import steps_of
from tests.embedded_apps import ROOT

SAID = {step.name: step.text for step in steps_of((ROOT / "Dockerfile").read_text("utf-8"))}
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text("utf-8"))
RAILWAY: dict[str, Any] = json.loads((ROOT / "railway.json").read_text("utf-8"))
README = (ROOT / "README.md").read_text("utf-8")
DEPLOY = README[README.index("\n## Deploy\n") : README.index("\n## Settings\n")]

OURS = {name.upper() for name in Settings.model_fields}
# What is read by others: uvicorn and its start command, PostgreSQL's image and its client library.
THEIRS = {
    "FORWARDED_ALLOW_IPS",
    "PGPASSWORD",
    "PORT",
    "POSTGRES_DB",
    "POSTGRES_PASSWORD",
    "POSTGRES_USER",
    # Railway's own: what it offers references to, and as whom it runs an image.
    "RAILWAY_PRIVATE_DOMAIN",
    "RAILWAY_PUBLIC_DOMAIN",
    "RAILWAY_RUN_UID",
}


def test_compose_names_only_variables_that_somebody_reads() -> None:
    """A misspelt setting would be ignored in silence."""
    services = COMPOSE["services"].values()
    given = {name for service in services for name in service["environment"]}
    asked = set(re.findall(r"\$\{(\w+)", (ROOT / "compose.yaml").read_text("utf-8")))
    assert given | asked <= OURS | THEIRS


def test_the_readme_names_only_variables_that_somebody_reads() -> None:
    """Each stands in the table of settings, or belongs to what surrounds the app."""
    named = set(re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", DEPLOY))
    assert named <= OURS | THEIRS


def test_compose_asks_for_a_password_and_says_where() -> None:
    """Both services need it, and neither starts with an empty one."""
    for service, name in (("app", "PGPASSWORD"), ("database", "POSTGRES_PASSWORD")):
        asked = COMPOSE["services"][service]["environment"][name]
        assert re.fullmatch(r"\$\{POSTGRES_PASSWORD:\?[^}]*\.env\}", asked)


def test_compose_waits_for_a_database_that_keeps_its_data() -> None:
    """The app comes after a healthy database of the embedded one's version, which has a volume."""
    app, database = COMPOSE["services"]["app"], COMPOSE["services"]["database"]
    assert app["depends_on"]["database"]["condition"] == "service_healthy"
    assert database["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    # From 18 on the image keeps each version in a folder of its own below this one.
    assert re.fullmatch(r"pgvector/pgvector:pg18-\w+", database["image"])
    [volume] = database["volumes"]
    assert volume.split(":") == [next(iter(COMPOSE["volumes"])), "/var/lib/postgresql"]
    assert {service["restart"] for service in (app, database)} == {"unless-stopped"}


def test_compose_lets_nobody_in_from_elsewhere() -> None:
    """The app is published where it listens, on this machine only; the database is not at all."""
    [published] = COMPOSE["services"]["app"]["ports"]
    address, _, inside = published.split(":")
    assert address == "127.0.0.1"
    assert inside == SAID["EXPOSE"] == COMPOSE["services"]["app"]["environment"]["PORT"]
    assert "ports" not in COMPOSE["services"]["database"]
    # Which is why nobody is asked who they are, unless .env has it so, or sets up sign-in.
    asked = COMPOSE["services"]["app"]["environment"]["ALLOW_ANONYMOUS"]
    assert asked == "${ALLOW_ANONYMOUS:-1}"
    # And no page of another site whose name leads here.
    names = COMPOSE["services"]["app"]["environment"]["ALLOWED_HOSTS"]
    assert names == "${ALLOWED_HOSTS:-localhost,127.0.0.1}"
    assert COMPOSE["services"]["app"]["env_file"] == [{"path": ".env", "required": False}]


def test_a_stop_has_the_time_that_it_may_take() -> None:
    """Whoever kills what does not stop waits longer than requests are given to end."""
    assert f"--timeout-graceful-shutdown {PATIENCE_SECONDS} " in SAID["CMD"].replace('"', " ")
    assert COMPOSE["services"]["app"]["stop_grace_period"] == f"{GRACE_SECONDS}s"
    assert RAILWAY["deploy"]["drainingSeconds"] == GRACE_SECONDS > PATIENCE_SECONDS


def test_railway_builds_the_image_and_asks_for_its_health() -> None:
    """By the Dockerfile; at the address that the image's own check asks; one process."""
    assert RAILWAY["build"] == {"builder": "DOCKERFILE", "dockerfilePath": "Dockerfile"}
    assert RAILWAY["deploy"]["healthcheckPath"] == "/healthz"
    assert "/healthz" in SAID["HEALTHCHECK"]
    assert RAILWAY["deploy"]["numReplicas"] == 1
    assert "VOLUME" not in SAID  # Railway builds no image with one


@pytest.mark.parametrize("option", re.findall(r"--[a-z-]+(?: [\w.]+)?", SAID["CMD"]))
def test_the_readme_starts_the_app_as_the_image_does(option: str) -> None:
    """Whoever starts it by hand gets the same server."""
    [line] = [line for line in DEPLOY.splitlines() if "uvicorn app:app" in line]
    # One process is what uvicorn starts by itself; the image only keeps platforms from more.
    assert option in line or option == "--workers 1"


def test_no_stranger_fills_memory_with_a_message_that_does_not_end() -> None:
    """The server keeps it whole before anybody is asked; what pages say is far less."""
    [most] = re.findall(r"--ws-max-size (\d+)", SAID["CMD"])
    assert LONGEST_SAID < int(most) <= 1024 * 1024
    options = tomllib.loads((ROOT / ".streamlit/config.toml").read_text("utf-8"))
    # The same limit is for what pages are told, a hundred photos and their products among it.
    assert options["server"]["maxMessageSize"] <= 16


def test_the_settings_of_sign_in_are_read_as_they_are_written(tmp_path: Path) -> None:
    """The README's block is a file for a shell: lists keep their blanks, and nothing is run."""
    [block] = re.findall(r"^```sign-in\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    (tmp_path / "likeness.env").write_text(block, "utf-8")
    line = "set -a; . ./likeness.env; set +a"
    assert line in DEPLOY
    command = f"{line}; {sys.executable} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    done = subprocess.run(  # noqa: S603 - the README's own line
        ["/bin/sh", "-c", command], cwd=tmp_path, env={}, capture_output=True, text=True, check=True
    )
    assert done.stderr == ""
    given = json.loads(done.stdout)
    assert given["ANALYSTS"] == "analysts, anna@example.org"
    assert People.read(given["VIEWERS"]).domains == {"example.org"}
    named = set(re.findall(r"^([A-Z_]+)=", block, re.MULTILINE))
    assert named <= {name.upper() for name in Settings.model_fields}

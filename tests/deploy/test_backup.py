"""The README's backup: its commands as they stand there, into another database, and a search."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from search.settings import Settings
from tests.deploy.test_files import DEPLOY
from tests.embedded_apps import ROOT

MakeDatabase = Callable[[], str]
PYTHON = ".venv/bin/python"
PART = "python -m search"


def command(start: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run the README's line that begins so, in a shell, as it stands there but for the Python."""
    [line] = [line for line in DEPLOY.splitlines() if line.startswith(start)]
    return typed(line.replace(PYTHON, sys.executable), **settings)


def typed(line: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a line in a shell, with these settings and none of the tests' own."""
    others = {name for name in os.environ if name.lower() in Settings.model_fields}
    environment = {name: text for name, text in os.environ.items() if name not in others}
    return subprocess.run(  # noqa: S602 - what a person types
        line,
        shell=True,
        cwd=settings.pop("cwd"),
        env=environment | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"} | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def found(**settings: str) -> list[tuple[str, float]]:
    """Search with a product of the demo; return articles and similarities."""
    said = typed(f"{sys.executable} -m search search --like 1 --json", **settings)
    assert said.returncode == 0, said.stderr
    return [(hit["article"], hit["similarity"]) for hit in json.loads(said.stdout)["hits"]]


def test_what_was_backed_up_is_found_again(
    demo_conninfo: str, empty_database: MakeDatabase, tmp_path: Path
) -> None:
    """From one server into an empty database; a second time into the same one is refused."""
    there = {"VECTOR_DATABASE_URL": demo_conninfo, "cwd": str(tmp_path)}
    here = {"VECTOR_DATABASE_URL": empty_database(), "cwd": str(tmp_path)}
    saved = command(f"{PYTHON} -m search backup", **there)
    assert (saved.returncode, saved.stderr) == (0, "")
    assert (tmp_path / "likeness.backup").read_bytes().startswith(b"PGDMP")
    restored = command(f"{PYTHON} -m search restore", **here)
    assert (restored.returncode, restored.stderr) == (0, "")
    assert "720 products" in restored.stdout
    assert found(**here) == found(**there)
    again = command(f"{PYTHON} -m search restore", **here)
    assert again.returncode == 1
    assert "has tables of Likeness already" in again.stderr

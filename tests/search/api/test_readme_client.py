"""The clients of README.md and docs/http.md, typed as they stand there."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from search.engine import SearchEngine
from tests.search.api.conftest import Api

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text("utf-8")
GUIDE = (ROOT / "docs" / "http.md").read_text("utf-8")
Paint = Callable[..., bytes]
Run = Callable[[list[str]], str]


def block(language: str, number: int = 0) -> str:
    """Return one of the guide's blocks of a language, by default the first."""
    found = re.findall(rf"^```{language}\n(.*?)^```", GUIDE, re.MULTILINE | re.DOTALL)
    assert len(found) > number, f"the guide has not so many blocks of {language} any more"
    return str(found[number])


@pytest.fixture
def run(api: Api, picture: Paint, tmp_path: Path) -> Run:
    """Return what runs a command beside a photo, with the served app's address."""
    (tmp_path / "photo.jpg").write_bytes(picture(kind="JPEG"))

    def run(command: list[str]) -> str:
        done = subprocess.run(  # noqa: S603 - the guide's own lines
            command,
            cwd=tmp_path,
            env={"LIKENESS": api.address, "PATH": "/usr/local/bin:/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return run


def test_the_lines_of_curl_search(run: Run, engine: SearchEngine) -> None:
    """Each is answered as the block below them says; one names a category that is not here."""
    address, *lines = block("bash").splitlines()
    assert address == "export LIKENESS=http://localhost:8501"
    assert len(lines) == 2
    assert f"\n{lines[0].replace('$LIKENESS', 'http://localhost:8501')}\n" in README
    answers = [json.loads(run(["/bin/sh", "-c", line])) for line in lines]
    assert set(answers[0]) == set(json.loads(block("json")))
    assert engine.history.reopen(answers[0]["search_id"]).hits
    assert answers[1]["code"] == "category_unknown"


def test_the_line_with_a_key_searches_where_keys_are_required(
    run: Run, engine: SearchEngine
) -> None:
    """As it stands there; without the key it is told to send one."""
    engine.settings = engine.settings.model_copy(update={"api_keys": "required"})
    made, line = block("bash", 1).splitlines()
    assert made == "export LIKENESS_KEY=$(python -m search keys add shop)"
    key = engine.keys.add("shop")[0].get_secret_value()
    told = json.loads(run(["/bin/sh", "-c", f"export LIKENESS_KEY={key}; {line}"]))
    assert engine.history.reopen(told["search_id"]).hits
    assert json.loads(run(["/bin/sh", "-c", line]))["code"] == "key_missing"


def test_the_client_in_python_sends_a_key_that_it_is_given(
    run: Run, engine: SearchEngine, tmp_path: Path
) -> None:
    """So that it works where people sign in, and where keys are required."""
    engine.settings = engine.settings.model_copy(update={"api_keys": "required"})
    (tmp_path / "client.py").write_text(block("python"), "utf-8")
    key = engine.keys.add("shop")[0].get_secret_value()
    command = f"LIKENESS_KEY={key} {sys.executable} client.py"
    assert len(run(["/bin/sh", "-c", command]).splitlines()) == 10


def test_the_client_in_python_prints_what_is_similar(run: Run, tmp_path: Path) -> None:
    """Ten lines: a mark, a score, an article and a name."""
    (tmp_path / "client.py").write_text(block("python"), "utf-8")
    lines = run([sys.executable, "client.py"]).splitlines()
    assert len(lines) == 10
    for line in lines:
        assert re.fullmatch(r"[* ] -?\d\.\d\d ART-\d+ Product \d+", line), line


def test_the_python_client_says_why_there_is_nothing(run: Run, tmp_path: Path) -> None:
    """An answer that is a failure ends it with the sentence."""
    (tmp_path / "client.py").write_text(block("python"), "utf-8")
    (tmp_path / "photo.jpg").write_bytes(b"no picture")
    with pytest.raises(AssertionError, match=r"not a picture.*photo_unsupported, again: False"):
        run([sys.executable, "client.py"])

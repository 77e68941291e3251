"""python -m search, as a person and a script meet it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from search.__main__ import main
from tests.fake_huggingface import FAULTS, TOKEN, FakeHuggingFace

Paint = Callable[..., bytes]


@pytest.mark.usefixtures("on_database")
def test_from_nothing_to_a_search_by_command(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, picture: Paint, fake: FakeHuggingFace
) -> None:
    """Demo, index, doctor and search work one after the other over the real protocol."""
    assert main(["demo"]) == 0
    assert main(["index"]) == 0
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    assert told.count("\nok ") + told.startswith("ok ") == 10
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    assert main(["search", str(photo), "--threshold", "0.9"]) == 0
    lines = capsys.readouterr().out.splitlines()
    products = [line for line in lines if not line.lstrip().startswith("also: ")]
    assert len(products) >= 51
    assert "At 0.90" in products[50]
    assert fake.received[-1].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.usefixtures("on_database")
def test_doctor_tells_a_script_what_is_wrong(
    capsys: pytest.CaptureFixture[str], fake: FakeHuggingFace
) -> None:
    """A refused token is one line with the next step, exit code 1, and no token in it."""
    main(["demo"])
    fake.otherwise(FAULTS["credentials"])
    assert main(["doctor"]) == 1
    told = capsys.readouterr().out
    assert "failed   Encoder: 127.0.0.1" in told
    assert "refused the token" in told
    assert TOKEN not in told


@pytest.mark.usefixtures("on_database")
def test_doctor_stops_at_a_wrong_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What stands on a wrong setting is not tried."""
    monkeypatch.setenv("ENCODER_TIMEOUT", "soon")
    assert main(["doctor"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "ENCODER_TIMEOUT" in lines[0]
    assert len(lines) == 10
    assert all(line.startswith("skipped") for line in lines[1:])


@pytest.mark.usefixtures("on_database")
def test_the_terminal_speaks_russian_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """LANG chooses, as for every other command."""
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert main(["search", str(tmp_path / "nothing.png")]) == 1
    assert "не читается" in capsys.readouterr().err

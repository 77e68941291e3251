"""python -m search evaluate and sets, as a person and a script meet them."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from search.__main__ import main
from search.engine import SearchEngine
from search.report import as_json
from search.settings import Settings
from search.tuning.recommend import Goals
from search.tuning.scales import Scale
from tests.addresses import as_url


@pytest.fixture(scope="module")
def _demo_address(shared_conninfo: str) -> str:
    """Put the demo into a database for the built-in encoder, once."""
    address = as_url(shared_conninfo)
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.delenv(name.upper(), raising=False)
        patch.setenv("VECTOR_DATABASE_URL", address)
        with closing(SearchEngine.open(Settings.read())) as engine:
            assert engine.load_demo() > 0
    return address


@pytest.fixture(autouse=True)
def _demo(settings: Settings, _demo_address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Point the environment at the demo; no test leaves anything in it."""
    del settings
    monkeypatch.setenv("VECTOR_DATABASE_URL", _demo_address)
    monkeypatch.setenv("LANG", "en_GB.UTF-8")


def test_a_table_and_json_carry_the_same_figures(capsys: pytest.CaptureFixture[str]) -> None:
    """What a person reads stands in the script's answer to the last digit, scales included."""
    asked = ["evaluate", "--set", "demo", "--threshold", "0.74", "--scales"]
    assert main([*asked, "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert main(asked) == 0
    table = capsys.readouterr().out
    assert report["threshold"] == 0.74
    assert report["photos"] == 144
    for name in ("precision", "recall", "f_beta", "precision_low", "recall_high"):
        assert f"{report['at_threshold'][name]:.10g}" in table
    for found in report["scales"]:
        assert f"{found['held_out']['f_beta']:.10g}" in table
    best = report["recommendations"][0]
    assert best["rule"] == "f_beta"
    assert f"{best['threshold']:.2f}" in table


def test_the_command_tells_what_the_engine_tells_the_page(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Both come from one evaluation: every figure is the same number."""
    assert main(["evaluate", "--set", "demo", "--threshold", "0,9", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    engine = SearchEngine.open(Settings.read())
    try:
        key = engine.evaluating.sets()[0].key
        found = engine.evaluating.evaluate(key, Scale.COSINE, Goals())
        found = engine.evaluating.advise(found, lambda _: None)
    finally:
        engine.close()
    assert report == json.loads(json.dumps(as_json(found, 0.90)))


def test_it_fails_a_script_whose_goal_is_missed(capsys: pytest.CaptureFixture[str]) -> None:
    """--fail-under makes it a check for one's own CI."""
    asked = ["evaluate", "--set", "demo", "--threshold", "0.30"]
    assert main([*asked, "--fail-under", "0.2"]) == 1
    assert "below 0.2" in capsys.readouterr().err
    assert main([*asked, "--fail-under", "0.001"]) == 0


def test_a_goal_is_not_rounded(capsys: pytest.CaptureFixture[str]) -> None:
    """What is missed by a thousandth is missed."""
    asked = ["evaluate", "--set", "demo", "--threshold", "0.9"]
    assert main([*asked, "--json"]) == 0
    reached = json.loads(capsys.readouterr().out)["at_threshold"]["f_beta"]
    assert main([*asked, "--fail-under", f"{reached - 0.001:.4f}"]) == 0
    assert main([*asked, "--fail-under", f"{reached + 0.001:.4f}"]) == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--threshold", "0.745"], "whole hundredth"),
        (["--threshold", "nan"], "whole hundredth"),
        (["--threshold", "high"], "whole hundredth"),
        (["--fail-under", "1.01"], "from 0 to 1"),
        (["--fail-under", "-0.1"], "from 0 to 1"),
        (["--fail-under", "nan"], "from 0 to 1"),
        (["--beta", "0"], "above 0"),
        (["--beta", "inf"], "above 0"),
        (["--searches", "0"], "from 1 to 1,000"),
        (["--searches", "1001"], "from 1 to 1,000"),
        (["--searches", "2.5"], "from 1 to 1,000"),
        (["--searches", "inf"], "from 1 to 1,000"),
        (["--searches", "5", "--set", "demo"], "not allowed with"),
    ],
)
def test_what_cannot_be_asked_for_is_said(
    capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    """Nothing is quietly rounded or left out: the sentence says what is taken."""
    with pytest.raises(SystemExit) as left:
        main(["evaluate", *arguments])
    assert left.value.code == 2
    assert told in capsys.readouterr().err


def test_an_unknown_set_is_answered_with_the_known_ones(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The next step is in the sentence."""
    assert main(["evaluate", "--set", "nothing"]) == 1
    told = capsys.readouterr().err
    assert "demo" in told
    assert "sets --add" in told


def test_sets_are_listed_added_and_removed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A folder becomes a set that can be evaluated, and goes again; a wrong photo is named."""
    assert main(["sets"]) == 0
    assert "demo: 144 photos" in capsys.readouterr().out
    sample = Path("search/demo/pack/samples/mug.jpg")
    (tmp_path / "MUG-1018").mkdir()
    (tmp_path / "MUG-1018" / "mug.jpg").write_bytes(sample.read_bytes())
    (tmp_path / "XYZ").mkdir()
    (tmp_path / "XYZ" / "mug.jpg").write_bytes(sample.read_bytes())
    assert main(["sets", "--add", str(tmp_path), "--name", "Mine"]) == 0
    told = capsys.readouterr()
    assert "Mine: 1 photo" in told.out
    assert "no product XYZ" in told.err
    assert main(["evaluate", "--set", "Mine"]) == 0
    assert "more photos with a match" in capsys.readouterr().out
    assert main(["sets", "--remove", "Mine"]) == 0
    assert "Mine" not in capsys.readouterr().out
    assert main(["sets", "--remove", "Mine"]) == 1

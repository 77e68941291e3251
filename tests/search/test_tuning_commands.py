"""python -m search threshold and judgements, as a person and a script meet them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search.__main__ import main
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.judged import judgement, stock

Paint = Callable[..., bytes]
Captured = pytest.CaptureFixture[str]

pytestmark = pytest.mark.usefixtures("on_database")


def test_a_threshold_is_set_shown_and_returned_to(capsys: Captured) -> None:
    """The history has every step, the active one first."""
    assert main(["threshold"]) == 0
    assert "0.30, the setting DEFAULT_THRESHOLD" in capsys.readouterr().out
    assert main(["threshold", "--set", "0,74", "--why", "best F1", "--who", "Anna"]) == 0
    told = capsys.readouterr().out
    assert re.match(r"no\. 1: 0\.74 cosine, \d+ \w+ 20\d\d, \d\d:\d\d \S+, Anna: best F1\n$", told)
    main(
        ["threshold", "--set", "0.9", "--scale", "relative", "--doubtful", "0.8", "--why", "a try"]
    )
    assert "0.90 relative to the best hit (doubtful from 0.80), " in capsys.readouterr().out
    assert main(["threshold", "--return-to", "1", "--who", "Boris"]) == 0
    capsys.readouterr()
    assert main(["threshold", "--history"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(":")[0] for line in lines] == ["no. 3", "no. 2", "no. 1"]
    assert lines[0].endswith("Boris: best F1")


def test_who_gave_no_name_is_called_so_in_every_language(
    capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is kept for no name is a word of the reader's language when it is told."""
    main(["threshold", "--set", "0.74", "--why", "x"])
    assert capsys.readouterr().out.endswith(", anonymous: x\n")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    main(["threshold"])
    assert capsys.readouterr().out.endswith(", аноним: x\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--set", "0.74"], "no reason"),
        (["--set", "0.745", "--why", "x"], "whole hundredth"),
        (["--set", "nan", "--why", "x"], "whole hundredth"),
        (["--set", "0.5", "--doubtful", "0.6", "--why", "x"], "above the other"),
        (["--return-to", "9"], "no threshold 9"),
    ],
)
def test_what_cannot_be_set_is_said(capsys: Captured, arguments: list[str], told: str) -> None:
    """One sentence, exit code 1, and nothing changed."""
    assert main(["threshold", *arguments]) == 1
    assert told in capsys.readouterr().err
    main(["threshold", "--history"])
    assert "DEFAULT_THRESHOLD" in capsys.readouterr().out


def test_the_search_follows_what_was_saved(
    capsys: Captured,
    store: Store,
    tmp_path: Path,
    picture: Paint,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Marks stand at the active threshold on its own scale, unless another one is given."""
    monkeypatch.setenv("DUPLICATE_SIMILARITY", "0")  # some of the colours are nearly one picture
    colours = ("red", "orange", "yellow", "green", "blue", "black")
    goods = [
        replace(made, picture=picture(colour), article=colour, embedding=None)
        for made, colour in zip(products(unit_vectors(6)), colours, strict=True)
    ]
    store.products.add("test", goods)
    assert main(["index"]) == 0
    photo = tmp_path / "photo.png"
    photo.write_bytes(picture())
    main(["threshold", "--set", "1", "--scale", "relative", "--doubtful", "0.97", "--why", "x"])
    capsys.readouterr()
    assert main(["search", str(photo)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("* 1.00")
    for line in lines[:6]:
        value = float(line[2:6])
        assert line[0] == ("*" if value >= 1 else "?" if value >= 0.97 else " ")
    assert {line[0] for line in lines[:6]} == {"*", "?", " "}
    assert lines[6].startswith("At 1.00, 1 of 6")
    doubtful = sum(line[0] == "?" for line in lines[:6])
    assert lines[7].startswith(f"{doubtful} more ")
    assert lines[-2:] == ["* similar, ? doubtful", "Scale: relative to the best hit."]
    assert main(["search", str(photo), "--threshold", "0.95"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert "?" not in {line[0] for line in lines[:6]}
    assert lines[-2] == "* similar"
    assert lines[6].startswith("At 0.95, ")


def test_judgements_go_out_and_come_in(capsys: Captured, store: Store, tmp_path: Path) -> None:
    """By file or through a pipe, as CSV and for TREC's tools."""
    numbers = stock(store, 2)
    store.judgements.add([judgement(number) for number in numbers])
    path = tmp_path / "judgements.csv"
    assert main(["judgements", "export", str(path)]) == 0
    assert main(["judgements", "export"]) == 0
    out = capsys.readouterr().out
    assert out == path.read_bytes().decode()
    assert len(out.splitlines()) == 3
    assert main(["judgements", "export", "--qrels"]) == 0
    assert capsys.readouterr().out.splitlines()[0].endswith(" 0 ART-0 1")
    assert main(["judgements", "import", str(path)]) == 0
    assert capsys.readouterr().out == "0 judgements added; known already: 2.\n"


def test_rows_that_cannot_be_used_are_told(
    capsys: Captured, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with its line and reason, in the reader's language; the others are kept."""
    stock(store, 1)
    path = tmp_path / "judgements.csv"
    head, photo = "photo,article,verdict\n", "00" * 32
    path.write_text(f"{head}{photo},ART-0,match\n{photo},ART-0,maybe\n")
    assert main(["judgements", "import", str(path)]) == 1
    told = capsys.readouterr()
    assert told.err == "line 3: “maybe” is neither match, different nor unsure\n"
    assert told.out == "1 judgement added; known already: 0.\n"
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    assert main(["judgements", "import", str(path)]) == 1
    told = capsys.readouterr()
    assert told.err.startswith("строка 3: «maybe»")
    assert told.out == "Добавлено 0 оценок; уже были: 1.\n"


def test_a_file_that_cannot_be_read_is_said(
    capsys: Captured, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Missing, not writable, or no text at all: one sentence, exit code 1."""
    assert main(["judgements", "import", str(tmp_path / "nothing.csv")]) == 1
    assert "nothing.csv cannot be used" in capsys.readouterr().err
    assert main(["judgements", "export", str(tmp_path)]) == 1
    assert "cannot be used" in capsys.readouterr().err

    class Piped:
        """Standard input with bytes that are no text."""

        buffer = io.BytesIO(b"\xff\xfe\x00")

    monkeypatch.setattr("sys.stdin", Piped)
    assert main(["judgements", "import"]) == 1
    assert "no CSV file in UTF-8" in capsys.readouterr().err

"""python -m search find, as a person and a script meet it."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from openpyxl import load_workbook

from search.__main__ import main
from search.settings import Settings
from search.store.store import Store
from tests.catalogues import products, unit_vectors


@pytest.fixture
def stock(on_database: None, store: Store) -> Store:
    """Return a catalogue of four things, in the database that the command finds."""
    del on_database
    store.products.add("shop", products(unit_vectors(4)))
    return store


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[list[str], str]:
    """Run the command; return the lines that it printed, and what it said beside."""
    assert main(["find", *arguments]) == 0
    told = capsys.readouterr()
    return told.out.splitlines(), told.err


@pytest.mark.usefixtures("stock")
def test_what_fits_is_printed_best_first(capsys: pytest.CaptureFixture[str]) -> None:
    """How well, article, name in the reader's language, price; words need no quotes."""
    lines, _ = run(capsys, "art", "2")
    assert lines == ["1.00  ART-2        Product 2  RUB 102"]
    lines, _ = run(capsys, "тавар", "--limit", "3")
    assert [line.split()[1] for line in lines] == ["ART-0", "ART-1", "ART-2"]


def test_what_cannot_be_searched_from_is_said(
    capsys: pytest.CaptureFixture[str], stock: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A product without a vector is found, and how the keyboard was read is told."""
    with stock.database.connection() as connection:
        connection.execute("DELETE FROM likeness.image_embeddings")
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    lines, _ = run(capsys, "njdfh", "1")
    assert lines[0] == "Прочитано в другой раскладке: товар 1"
    assert lines[1].endswith("(нет вектора: похожие на него найти нельзя)")


@pytest.mark.usefixtures("stock")
def test_nothing_found_says_what_to_try(capsys: pytest.CaptureFixture[str]) -> None:
    """To the person, and not among what a script reads."""
    lines, said = run(capsys, "чемодан")
    assert lines == []
    assert said.startswith("Nothing fits “чемодан”. Try")
    assert main(["find", "…"]) == 1
    assert "neither a letter nor a figure" in capsys.readouterr().err
    assert main(["find", "мяч " * 60]) == 1
    assert "more than 200 characters" in capsys.readouterr().err


@pytest.mark.usefixtures("stock")
def test_a_script_gets_all_of_it(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON, narrowed like a search."""
    lines, _ = run(capsys, "things", "--json", "--category", "Вещи", "--price", "102..")
    told = json.loads("\n".join(lines))
    assert told["read_as"] is None
    first = told["matches"][0]
    assert (first["article"], first["fit"], first["score"]) == ("ART-2", "words", 0.9)
    assert (first["name"]["ru"], first["price"], first["indexed"]) == ("Товар 2", "102.00", True)
    assert len(told["matches"]) == told["total"] == 2
    lines, _ = run(capsys, "чемодан", "--json")
    assert json.loads("\n".join(lines)) == {"read_as": None, "total": 0, "matches": []}


@pytest.mark.usefixtures("stock")
def test_what_was_found_is_written_into_files(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As the page offers it; what is left out is said, and so is a file that cannot be written."""
    named = tmp_path / "found.csv", tmp_path / "found.xlsx"
    lines, said = run(
        capsys, "тавар", "--limit", "2", "--csv", str(named[0]), "--xlsx", str(named[1])
    )
    assert len(lines) == 2
    assert said.startswith("2 more fit")
    written = list(csv.DictReader(io.StringIO(named[0].read_text("utf-8-sig"))))
    assert [(row["Article"], row["Words"]) for row in written] == [
        ("ART-0", "тавар"),
        ("ART-1", "тавар"),
    ]
    about = load_workbook(named[1]).worksheets[-1]
    assert [row[1].value for row in about.iter_rows()][-2:] == [4, 2]
    assert main(["find", "тавар", "--csv", str(tmp_path)]) == 1
    assert "directory" in capsys.readouterr().err


@pytest.mark.parametrize("limit", ["0", "201", "-1", "many", "٣"])
def test_a_limit_is_a_number(
    capsys: pytest.CaptureFixture[str], settings: Settings, limit: str
) -> None:
    """From 1 to 200, before anything is opened."""
    del settings
    with pytest.raises(SystemExit):
        main(["find", "кружка", "--limit", limit])
    assert "1" in capsys.readouterr().err

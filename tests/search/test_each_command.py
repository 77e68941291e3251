"""python -m search search --each, and files of what was found: for people and for scripts."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook

from search.__main__ import main
from search.store.store import Store
from tests.catalogues import products, unit_vectors
from tests.fake_huggingface import FAULTS, FakeHuggingFace
from tests.search.batch.zips import zipped

Paint = Callable[..., bytes]


@pytest.fixture
def folder(tmp_path: Path, picture: Paint) -> Path:
    """Return a folder with photos, a ZIP with another one, a list of prices, and junk."""
    folder = tmp_path / "photos"
    (folder / "deep").mkdir(parents=True)
    (folder / "1.png").write_bytes(picture("red"))
    (folder / "2.jpg").write_bytes(b"nothing")
    (folder / "deep" / "3.png").write_bytes(picture("blue"))
    (folder / "more.zip").write_bytes(zipped({"4.png": picture("green")}))
    (folder / "prices.txt").write_text("1 RUB", encoding="utf-8")
    (folder / ".DS_Store").write_bytes(b"x")
    return folder


@pytest.fixture
def indexed(on_database: None, store: Store, picture: Paint) -> None:
    """Have a catalogue that can be searched."""
    del on_database
    made = products(unit_vectors(8))
    store.products.add("test", [replace(one, picture=picture()) for one in made])


@pytest.mark.usefixtures("indexed")
def test_each_photo_of_a_folder_is_searched(
    capsys: pytest.CaptureFixture[str], folder: Path, fake: FakeHuggingFace
) -> None:
    """In order, with its best products; what it costs is said first, and what was left out."""
    before = fake.count
    capsys.readouterr()
    assert main(["search", "--each", str(folder)]) == 1
    told = capsys.readouterr()
    lines = told.out.splitlines()
    heads = [line for line in lines if not line.startswith(" ")]
    assert heads == ["1. 1.png", "2. 2.jpg", "3. deep/3.png", "4. 4.png"]
    assert len(lines) == 4 + 3 * 5 + 1
    assert "This is not a picture" in lines[lines.index("2. 2.jpg") + 1]
    assert "New to the model: 3 photos of 3, as many calls. " in told.err
    assert "prices.txt is left out." in told.err
    assert ".DS_Store" not in told.err
    assert fake.count == before + 3


@pytest.mark.usefixtures("indexed")
def test_a_script_gets_json_and_files(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """One entry a photo, and the same as CSV and as Excel."""
    capsys.readouterr()
    files = tmp_path / "found.csv", tmp_path / "found.xlsx"
    photos = [str(folder / "1.png"), str(folder / "deep" / "3.png")]
    options = ["--json", "--csv", str(files[0]), "--xlsx", str(files[1])]
    assert main(["search", "--each", *photos, *options]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [entry["photo"] for entry in told] == ["1.png", "3.png"]
    assert [len(entry["hits"]) for entry in told] == [5, 5]
    rows = list(csv.DictReader(io.StringIO(files[0].read_bytes().decode("utf-8-sig"))))
    articles = [hit["article"] for entry in told for hit in entry["hits"]]
    assert [row["Article"] for row in rows] == articles
    page = load_workbook(files[1]).worksheets[0]
    assert page.max_row == 3
    assert len(page._images) == 2 + 2 * 5  # type: ignore[attr-defined] # the only way to them


@pytest.mark.usefixtures("indexed")
def test_one_search_is_written_into_files_as_well(folder: Path, tmp_path: Path) -> None:
    """Whatever it was made with."""
    file = tmp_path / "found.xlsx"
    assert main(["search", str(folder / "1.png"), "--xlsx", str(file)]) == 0
    assert load_workbook(file).worksheets[0].max_row == 9


@pytest.mark.usefixtures("indexed")
def test_a_file_that_cannot_be_written_is_a_sentence(
    capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path
) -> None:
    """With exit code 1, after what was found was printed."""
    file = tmp_path / "nowhere" / "found.csv"
    assert main(["search", str(folder / "1.png"), "--csv", str(file)]) == 1
    told = capsys.readouterr()
    assert f"{file} cannot be written" in told.err
    assert "At 0." in told.out


@pytest.mark.usefixtures("indexed")
def test_what_would_meet_every_photo_is_said_once(
    capsys: pytest.CaptureFixture[str], folder: Path, fake: FakeHuggingFace
) -> None:
    """And the photos that were not searched say so."""
    fake.otherwise(FAULTS["credentials"])
    capsys.readouterr()
    assert main(["search", "--each", str(folder / "1.png"), str(folder / "more.zip")]) == 1
    told = capsys.readouterr()
    assert told.err.count("refused the token (401)") == 1
    assert told.out.count("Not searched") == 2


@pytest.mark.usefixtures("on_database")
@pytest.mark.parametrize(
    "options", [["--each"], ["--each", "--together"], ["--each", "--turn", "90"]]
)
def test_each_takes_photos_as_they_are(
    capsys: pytest.CaptureFixture[str], folder: Path, options: list[str]
) -> None:
    """What contradicts itself is told before anything is read."""
    photos = [str(folder / "1.png")] if len(options) > 1 else []
    assert main(["search", *options, *photos]) == 1
    told = capsys.readouterr().err
    assert "--each is for" in told or "name a picture file" in told


@pytest.mark.usefixtures("on_database")
def test_a_file_that_is_not_there_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """As for a single photo."""
    assert main(["search", "--each", str(tmp_path / "nothing.png")]) == 1
    assert "nothing.png cannot be read" in capsys.readouterr().err

"""python -m search import vectors: an array of NumPy's and a list of articles."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from search.__main__ import main
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace
from tests.catalogues import unit_vectors

Captured = pytest.CaptureFixture[str]
Import = Callable[..., int]
Dump = Callable[[], object]

WEB = "https://shop.example/"
VECTORS = unit_vectors(6)

pytestmark = pytest.mark.usefixtures("on_database")


@pytest.fixture
def catalogue(store: Store, tmp_path: Path, capsys: Captured) -> Store:
    """Return a store with a shop of four products, one of them without a picture."""
    (tmp_path / "shop.csv").write_text(
        "id,article,name,picture\n"
        f"1,A,a,{WEB}1.jpg|{WEB}1b.jpg\n2,B,b,{WEB}2.jpg\n3,B,b,{WEB}3.jpg\n4,D,d,\n"
    )
    assert main(["import", "csv", str(tmp_path / "shop.csv")]) == 0
    capsys.readouterr()
    return store


@pytest.fixture
def bring(tmp_path: Path) -> Import:
    """Return what runs the command on an array and the text of the articles' file."""

    def run(array: Any, articles: str, *options: str) -> int:  # noqa: ANN401 - good ones and bad
        if isinstance(array, np.ndarray):
            np.save(tmp_path / "v.npy", array)
            array = tmp_path / "v.npy"
        (tmp_path / "articles.csv").write_text(articles, "utf-8")
        command = ["import", "vectors", str(array), "--articles", str(tmp_path / "articles.csv")]
        return main([*command, *options])

    return run


def nearest(store: Store, number: int, space: VectorSpace = CLIP) -> tuple[str, int]:
    """Return the article of what is most like a vector, and its similarity in hundredths."""
    (hit,) = store.embeddings.nearest(Embedding(VECTORS[number], space), 1)
    return hit.product.article, round(100 * hit.similarity)


@pytest.mark.parametrize("kind", [np.float16, np.float32, np.float64, ">f4"])
def test_from_an_array_to_a_search(
    catalogue: Store, bring: Import, capsys: Captured, dump: Dump, kind: npt.DTypeLike
) -> None:
    """Dry run, import, import again: any length and precision; the shop can be searched at once."""
    array = (7 * VECTORS[:2]).astype(kind)
    before = dump()
    assert bring(array, "A\nB\n", "--dry-run") == 0
    told = capsys.readouterr().out
    assert told.startswith("Dry run: nothing is written.")
    assert dump() == before
    assert bring(array, "A\nB\n") == 0
    told = capsys.readouterr().out
    model = "openai/clip-vit-base-patch32"
    assert told.startswith(f"{model}, vectors: 2 new, 0 changed, 0 unchanged, 0 left out.\n")
    assert (nearest(catalogue, 0), nearest(catalogue, 1)) == (("A", 100), ("B", 100))
    before = dump()
    assert bring(array, "A\nB\n") == 0
    assert "Nothing has changed since the last import." in capsys.readouterr().out
    assert dump() == before


def test_a_table_names_ids_and_addresses(
    catalogue: Store, bring: Import, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By portions as well; an article that several have means the one that was there first."""
    monkeypatch.setattr("search.importing.vector_importer.ROWS_AT_ONCE", 2)
    articles = f"Picture;ID\n{WEB}1b.jpg;1\n;3\n{WEB}1.jpg;1\n"
    assert bring(VECTORS[:3], articles, "--name", "shop", "--model", "mine") == 0
    found = catalogue.imports.find("shop", ["1", "3"])
    space = VectorSpace("mine")
    hits = [catalogue.embeddings.nearest(Embedding(v, space), 1)[0] for v in VECTORS[:3]]
    assert [hit.picture_id for hit in hits] == [
        found["1"].pictures[1].id,
        found["3"].pictures[0].id,
        found["1"].pictures[0].id,
    ]
    assert bring(VECTORS[3:4], "article\nB\n", "--model", "mine") == 0
    (hit,) = catalogue.embeddings.nearest(Embedding(VECTORS[3], space), 1)
    assert hit.product.id == catalogue.products.numbers(["B"])["B"]


def test_what_cannot_be_taken_is_counted_and_told(
    catalogue: Store, bring: Import, capsys: Captured
) -> None:
    """With its line and reason; all else is taken, and the exit code says that something is not."""
    array = np.concatenate([VECTORS, VECTORS[:2]]).astype(np.float64)
    array[1], array[2, 5], array[3, 5] = 0, np.nan, 1e300
    articles = f'article,picture\nA,\nB,\nB,\nB,\n"no, none",\nD,\nA,\nA,{WEB}9.jpg\n\n'
    assert bring(array, articles, "--json") == 1
    told = json.loads(capsys.readouterr().out)
    assert told["vectors"] == {"added": 1, "changed": 0, "unchanged": 0, "left_out": 7}
    assert told["left_out"] == {
        "importing.vector_zero": 1,
        "importing.vector_not_finite": 2,
        "importing.vector_unknown": 1,
        "importing.vector_no_picture": 1,
        "importing.vector_twice": 1,
        "importing.vector_other_picture": 1,
    }
    assert told["problems"][3]["where"] == "articles.csv:6"
    assert "no product “no, none”" in told["problems"][3]["reason"]
    assert catalogue.embeddings.count(CLIP) == 1


def test_a_wrong_list_does_not_flood_terminal_or_memory(
    catalogue: Store, bring: Import, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first are told and the rest counted, in Russian as well; nothing taken is an error.

    JSON is promised to have all of a kind only where it does.
    """
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    monkeypatch.setattr("search.importing.vector_report.PROBLEMS_KEPT", 22)
    assert bring(np.repeat(VECTORS[:1], 45, axis=0), "\n" * 22 + "nothing\n" * 23) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[19] == "articles.csv:20: в строке нет артикула; её вектор пропущен"
    assert told[20] == "… и ещё 2 такие же записи; --json покажет все."
    assert told[21].startswith("articles.csv:23: в каталоге нет товара «nothing»")
    assert told[-2] == "… и ещё 3 такие же записи."
    assert len(told) == 20 + 1 + 20 + 1 + 1
    assert catalogue.embeddings.count(CLIP) == 0


def packed(path: Path, **arrays: Any) -> Path:  # noqa: ANN401 - NumPy's own signature has a flag among them
    """Write a .npz file, compressed."""
    np.savez_compressed(path, **arrays)
    return path


def test_archives_are_read_by_portions_too(
    catalogue: Store, bring: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whichever way the array lies in it, and whatever lies beside it."""
    monkeypatch.setattr("search.importing.vector_importer.ROWS_AT_ONCE", 1)
    file = packed(tmp_path / "v.npz", vectors=VECTORS[:2], articles=np.array(["A", "B"]))
    assert bring(file, "A\nB\n") == 0
    assert nearest(catalogue, 1) == ("B", 100)
    file = packed(tmp_path / "v.npz", vectors=np.asfortranarray(VECTORS[2:4]))
    assert bring(file, "A\nB\n") == 0
    assert nearest(catalogue, 3) == ("B", 100)


def bad_files(folder: Path) -> dict[str, tuple[Any, str]]:
    """Return files that cannot be read, each with what is said of it."""
    pickled = folder / "pickled.npy"
    np.save(pickled, np.array([{"a": 1}], object), allow_pickle=True)
    (folder / "text.npy").write_text("0.1 0.2")
    (folder / "empty.npy").write_bytes(b"")
    with (folder / "negative.npy").open("wb") as file:
        said = {"descr": "<f4", "fortran_order": False, "shape": (-6, 512)}
        np.lib.format.write_array_header_1_0(file, said)
    whole = io.BytesIO()
    np.save(whole, VECTORS)
    (folder / "cut.npy").write_bytes(whole.getvalue()[:-100])
    with zipfile.ZipFile(folder / "cut.npz", "w") as archive:
        archive.writestr("v.npy", whole.getvalue()[:-100])
    return {
        "gone": (folder / "gone.npy", "it is not there"),
        "less than nothing": (folder / "negative.npy", "no .npy or .npz file"),
        "pickled": (pickled, "no .npy or .npz file"),
        "text": (folder / "text.npy", "no .npy or .npz file"),
        "empty": (folder / "empty.npy", "no .npy or .npz file"),
        "cut": (folder / "cut.npy", "cut short"),
        "cut archive": (folder / "cut.npz", "cut short"),
        "two": (packed(folder / "two.npz", a=VECTORS, b=VECTORS), "holds 2"),
        "whole numbers": (np.ones((6, 512), int), "the numbers are int64"),
        "short": (np.ones((6, 384)), "the array is [6, 384]"),
        "flat": (np.ones(512), "the array is [512]"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "gone",
        "less than nothing",
        "pickled",
        "text",
        "empty",
        "cut",
        "cut archive",
        "two",
        "whole numbers",
        "short",
        "flat",
    ],
)
def test_what_is_no_array_of_vectors_gets_a_sentence(
    bring: Import, tmp_path: Path, capsys: Captured, name: str
) -> None:
    """Nothing in a file is ever run, and no traceback is shown."""
    array, told = bad_files(tmp_path)[name]
    assert bring(array, "A\n" * 6) == 1
    assert told in capsys.readouterr().err


def test_a_list_that_does_not_fit_is_refused_before_anything_is_written(
    catalogue: Store, bring: Import, capsys: Captured, tmp_path: Path
) -> None:
    """Too short, not there, not in UTF-8, not a table; or of a shop that nobody imported."""
    assert bring(VECTORS, "A\nB\n") == 1
    assert "it names 2 pictures, and there are 6 vectors" in capsys.readouterr().err
    assert bring(VECTORS[:1], 'article,picture\n"A,\n') == 1
    assert "a quotation mark is left open" in capsys.readouterr().err
    assert bring(VECTORS[:1], "A\n", "--name", "nowhere") == 1
    assert "no product was imported under it yet" in capsys.readouterr().err
    np.save(tmp_path / "v.npy", VECTORS[:1])
    (tmp_path / "old.txt").write_text("Кружка\n", "cp1251")
    for file, told in (("old.txt", "not in UTF-8"), ("gone.txt", "it is not there")):
        articles = str(tmp_path / file)
        assert main(["import", "vectors", str(tmp_path / "v.npy"), "--articles", articles]) == 1
        assert told in capsys.readouterr().err
    assert catalogue.embeddings.count(CLIP) == 0

"""Evaluation sets from folders and CSV files, with everything that can be wrong in them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.errors import PhotoUnsupported, SetEmpty, SetExists, SetUnreadable
from tests.catalogues import products, unit_vectors

Paint = Callable[..., bytes]
COLOURS = ("red", "green", "blue")


def ignore(_: int, __: int) -> None:
    """Report progress to nobody."""


@pytest.fixture
def stocked(engine: SearchEngine, picture: Paint) -> SearchEngine:
    """Return an engine with a product a colour."""
    goods = [
        replace(made, picture=picture(colour), article=colour, embedding=None)
        for made, colour in zip(products(unit_vectors(3)), COLOURS, strict=True)
    ]
    engine.store.products.add("test", goods)
    engine.index(lambda _: None)
    return engine


def test_a_folder_an_article_becomes_a_set(
    stocked: SearchEngine, picture: Paint, tmp_path: Path
) -> None:
    """Each photo shows the product that its folder is named after; what is no photo is reported."""
    for colour in COLOURS:
        (tmp_path / colour).mkdir()
        (tmp_path / colour / "1.png").write_bytes(picture(colour, "black"))
    (tmp_path / "nothing we sell").mkdir()
    (tmp_path / "nothing we sell" / "2.png").write_bytes(picture("pink"))
    (tmp_path / "red" / "broken.jpg").write_bytes(b"no picture")
    (tmp_path / "red" / "notes.txt").write_text("no photo at all")
    done: list[tuple[int, int]] = []
    made = stocked.set_importer().add(
        "Shop", tmp_path, lambda so_far, total: done.append((so_far, total))
    )
    assert made.photos == 3
    assert done[-1] == (5, 5)
    assert sorted(skipped.where for skipped in made.skipped) == [
        "nothing we sell/2.png",
        "red/broken.jpg",
    ]
    reasons = {skipped.where: skipped.reason for skipped in made.skipped}
    assert isinstance(reasons["red/broken.jpg"], PhotoUnsupported)
    listed = stocked.store.evaluation_sets.matches(made.number)
    numbers = stocked.store.products.numbers(COLOURS)
    assert sorted(product for _, product in listed) == sorted(numbers.values())
    photo = listed[0][0]
    assert stocked.store.photo_pictures.find(photo) is not None
    assert stocked.store.photos.find(photo, stocked.encoder.space) is not None


def test_a_csv_file_may_list_several_products_or_none(
    stocked: SearchEngine, picture: Paint, tmp_path: Path
) -> None:
    """A photo in two rows shows two products, one with an empty article none of the catalogue's."""
    for name, colour in (("both.png", "orange"), ("none.png", "pink")):
        (tmp_path / name).write_bytes(picture(colour))
    table = tmp_path / "set.csv"
    table.write_text(
        "\ufeffphoto,article,note\nboth.png,red,x\nboth.png,blue,x\nnone.png,,x\ngone.png,red,x\n",
        "utf-8",
    )
    made = stocked.set_importer().add("Table", table, ignore)
    assert made.photos == 2
    assert [skipped.where for skipped in made.skipped] == ["set.csv:5 gone.png"]
    matches = stocked.store.evaluation_sets.matches(made.number)
    numbers = stocked.store.products.numbers(["red", "blue"])
    assert {product for _, product in matches} == set(numbers.values())
    assert len({photo for photo, _ in matches}) == 1


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"picture;product\n1.png;red\n", SetUnreadable),
        (b"", SetUnreadable),
        (b"\xff\xfe\x00bad", SetUnreadable),
        (b"photo,article\n", SetEmpty),
        (b"photo,article\n../../etc/passwd,red\n", SetEmpty),
        (b"photo,article\n,red\n", SetEmpty),
    ],
)
def test_a_file_that_lists_no_photos_gets_a_sentence(
    stocked: SearchEngine, tmp_path: Path, content: bytes, error: type[Exception]
) -> None:
    """Nothing is stored of it."""
    table = tmp_path / "set.csv"
    table.write_bytes(content)
    with pytest.raises(error):
        stocked.set_importer().add("Bad", table, ignore)
    assert stocked.evaluating.sets() == []


def test_a_path_that_is_not_there_gets_a_sentence(stocked: SearchEngine, tmp_path: Path) -> None:
    """And not a traceback."""
    with pytest.raises(SetUnreadable):
        stocked.set_importer().add("Gone", tmp_path / "gone.csv", ignore)


def test_a_name_is_taken_once(stocked: SearchEngine, picture: Paint, tmp_path: Path) -> None:
    """A second set of the same name changes nothing of the first."""
    (tmp_path / "red").mkdir()
    (tmp_path / "red" / "1.png").write_bytes(picture("red", "black"))
    stocked.set_importer().add("Shop", tmp_path, ignore)
    with pytest.raises(SetExists):
        stocked.set_importer().add("Shop", tmp_path, ignore)
    assert [source.photos for source in stocked.evaluating.sets()] == [1]

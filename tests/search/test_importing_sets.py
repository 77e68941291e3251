"""Evaluation sets from folders and CSV files, with everything that can be wrong in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from search.engine import SearchEngine
from search.errors import (
    DatabaseUnavailable,
    EncoderTimeout,
    PhotoTooLarge,
    PhotoUnsupported,
    SetEmpty,
    SetExists,
    SetNameInvalid,
    SetUnreadable,
)
from search.importing_sets import SetImporter
from search.photo import read_photo
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


def test_an_import_that_fails_leaves_no_picture(
    stocked: SearchEngine, picture: Paint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither where the encoder fails in the middle nor where the database does at the end."""
    for colour in COLOURS:
        (tmp_path / colour).mkdir()
        (tmp_path / colour / "1.png").write_bytes(picture(colour, "black"))

    def tired(done: int, _: int) -> None:
        if done == 2:
            raise EncoderTimeout(seconds=1)

    with pytest.raises(EncoderTimeout):
        stocked.set_importer().add("Shop", tmp_path, tired)
    assert pictures(stocked) == 0
    store, kept = stocked.store.photo_pictures, []

    def full(fingerprint: bytes, *_: object) -> None:
        kept.append(fingerprint)
        if len(kept) == 2:
            raise DatabaseUnavailable(reason="full")

    monkeypatch.setattr(type(store), "add", lambda _, *given: full(*given))
    with pytest.raises(DatabaseUnavailable):
        stocked.set_importer().add("Shop", tmp_path, ignore)
    assert stocked.evaluating.sets() == []
    monkeypatch.undo()
    monkeypatch.setattr("search.importing_sets.IN_MEMORY", 1)
    assert stocked.set_importer().add("Shop", tmp_path, ignore).photos == 3
    assert pictures(stocked) == 3


def pictures(engine: SearchEngine) -> int:
    """Count the pictures of photos that are kept, all of which can be read."""
    with engine.store.database.connection() as connection:
        kept = connection.execute("SELECT content FROM likeness.photo_pictures").fetchall()
    return sum(read_photo(content).image.width > 0 for (content,) in kept)


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
        (b"photo,article\n1\0.png,red\n", SetUnreadable),
        (b'photo,article\n"1.png,red\n', SetUnreadable),
        (b"photo,article\n" + b"x" * 5000 + b",red\n", SetEmpty),
        (b"photo\n1.png\n", SetUnreadable),
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


def test_a_table_as_a_spreadsheet_writes_it(
    stocked: SearchEngine, picture: Paint, tmp_path: Path
) -> None:
    """Semicolons between cells and capital letters in the columns' names are understood."""
    (tmp_path / "1.png").write_bytes(picture("red", "black"))
    table = tmp_path / "set.csv"
    table.write_text("\ufeffPhoto;Article\r\n1.png; red\r\n", "utf-8")
    assert stocked.set_importer().add("Table", table, ignore).photos == 1


def test_only_files_are_read(stocked: SearchEngine, picture: Paint, tmp_path: Path) -> None:
    """A pipe would keep us waiting for ever, a device would never end, a folder is no photo."""
    shop = tmp_path / "red"
    (shop / "folder.jpg").mkdir(parents=True)
    os.mkfifo(shop / "pipe.jpg")
    (shop / "device.jpg").symlink_to("/dev/zero")
    (shop / "photo.png").write_bytes(picture("red", "black"))
    made = stocked.set_importer().add("Shop", tmp_path, ignore)
    assert made.photos == 1
    assert {skipped.reason for skipped in made.skipped} == {"sets.not_regular"}
    assert len(made.skipped) == 3
    os.mkfifo(tmp_path / "set.csv")
    with pytest.raises(SetUnreadable, match="neither a folder nor a file"):
        stocked.set_importer().add("Pipe", tmp_path / "set.csv", ignore)


def test_no_more_of_a_photo_is_fetched_than_is_taken(
    stocked: SearchEngine, picture: Paint, tmp_path: Path
) -> None:
    """A film among the photos is refused without filling the memory, and its size is told."""
    (tmp_path / "red").mkdir()
    photo = picture("red", "black")
    (tmp_path / "red" / "1.png").write_bytes(photo)
    film = tmp_path / "red" / "2.png"
    with film.open("wb") as file:
        file.truncate(3 * 10**9)  # with nothing in it: it takes no room on the disk
    importer = SetImporter(stocked.store, read_photo, stocked.encoder.encode, max_bytes=len(photo))
    made = importer.add("Shop", tmp_path, ignore)
    assert made.photos == 1
    (skipped,) = made.skipped
    assert isinstance(skipped.reason, PhotoTooLarge)
    assert skipped.reason.facts["megabytes"] == 3_000.0


def test_names_that_are_no_text_are_read_as_far_as_they_are(
    stocked: SearchEngine, picture: Paint, tmp_path: Path
) -> None:
    """A file's name is bytes: what of them is no UTF-8 can be neither kept nor printed."""
    for folder in (b"red", b"\xff sold out"):
        place = tmp_path / os.fsdecode(folder)
        place.mkdir()
        (place / os.fsdecode(b"1\xff\n.png")).write_bytes(picture("red", "black"))
    made = stocked.set_importer().add("Shop", tmp_path, ignore)
    assert [photo.name for photo in stocked.store.evaluation_sets.photos(made.number)] == [
        "1\ufffd .png"
    ]
    (skipped,) = made.skipped
    assert (skipped.where, skipped.reason) == (
        "\ufffd sold out/1\ufffd .png",
        "sets.unknown_article",
    )


@pytest.mark.parametrize("name", ["", " \0\t", "x" * 81])
def test_a_set_needs_a_name(stocked: SearchEngine, tmp_path: Path, name: str) -> None:
    """One that fits on a page; that is said before a photo is looked at."""
    with pytest.raises(SetNameInvalid):
        stocked.set_importer().add(name, tmp_path / "gone.csv", ignore)


def test_a_name_is_kept_in_one_line(stocked: SearchEngine, picture: Paint, tmp_path: Path) -> None:
    """What cannot be shown goes, and the same name in other spaces is the same."""
    (tmp_path / "red").mkdir()
    (tmp_path / "red" / "1.png").write_bytes(picture("red", "black"))
    made = stocked.set_importer().add(" My\nshop\0 ", tmp_path, ignore)
    assert made.name == "My shop"
    with pytest.raises(SetExists):
        stocked.set_importer().add("My shop ", tmp_path / "never looked at", ignore)


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

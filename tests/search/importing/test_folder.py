"""A folder of pictures becomes a catalogue, and stays in step with it."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from search.errors import ImportNameInvalid, ImportUnreadable, PhotoDamaged, PhotoUnsupported
from search.importing.folder import FolderSource
from search.importing.importer import MOST_PICTURES, Importer
from search.importing.report import ImportReport
from search.photo import read_photo
from search.store.products import StoredPicture
from search.store.store import Store
from search.vectors import CLIP
from tests.catalogues import give_vectors, unit_vectors, waiting

Paint = Callable[..., bytes]
Run = Callable[..., ImportReport]
Dump = Callable[[], object]


def indexed(store: Store) -> None:
    """Give every picture that has none a vector."""
    pictures = waiting(store)
    give_vectors(store, pictures, unit_vectors(len(pictures)))


def stored(store: Store) -> list[StoredPicture]:
    """Return the pictures without a vector as they are served."""
    found = [store.products.picture(picture.digest or "") for picture in waiting(store)]
    return [picture for picture in found if picture is not None]


def test_every_picture_is_a_product(store: Store, run: Run, shop: Path) -> None:
    """Its article is its path, its name the file's, its category the folder's."""
    report = run(FolderSource(shop))
    assert (report.products.added, report.pictures.added, report.problems) == (3, 3, [])
    found = store.imports.find("shop", ["hats/red", "mugs/1"])
    assert found["hats/red"].fields.name == {"en": "red"}
    assert found["hats/red"].fields.category_id == "hats"
    assert [picture.address for picture in found["mugs/1"].pictures] == ["mugs/1.jpg"]
    assert store.products.categories() == [({"en": "hats"}, 2), ({"en": "mugs"}, 1)]
    kept = stored(store)
    assert {picture.media_type for picture in kept} == {"image/png", "image/jpeg"}
    assert (shop / "hats" / "red.png").read_bytes() in [picture.content for picture in kept]


def test_importing_twice_changes_nothing(store: Store, run: Run, shop: Path, dump: Dump) -> None:
    """Not a row is written the second time, vectors stay, and the report says so."""
    run(FolderSource(shop))
    indexed(store)
    before = dump()
    report = run(FolderSource(shop))
    assert dump() == before
    assert report.changes_nothing
    assert (report.products.unchanged, report.pictures.unchanged) == (3, 3)


@pytest.mark.parametrize("folders", [False, True])
def test_a_dry_run_reports_the_same_and_writes_nothing(
    run: Run, shop: Path, dump: Dump, picture: Paint, *, folders: bool
) -> None:
    """Into an empty catalogue, and into one that is behind."""
    for _ in range(2):
        before = dump()
        dry = run(FolderSource(shop, folders=folders), dry_run=True, prune=True)
        assert dump() == before
        real = run(FolderSource(shop, folders=folders), prune=True)
        assert dump() != before
        assert dry.plain() | {"dry_run": False} == real.plain()
        (shop / "hats" / "red.png").write_bytes(picture("orange"))
        (shop / "hats" / "blue.png").unlink(missing_ok=True)
        (shop / "hats" / "new.png").write_bytes(picture("navy"))


def test_a_picture_that_was_replaced_loses_its_vector(
    store: Store, run: Run, shop: Path, picture: Paint
) -> None:
    """What was encoded shows something else; the other vectors stay."""
    run(FolderSource(shop))
    indexed(store)
    (shop / "hats" / "red.png").write_bytes(picture("orange"))
    report = run(FolderSource(shop))
    assert (report.products.changed, report.pictures.changed, report.pictures.added) == (1, 1, 0)
    (missing,) = waiting(store)
    assert missing.content == picture("orange")
    assert store.embeddings.count(CLIP) == 2


def test_what_is_gone_goes_when_asked_for(store: Store, run: Run, shop: Path) -> None:
    """Without --prune it stays and is counted; of other catalogues nothing is ever touched."""
    run(FolderSource(shop), "other")
    run(FolderSource(shop))
    (shop / "hats" / "red.png").unlink()
    report = run(FolderSource(shop))
    assert (report.products.gone, report.products.removed, report.pictures.gone) == (1, 0, 1)
    report = run(FolderSource(shop), prune=True)
    assert (report.products.removed, report.pictures.removed) == (1, 1)
    assert sorted(store.imports.find("shop", ["hats/red", "hats/blue"])) == ["hats/blue"]
    assert store.imports.count("other") == 3


def test_nothing_is_pruned_where_nothing_was_found(store: Store, run: Run, shop: Path) -> None:
    """A disk that is not mounted must not empty the catalogue."""
    run(FolderSource(shop))
    empty = shop.parent / "empty"
    empty.mkdir()
    report = run(FolderSource(empty), prune=True)
    assert (report.met, report.products.gone, report.products.removed) == (0, 3, 0)
    assert store.imports.count("shop") == 3


def test_nothing_is_pruned_where_a_folder_cannot_be_read(
    store: Store, run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its products are there, only not to be seen."""
    run(FolderSource(shop))
    scan = os.scandir

    def refusing(path: str) -> object:
        if path.endswith("hats"):
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refusing)  # root may read any folder
    report = run(FolderSource(shop), prune=True)
    assert [problem.reason for problem in report.problems] == ["importing.folder_unreadable"]
    assert (report.products.gone, report.products.removed) == (2, 0)
    assert store.imports.count("shop") == 3


def test_a_folder_may_be_one_product(store: Store, run: Run, shop: Path, picture: Paint) -> None:
    """Its files in their order are its pictures; a picture beside the folders is no product."""
    (shop / "loose.png").write_bytes(picture("green"))
    report = run(FolderSource(shop, folders=True))
    assert [problem.reason for problem in report.problems] == ["importing.loose_picture"]
    assert (report.products.added, report.pictures.added, report.pictures.left_out) == (2, 3, 1)
    hats = store.imports.find("shop", ["hats"])["hats"]
    assert [p.address for p in hats.pictures] == ["hats/blue.png", "hats/red.png"]
    assert hats.fields.category_id is None


def test_a_new_first_picture_is_the_main_one(
    store: Store, run: Run, shop: Path, picture: Paint
) -> None:
    """The others move behind it, one that is gone from the folder behind all; then all rests."""
    run(FolderSource(shop, folders=True))
    (shop / "hats" / "a.png").write_bytes(picture("navy"))
    (shop / "hats" / "blue.png").unlink()
    report = run(FolderSource(shop, folders=True))
    assert (report.fields, report.pictures.gone) == ({"order": 1}, 1)
    hats = store.imports.find("shop", ["hats"])["hats"]
    order = [p.address for p in hats.pictures]
    assert order == ["hats/a.png", "hats/red.png", "hats/blue.png"]
    assert run(FolderSource(shop, folders=True)).changes_nothing
    assert run(FolderSource(shop, folders=True), prune=True).pictures.removed == 1
    assert len(store.imports.find("shop", ["hats"])["hats"].pictures) == 2


def test_what_cannot_be_used_is_told_with_its_place(
    store: Store, run: Run, tmp_path: Path, picture: Paint
) -> None:
    """Everything that lies among pictures: the rest comes in."""
    good = picture("red", kind="JPEG")
    (tmp_path / "text.jpg").write_text("no picture at all")
    (tmp_path / "cut.jpg").write_bytes(good[: len(good) // 2])
    (tmp_path / "link.png").symlink_to("/dev/zero")
    (tmp_path / "lost.png").symlink_to("nowhere.png")
    os.mkfifo(tmp_path / "pipe.png")
    (tmp_path / "good.jpg").write_bytes(good)
    (tmp_path / "good.png").write_bytes(picture("red"))
    (tmp_path / f"{'x' * 240}.png").write_bytes(good)
    (tmp_path / os.fsdecode(b"\xff.png")).write_bytes(picture("blue"))
    report = run(FolderSource(tmp_path))
    told = {
        problem.where: problem.reason if isinstance(problem.reason, str) else type(problem.reason)
        for problem in report.problems
    }
    assert told == {
        "text.jpg": PhotoUnsupported,
        "cut.jpg": PhotoDamaged,
        "link.png": "importing.not_regular",
        "lost.png": "importing.no_file",
        "pipe.png": "importing.not_regular",
        "good.png": "importing.duplicate",
        f"{'x' * 240}.png": "importing.long_article",
    }
    assert (report.products.added, report.products.left_out) == (2, 7)
    assert sorted(store.imports.find("shop", ["good", "\ufffd"])) == ["good", "\ufffd"]


def test_a_picture_that_breaks_later_stays_as_it_was(
    store: Store, run: Run, shop: Path, dump: Dump
) -> None:
    """Half a file, met while it is copied, costs neither the product nor its vector."""
    run(FolderSource(shop))
    indexed(store)
    before = dump()
    (shop / "hats" / "red.png").write_bytes(b"half")
    report = run(FolderSource(shop), prune=True)
    assert len(report.problems) == 1
    assert dump() == before


def test_large_and_rare_pictures_are_kept_as_jpeg(store: Store, run: Run, tmp_path: Path) -> None:
    """What no browser shows, or is too large to show by the fifty, is kept for encoders."""
    pixels = Image.effect_noise((1600, 1200), 90).convert("RGB")
    pixels.save(tmp_path / "large.png")
    pillow_heif.from_pillow(pixels.resize((600, 400))).save(tmp_path / "phone.heic")
    assert run(FolderSource(tmp_path)).pictures.added == 2
    kept = stored(store)
    assert {picture.media_type for picture in kept} == {"image/jpeg"}
    assert sorted(read_photo(picture.content).image.size for picture in kept) == [
        (597, 448),
        (600, 400),
    ]
    assert run(FolderSource(tmp_path)).changes_nothing


def test_a_whole_catalogue_is_not_taken_for_one_product(
    run: Run, tmp_path: Path, picture: Paint
) -> None:
    """A product has so many pictures at most; the sentence says which option may be wrong."""
    (tmp_path / "all").mkdir()
    for number in range(MOST_PICTURES + 2):
        (tmp_path / "all" / f"{number}.png").write_bytes(picture((number, 0, 0)))
    report = run(FolderSource(tmp_path, folders=True))
    assert [problem.reason for problem in report.problems] == ["importing.many_pictures"]
    assert (report.pictures.added, report.pictures.left_out) == (MOST_PICTURES, 2)


def test_what_is_stored_when_it_is_stopped_stays(
    store: Store, run: Run, shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C between two portions, or within one: the same command goes on from there."""
    monkeypatch.setattr("search.importing.importer.PRODUCTS_AT_ONCE", 1)
    read = []

    def stopped(data: bytes) -> object:
        read.append(data)
        if len(read) == 2:
            raise KeyboardInterrupt
        return read_photo(data)

    importer = Importer(store, stopped)  # type: ignore[arg-type]  # it never returns anything else
    with pytest.raises(KeyboardInterrupt):
        importer.run(FolderSource(shop), "shop", lambda _: None)
    assert store.imports.count("shop") == 1
    report = run(FolderSource(shop))
    assert (report.products.added, report.products.unchanged) == (2, 1)


@pytest.mark.parametrize("name", ["", " \0", "x" * 81, "demo"])
def test_a_catalogue_needs_a_name_of_its_own(run: Run, shop: Path, name: str) -> None:
    """One that fits on a page, and is not the demo's: that one is removed as a whole."""
    with pytest.raises(ImportNameInvalid):
        run(FolderSource(shop), name)


def test_a_folder_that_is_none_gets_a_sentence(run: Run, shop: Path) -> None:
    """A file, or nothing at all."""
    for path in (shop / "mugs" / "1.jpg", shop / "gone"):
        with pytest.raises(ImportUnreadable, match="no folder"):
            run(FolderSource(path))


def test_real_photographs_come_in(store: Store, run: Run, photos: Path) -> None:
    """One category of them, each a product that shows the photograph itself."""
    report = run(FolderSource(photos / "test" / "hat"))
    assert report.problems == []
    assert report.products.added == len(list((photos / "test" / "hat").iterdir())) == 12
    assert store.products.count() == (12, 12)

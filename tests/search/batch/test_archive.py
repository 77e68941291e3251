"""Archives from anybody: opened when they hold photos, and refused with a sentence otherwise."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable

import pytest

from search.batch.archive import MOST_FILES, unpack
from search.batch.files import GivenFile, LeftOut, PhotoFile
from search.decoding import MEGABYTE
from search.errors import (
    ArchiveEncrypted,
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnreadable,
    LikenessError,
    PhotoDamaged,
    PhotoTooLarge,
    PhotoUnsupported,
)
from search.language import LANGUAGES, language
from tests.search.batch.zips import (
    lying_about_size,
    marked_encrypted,
    named_by_bytes,
    with_long_table,
    zipped,
)

Paint = Callable[..., bytes]


def opened(archive: bytes, max_bytes: int = MEGABYTE) -> list[PhotoFile | LeftOut]:
    """Open an archive."""
    return list(unpack(GivenFile("photos.zip", archive), max_bytes))


def photos(archive: bytes) -> list[PhotoFile]:
    """Return the photos in an archive."""
    return [found for found in opened(archive) if isinstance(found, PhotoFile)]


def reasons(archive: bytes, max_bytes: int = MEGABYTE) -> dict[str, LikenessError]:
    """Return what is left out, by name; each can be said in both languages."""
    left_out = {
        found.name: found.error
        for found in opened(archive, max_bytes)
        if isinstance(found, LeftOut)
    }
    for error in left_out.values():
        assert all("…" not in language(code).error(error).sentence for code in LANGUAGES)
    return left_out


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_photos_come_out_as_they_went_in(picture: Paint, method: int) -> None:
    """In the archive's order, with their folders in their names."""
    given = {"b/2.png": picture("red"), "a/1.png": picture("blue"), "c": picture("green")}
    found = photos(zipped(given, method))
    assert {file.name: file.content() for file in found} == given
    assert [file.name for file in found] == list(given)


def test_what_systems_leave_beside_files_is_passed_over(picture: Paint) -> None:
    """Nobody has chosen it, so nobody is told of it."""
    junk = ["__MACOSX/._1.jpg", ".DS_Store", "a/Thumbs.db", "desktop.ini", "a/.hidden/2.jpg", "a/"]
    archive = zipped(dict.fromkeys(junk, b"x") | {"1.jpg": picture()})
    assert [file.name for file in opened(archive)] == ["1.jpg"]


def test_what_is_no_photo_is_named_with_its_reason(picture: Paint) -> None:
    """A price list, a video, an archive within: each is told, and the photo is found."""
    video = b"\0\0\0\x18ftypmp42" + bytes(20)
    inner = zipped({"deep.jpg": picture()})
    given = {"list.txt": b"prices", "film.mp4": video, "more.zip": inner, "x": b"Rar!\x1a\x07\0"}
    archive = zipped(given | {"1.png": picture()})
    kinds = {name: type(error) for name, error in reasons(archive).items()}
    assert kinds == {
        "list.txt": PhotoUnsupported,
        "film.mp4": PhotoUnsupported,
        "more.zip": ArchiveNested,
        "x": ArchiveNested,
    }
    assert [file.name for file in photos(archive)] == ["1.png"]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/cron.d/1.jpg", "etc/cron.d/1.jpg"),
        ("/etc/1.jpg", "etc/1.jpg"),
        ("C:\\Windows\\1.jpg", "Windows/1.jpg"),
        ("a/./../b\n/1.jpg", "a/b/1.jpg"),
    ],
)
def test_no_name_leads_anywhere(picture: Paint, name: str, shown: str) -> None:
    """Nothing is written to a disk, and what is shown of the name is harmless."""
    (found,) = photos(zipped({name: picture()}))
    assert found.name == shown
    assert found.content() == picture()


@pytest.mark.parametrize("alphabet", ["cp866", "utf-8"])
def test_russian_names_are_read_whoever_packed_them(picture: Paint, alphabet: str) -> None:
    """Windows does not say in which alphabet it wrote them."""
    (found,) = photos(named_by_bytes("Синяя кружка.png".encode(alphabet), picture()))
    assert found.name == "Синяя кружка.png"
    assert found.content() == picture()


def test_a_protected_archive_is_told(picture: Paint) -> None:
    """One sentence for the archive, none for each of its files."""
    archive = marked_encrypted(zipped({"1.jpg": picture(), "2.jpg": picture()}))
    assert [type(error) for error in reasons(archive).values()] == [ArchiveEncrypted]


@pytest.mark.parametrize("damage", [lambda z: z[:-30], lambda z: b"PK\x03\x04" + z[40:90]])
def test_a_damaged_archive_is_told(picture: Paint, damage: Callable[[bytes], bytes]) -> None:
    """As one that a download broke off."""
    archive = damage(zipped({"1.jpg": picture()}))
    assert isinstance(reasons(archive)["photos.zip"], ArchiveUnreadable)


def test_one_damaged_photo_leaves_the_others(picture: Paint) -> None:
    """Its turn comes, and it fails alone."""
    archive = bytearray(zipped({"1.png": picture("red"), "2.png": picture("blue")}, 0))
    archive[archive.find(b"IDAT") + 6] ^= 0xFF
    first, second = photos(bytes(archive))
    with pytest.raises(PhotoDamaged):
        first.content()
    assert second.content() == picture("blue")


def test_a_bomb_is_not_unpacked() -> None:
    """What becomes a thousand times as large is refused from the table of contents alone."""
    archive = zipped({"1.jpg": bytes(20 * MEGABYTE)})
    error = reasons(archive)["photos.zip"]
    assert isinstance(error, ArchiveTooLarge)
    assert error.facts["limit"] == 100


def test_too_much_in_all_is_refused() -> None:
    """A hundred photos take no gigabyte."""
    archive = lying_about_size(zipped({f"{n}.jpg": b"x" * 60_000 for n in range(90)}, 0), 2**24)
    error = reasons(archive)["photos.zip"]
    assert isinstance(error, ArchiveTooLarge)
    assert error.facts["reason"] == "@reasons.archive_unpacked"


def test_a_photo_larger_than_allowed_is_not_unpacked() -> None:
    """The limit of a single photo holds in archives as well."""
    (found,) = photos(zipped({"1.jpg": b"x" * (MEGABYTE + 1)}, 0))
    with pytest.raises(PhotoTooLarge):
        found.content()


def test_whoever_lies_about_a_size_gains_nothing(picture: Paint) -> None:
    """Not a byte more than was said is unpacked; then it does not fit its checksum."""
    (found,) = photos(lying_about_size(zipped({"1.png": picture()}), 20))
    with pytest.raises(PhotoDamaged):
        found.content()


def test_too_many_files_are_refused() -> None:
    """Nobody looks through a million names."""
    archive = zipped({f"{number}.jpg": b"" for number in range(MOST_FILES + 1)})
    assert isinstance(reasons(archive)["photos.zip"], ArchiveTooLarge)


def test_an_endless_table_of_contents_is_not_read() -> None:
    """A million entries of 47 bytes would be a gigabyte in memory."""
    began = time.process_time()
    error = reasons(with_long_table(1_000_000))["photos.zip"]
    assert isinstance(error, ArchiveTooLarge)
    assert time.process_time() - began < 2


@pytest.mark.parametrize("method", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_ways_of_packing_that_take_any_memory_are_refused(picture: Paint, method: int) -> None:
    """With a sentence that says so."""
    (found,) = photos(zipped({"1.png": picture()}, method))
    with pytest.raises(ArchiveUnreadable):
        found.content()

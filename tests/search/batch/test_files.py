"""Files told apart: photos, archives, junk, and what nothing is searched with."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from search.batch.archive import unpack
from search.batch.files import HEAD_BYTES, MOST_PHOTOS, GivenFile, Sorted, needed, sort_files
from search.decoding import MEGABYTE
from search.errors import ArchiveUnreadable, PhotosTooMany, PhotoUnsupported
from tests.search.batch.zips import zipped

Paint = Callable[..., bytes]


def sorted_files(*files: tuple[str, bytes]) -> Sorted:
    """Sort files as the engine does."""
    given = [GivenFile(name, content) for name, content in files]
    return sort_files(given, partial(unpack, max_bytes=MEGABYTE))


def test_photos_and_archives_may_be_mixed(picture: Paint) -> None:
    """A ZIP stands where it came, with its photos in their order."""
    archive = zipped({"2.png": picture("red"), "3.png": picture("blue")})
    found = sorted_files(("1.png", picture()), ("more.ZIP", archive), ("4.png", picture("green")))
    assert [photo.name for photo in found.photos] == ["1.png", "2.png", "3.png", "4.png"]


def test_a_hundred_are_taken_and_the_rest_is_named(picture: Paint) -> None:
    """Nobody wonders where the last ones are."""
    files = [(f"{number}.png", picture()) for number in range(MOST_PHOTOS + 2)]
    found = sorted_files(*files)
    assert len(found.photos) == MOST_PHOTOS
    assert [(one.name, type(one.error)) for one in found.left_out] == [
        ("100.png", PhotosTooMany),
        ("101.png", PhotosTooMany),
    ]


def test_of_what_is_left_out_nothing_is_held(picture: Paint) -> None:
    """Somebody may choose a folder of thousands: only what is searched with takes memory."""
    archive = zipped({"a.png": picture("red")})
    files = [GivenFile(f"{number}.png", picture()) for number in range(MOST_PHOTOS + 50)]
    files += [GivenFile("film.mov", b"x" * 1000), GivenFile("more.zip", archive)]
    held = [*needed(files)]
    sort = partial(sort_files, unpack=partial(unpack, max_bytes=MEGABYTE))
    before, after = sort(files), sort(held)
    assert [one.name for one in after.photos] == [one.name for one in before.photos]
    assert [str(one) for one in after.left_out] == [str(one) for one in before.left_out]
    assert [len(file.content) for file in held[MOST_PHOTOS:-1]] == [HEAD_BYTES] * 51
    assert held[:MOST_PHOTOS] == files[:MOST_PHOTOS]
    assert held[-1].content is archive


def test_content_counts_and_so_does_a_name(picture: Paint) -> None:
    """A photo without an ending is one; what is only called photo.jpg fails in its place."""
    found = sorted_files(("scan", picture(kind="JPEG")), ("photo.jpg", b"%PDF"), ("a.pdf", b"%PDF"))
    assert [photo.name for photo in found.photos] == ["scan", "photo.jpg"]
    assert [type(one.error) for one in found.left_out] == [PhotoUnsupported]


def test_other_archives_and_false_ones_are_told() -> None:
    """Only ZIP is opened."""
    found = sorted_files(("a.rar", b"Rar!\x1a\x07\0"), ("b.zip", b"nothing"), ("c.7z", b"7z"))
    assert not found.photos
    reasons = [one.error.facts["reason"] for one in found.left_out]
    assert [type(one.error) for one in found.left_out] == [ArchiveUnreadable] * 3
    assert reasons == [
        "@reasons.archive_other_kind",
        "@reasons.archive_damaged",
        "@reasons.archive_other_kind",
    ]


def test_a_document_that_is_a_zip_inside_is_no_archive(picture: Paint) -> None:
    """The pictures of a price list in Word are not what somebody searches with."""
    found = sorted_files(("list.docx", zipped({"word/media/1.png": picture()})))
    assert not found.photos
    assert [type(one.error) for one in found.left_out] == [PhotoUnsupported]


def test_junk_of_a_folder_is_passed_over(picture: Paint) -> None:
    """As in an archive."""
    found = sorted_files(
        ("shop/.DS_Store", b"x"), ("shop/Thumbs.db", b"x"), ("shop/1.png", picture())
    )
    assert [photo.name for photo in found.photos] == ["shop/1.png"]
    assert not found.left_out

"""Files as somebody gives them, sorted into photos and what is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

import pillow_heif

from search.errors import ArchiveUnreadable, LikenessError, PhotosTooMany, PhotoUnsupported
from search.people import tidy
from search.picture_files import PICTURES

MOST_PHOTOS = 100
# A file says by its first bytes what it is.
HEAD_BYTES = 16
_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
LONGEST_NAME = 120

# A ZIP with something in it, and one without.
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b")
_SLASHES = re.compile(r"[\\/]")
_DRIVE = re.compile(r"[A-Za-z]:")
# What systems put beside people's files, and nobody has chosen.
_JUNK = frozenset({"__macosx", "@eadir", "$recycle.bin", "thumbs.db", "ehthumbs.db", "desktop.ini"})


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file as it came: its name, perhaps with folders, and its content."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """A file that is meant as a photo; whether it is one is seen when it is read.

    `content` returns its bytes; it raises a PhotoError or a BatchError when they cannot be had.
    """

    name: str
    content: Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that is no photo, and why nothing is searched with it."""

    name: str
    error: LikenessError


@dataclass(frozen=True, slots=True)
class Sorted:
    """Up to MOST_PHOTOS photos, in the order in which they came, and what is left out."""

    photos: tuple[PhotoFile, ...]
    left_out: tuple[LeftOut, ...]


def sort_files(
    files: Sequence[GivenFile], unpack: Callable[[GivenFile], Iterator[PhotoFile | LeftOut]]
) -> Sorted:
    """Tell the photos among files; `unpack` opens a ZIP archive.

    What systems leave beside people's files is passed over in silence.
    """
    photos: list[PhotoFile] = []
    left_out: list[LeftOut] = []
    for file in files:
        for found in _looked_at(file, unpack):
            if isinstance(found, LeftOut):
                left_out.append(found)
            elif len(photos) < MOST_PHOTOS:
                photos.append(found)
            else:
                left_out.append(LeftOut(found.name, PhotosTooMany(limit=MOST_PHOTOS)))
    return Sorted(tuple(photos), tuple(left_out))


def needed(files: Iterable[GivenFile]) -> Iterator[GivenFile]:
    """Yield the same files, of those that are left out anyway no more than the first bytes.

    They say what a file is. Somebody may give a folder of thousands.
    """
    photos = 0
    for file in files:
        head = file.content[:HEAD_BYTES]
        is_photo = is_meant_as_photo(file.name, head)
        photos += is_photo
        is_needed = suffix_of(file.name) == ".zip" or (is_photo and photos <= MOST_PHOTOS)
        yield file if is_needed else GivenFile(file.name, head)


def parts_of(name: str) -> tuple[str, ...]:
    """Return a path's folders and file, without anything that leads somewhere else."""
    parts = (tidy(part) for part in _SLASHES.split(name))
    return tuple(
        part for part in parts if part not in {"", ".", ".."} and not _DRIVE.fullmatch(part)
    )


def is_junk(parts: Sequence[str]) -> bool:
    """Tell whether a file, or a folder that it lies in, is a system's own or hidden."""
    return not parts or any(part.startswith(".") or part.lower() in _JUNK for part in parts)


def shown_name(parts: Sequence[str]) -> str:
    """Return a path as people read it: its end where it is long."""
    name = "/".join(parts)
    return name if len(name) <= LONGEST_NAME else f"…{name[-LONGEST_NAME:]}"


def is_meant_as_photo(name: str, head: bytes) -> bool:
    """Tell whether a file's name or its first bytes say that it is a picture."""
    return suffix_of(name) in PICTURES or (
        head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a"))
        or (head.startswith(b"RIFF") and head[8:12] == b"WEBP")
        or (head[4:8] == b"ftyp" and pillow_heif.get_file_mimetype(head[:12]) != "")
    )


def is_archive(name: str, head: bytes) -> bool:
    """Tell whether a file's name or its first bytes say that it is an archive."""
    return suffix_of(name) in _ARCHIVES or head.startswith(_OTHER_ARCHIVES)


def suffix_of(name: str) -> str:
    """Return the end of a file's name, in small letters: .jpg."""
    return PurePosixPath(name).suffix.lower()


def _looked_at(
    file: GivenFile, unpack: Callable[[GivenFile], Iterator[PhotoFile | LeftOut]]
) -> Iterator[PhotoFile | LeftOut]:
    parts = parts_of(file.name)
    if is_junk(parts):
        return
    name, head = shown_name(parts), file.content[:HEAD_BYTES]
    if suffix_of(name) == ".zip" and head.startswith(_ZIP):
        yield from unpack(GivenFile(name, file.content))
    elif is_archive(name, head):
        is_zip = suffix_of(name) == ".zip" and not head.startswith(_OTHER_ARCHIVES)
        reason = "archive_damaged" if is_zip else "archive_other_kind"
        yield LeftOut(name, ArchiveUnreadable(reason=f"@reasons.{reason}"))
    elif is_meant_as_photo(name, head):
        content = file.content
        yield PhotoFile(name, lambda: content)
    else:
        yield LeftOut(name, PhotoUnsupported())

"""A ZIP archive that nobody trusts -> the photos in it, each unpacked when its turn comes.

Nothing is written to a disk, so that no name in it leads anywhere. What would be unpacked is known
from its table of contents, and bounded, before anything is.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from search.batch.files import (
    HEAD_BYTES,
    MOST_PHOTOS,
    GivenFile,
    LeftOut,
    PhotoFile,
    is_archive,
    is_junk,
    is_meant_as_photo,
    parts_of,
    shown_name,
)
from search.decoding import MEGABYTE
from search.errors import (
    ArchiveEncrypted,
    ArchiveNested,
    ArchiveTooLarge,
    ArchiveUnreadable,
    BatchError,
    LikenessError,
    PhotoDamaged,
    PhotoTooLarge,
    PhotoUnsupported,
)

MOST_FILES = 1_000
MOST_UNPACKED = 1_000 * MEGABYTE
# A photo hardly gets any smaller; a file of nothing but zeros does a thousandfold.
MOST_RATIO = 100
LEAST_SUSPICIOUS = MEGABYTE
# The table of contents of MOST_FILES, however long their names are. It is read at once, and a
# hundred bytes of each of its entries would become a thousand in memory.
LONGEST_TABLE = 1 * MEGABYTE
CHUNK = 65_536

_ENCRYPTED, _UTF_8 = 0x1, 0x800
# Others may ask for as much memory as they please.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file in the archive: the parts of its name, and where it lies."""

    parts: tuple[str, ...]
    info: zipfile.ZipInfo

    @property
    def name(self) -> str:
        return shown_name(self.parts)


def unpack(file: GivenFile, max_bytes: int) -> Iterator[PhotoFile | LeftOut]:
    """Yield what a ZIP archive holds, in its order; photos of up to `max_bytes` can be read.

    An archive that is not opened at all is left out as a whole.
    """
    try:
        yield from _Archive(file.content, max_bytes).files()
    except BatchError as error:
        yield LeftOut(file.name, error)


class _Archive:
    """Raises ArchiveUnreadable, ArchiveEncrypted or ArchiveTooLarge when it is not to be opened."""

    def __init__(self, content: bytes, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._zip = _opened(content)
        named = [_Entry(parts_of(_name_of(info)), info) for info in self._zip.infolist()]
        self._entries = [
            entry for entry in named if not (entry.info.is_dir() or is_junk(entry.parts))
        ]
        if len(self._entries) > MOST_FILES:
            raise _too_large("files", MOST_FILES)
        if any(entry.info.flag_bits & _ENCRYPTED for entry in self._entries):
            raise ArchiveEncrypted

    def files(self) -> list[PhotoFile | LeftOut]:
        """Return its photos, and what is left out."""
        looked_at = [(entry, self._head(entry.info)) for entry in self._entries]
        photos = [entry for entry, head in looked_at if is_meant_as_photo(entry.name, head)]
        _refuse_bomb([entry.info for entry in photos])
        return [self._sorted(entry, head) for entry, head in looked_at]

    def _sorted(self, entry: _Entry, head: bytes) -> PhotoFile | LeftOut:
        if is_meant_as_photo(entry.name, head):
            return PhotoFile(entry.name, partial(self._content, entry.info))
        is_nested = is_archive(entry.name, head)
        return LeftOut(entry.name, ArchiveNested() if is_nested else PhotoUnsupported())

    def _head(self, info: zipfile.ZipInfo) -> bytes:
        try:
            return self._read(info, HEAD_BYTES)
        except LikenessError:
            return b""  # said when it is read, if it is meant as a photo

    def _content(self, info: zipfile.ZipInfo) -> bytes:
        if info.file_size > self._max_bytes:
            limit = round(self._max_bytes / MEGABYTE, 1)
            raise PhotoTooLarge(megabytes=round(info.file_size / MEGABYTE, 1), limit=limit)
        return self._read(info, self._max_bytes)

    def _read(self, info: zipfile.ZipInfo, most: int) -> bytes:
        """Unpack up to `most` bytes of a file; never more than its entry says that there are."""
        if info.compress_type not in _METHODS:
            raise ArchiveUnreadable(reason="@reasons.archive_packing")
        content = bytearray()
        try:
            with self._zip.open(info) as file:
                while len(content) < most and (chunk := file.read(min(CHUNK, most))):
                    content += chunk
        except Exception as error:  # zipfile raises anything at all on hostile files
            raise PhotoDamaged from error
        return bytes(content[:most])


class _Wary(io.BytesIO):
    """A file of which nobody reads more at once than a table of contents may be long."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self._size = len(content)

    def read(self, size: int | None = -1, /) -> bytes:
        left = self._size - self.tell()
        wanted = left if size is None or size < 0 else min(size, left)
        if wanted > LONGEST_TABLE:
            raise _too_large("files", MOST_FILES)
        return super().read(size)


def _opened(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(_Wary(content))
    except BatchError:
        raise
    except Exception as error:  # the same
        raise ArchiveUnreadable(reason="@reasons.archive_damaged") from error


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return a file's name; Windows writes Russian ones in its old alphabet, and does not say so.

    Python takes them for cp437, in which every byte is some letter.
    """
    if info.flag_bits & _UTF_8:
        return info.filename
    try:
        written = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    try:
        return written.decode("utf-8")
    except UnicodeDecodeError:
        return written.decode("cp866", errors="replace")


def _refuse_bomb(photos: Sequence[zipfile.ZipInfo]) -> None:
    if sum(info.file_size for info in photos[:MOST_PHOTOS]) > MOST_UNPACKED:
        raise _too_large("unpacked", MOST_UNPACKED // MEGABYTE)
    for info in photos:
        is_suspicious = info.file_size > LEAST_SUSPICIOUS
        if is_suspicious and info.file_size > MOST_RATIO * info.compress_size:
            raise _too_large("ratio", MOST_RATIO)


def _too_large(what: str, limit: int) -> ArchiveTooLarge:
    return ArchiveTooLarge(reason=f"@reasons.archive_{what}", limit=limit, most=MOST_PHOTOS)

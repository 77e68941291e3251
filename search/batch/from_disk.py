"""Files and folders on a disk -> files as they are given to a batch."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from search.batch.files import HEAD_BYTES, MOST_PHOTOS, GivenFile, is_meant_as_photo, suffix_of
from search.picture_files import MOST_BYTES, readable


def files_at(paths: Sequence[Path]) -> Iterator[GivenFile]:
    """Yield files as they are named, and all that is in a folder, in the order of its names.

    Of what is no photo, and of photos beyond MOST_PHOTOS, only the name counts: they are not read.
    Raises OSError for what cannot be read.
    """
    photos = 0
    for path in paths:
        for name, file in _found(path):
            content = _content(name, file, wants_all=photos < MOST_PHOTOS)
            photos += is_meant_as_photo(name, content[:HEAD_BYTES])
            yield GivenFile(name, content)


def _found(path: Path) -> Iterator[tuple[str, Path]]:
    if path.is_dir():
        for file in sorted(path.rglob("*")):
            if file.is_file():
                yield readable(str(file.relative_to(path))), file
        return
    if path.exists() and not path.is_file():
        # Opening a pipe waits for ever, and a device never ends.
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path))
    yield readable(path.name), path


def _content(name: str, file: Path, *, wants_all: bool) -> bytes:
    with file.open("rb") as opened:
        head = opened.read(HEAD_BYTES)
        if suffix_of(name) == ".zip" or (wants_all and is_meant_as_photo(name, head)):
            # One more byte than any photo may have: then it is said to be too large.
            return head + opened.read(MOST_BYTES + 1 - len(head))
    return head

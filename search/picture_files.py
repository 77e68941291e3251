"""Picture files on disk, as people keep them: which they are, and reading them with care."""

from __future__ import annotations

import os
from pathlib import Path

from search.decoding import MEGABYTE
from search.errors import PhotoTooLarge

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".heic", ".heif"})
# What the setting MAX_UPLOAD_MB may allow.
MOST_BYTES = 200 * MEGABYTE


class NotRegular(Exception):
    """What has the name is no file: opening a pipe waits for ever, and a device never ends."""


def content_of(path: Path, max_bytes: int) -> bytes:
    """Return what is in a file of at most `max_bytes`; a larger one is not fetched whole.

    Raises NotRegular, PhotoTooLarge or OSError.
    """
    if path.exists() and not path.is_file():
        raise NotRegular
    with path.open("rb") as file:
        content = file.read(max_bytes + 1)
        if len(content) > max_bytes:
            size = os.fstat(file.fileno()).st_size
            raise PhotoTooLarge(
                megabytes=round(size / MEGABYTE, 1), limit=round(max_bytes / MEGABYTE, 1)
            )
    return content


def readable(name: str) -> str:
    """Return a file's name as text: not every system sees to it that names are UTF-8."""
    return os.fsencode(name).decode(errors="replace")

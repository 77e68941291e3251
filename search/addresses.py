"""Where pictures are served, relative to the app wherever that is mounted.

A catalogue picture is called by the SHA-256 of its content, or, as long as it was not fetched, by
its number: one has 64 characters, the other at most 19.
"""

from __future__ import annotations

import re

# What an address asks for that wants the picture in the size of a list.
SMALL = "small"

_DIGEST = re.compile(r"[0-9a-f]{64}")
_NUMBER = re.compile(r"[0-9]{1,19}")
_LARGEST_NUMBER = 2**63 - 1


def picture_path(reference: str) -> str:
    """Return where a catalogue picture is, by its SHA-256 in hexadecimal or its number."""
    return f"api/pictures/{reference}"


def thumbnail_path(reference: str) -> str:
    """Return where a catalogue picture is in the size of a list, see `search.thumbnails`."""
    return f"{picture_path(reference)}?size={SMALL}"


def photo_path(fingerprint: bytes) -> str:
    """Return where the small picture of a photo is, as long as one is kept."""
    return f"api/photos/{fingerprint.hex()}"


def is_digest(reference: str) -> bool:
    """Tell whether a picture is called by the hash of its content, which can never change."""
    return _DIGEST.fullmatch(reference) is not None


def picture_number(reference: str) -> int | None:
    """Return the number by which a picture is called; None when it is called by no number."""
    if not _NUMBER.fullmatch(reference):
        return None
    number = int(reference)
    return number if number <= _LARGEST_NUMBER else None

"""Where pictures are served, relative to the app wherever that is mounted."""

from __future__ import annotations


def picture_path(digest: str) -> str:
    """Return where a catalogue picture is, by the SHA-256 of its content in hexadecimal."""
    return f"api/pictures/{digest}"


def photo_path(fingerprint: bytes) -> str:
    """Return where the small picture of a photo is, as long as one is kept."""
    return f"api/photos/{fingerprint.hex()}"

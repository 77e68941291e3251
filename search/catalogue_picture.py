"""A catalogue picture as it is kept: small enough to show, good enough to be encoded again."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

from search.photo import Photo

# Below it a file is kept as it came.
LARGEST_AS_IT_CAME = 300_000


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """What is stored of a picture.

    `original` is the SHA-256 of the file as it came, `digest` that of the `content`; hexadecimal.
    """

    original: str
    digest: str
    media_type: str
    content: bytes


def kept(data: bytes, photo: Photo) -> KeptPicture:
    """Return what to keep of a file, `data`, and the photo that was read from it.

    The file itself when a browser shows it and it is small, else the JPEG that an encoder gets.
    """
    original = original_of(data)
    shown = _shown_as(data) if len(data) <= LARGEST_AS_IT_CAME else None
    if shown is not None:
        return KeptPicture(original, original, shown, data)
    return KeptPicture(original, sha256(photo.jpeg).hexdigest(), "image/jpeg", photo.jpeg)


def original_of(data: bytes) -> str:
    """Return the SHA-256 of a file, hexadecimal: the same file need not be looked at again."""
    return sha256(data).hexdigest()


def _shown_as(data: bytes) -> str | None:
    """Return the media type under which browsers show a picture; None when they do not."""
    if data.startswith(b"\xff\xd8"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG"):
        return "image/png"
    if data.startswith(b"GIF8"):
        return "image/gif"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "image/webp"
    return None

"""Untrusted bytes -> Photo: upright, RGB, and no larger than an encoder can use."""

from __future__ import annotations

import hashlib
import io
import struct
import time
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from search.aim import WHOLE, Aim
from search.decoding import MEGABYTE, decode

# CLIP looks at 224 x 224; twice that keeps the server's own resampling faithful (field notes).
SHORTEST_SIDE = 448
JPEG_QUALITY = 92
SMALL_SIDE, SMALL_QUALITY = 400, 80
DEFAULT_MAX_BYTES = 10 * MEGABYTE
DEFAULT_MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=False, eq=False)
class Photo:
    """The picture an encoder gets: RGB, upright, shortest side at most SHORTEST_SIDE pixels.

    Two photos with the same `fingerprint` are the same to every encoder. `read_in` is how many
    seconds it took to read the file that it comes from.
    """

    image: Image.Image
    read_in: float = 0.0

    @cached_property
    def fingerprint(self) -> bytes:
        """SHA-256 (32 bytes) of the size and the pixels."""
        digest = hashlib.sha256(struct.pack(">II", *self.image.size))
        digest.update(self.image.tobytes())
        return digest.digest()

    @cached_property
    def jpeg(self) -> bytes:
        """The picture as it is sent to an encoder's API."""
        buffer = io.BytesIO()
        self.image.save(buffer, "JPEG", quality=JPEG_QUALITY, subsampling=0)
        return buffer.getvalue()

    @cached_property
    def small(self) -> bytes:
        """The picture as people see it later: a JPEG whose longest side has SMALL_SIDE pixels."""
        buffer = io.BytesIO()
        image = self.image.copy()
        image.thumbnail((SMALL_SIDE, SMALL_SIDE))
        image.save(buffer, "JPEG", quality=SMALL_QUALITY)
        return buffer.getvalue()


def read_photo(
    data: bytes,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    max_pixels: int = DEFAULT_MAX_PIXELS,
    aim: Aim = WHOLE,
) -> Photo:
    """Read the part of a picture that the aim names; it keeps the pixels that it has in the file.

    Raises PhotoEmpty, PhotoTooLarge, PhotoUnsupported, PhotoTooManyPixels, PhotoDamaged or
    CropTooSmall.
    """
    start = time.perf_counter()
    decoded = decode(
        data, max_bytes=max_bytes, max_pixels=max_pixels, shortest=SHORTEST_SIDE, aim=aim
    )
    return Photo(decoded.image, read_in=time.perf_counter() - start)

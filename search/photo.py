"""Untrusted bytes -> Photo: upright, RGB, and no larger than an encoder can use."""

from __future__ import annotations

import hashlib
import io
import struct
from dataclasses import dataclass
from functools import cached_property

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from search.errors import (
    PhotoDamaged,
    PhotoEmpty,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PhotoUnsupported,
)

pillow_heif.register_heif_opener()

Image.init()  # without it Pillow does not know the less common ones by name yet
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "HEIF")
# CLIP looks at 224 x 224; twice that keeps the server's own resampling faithful (field notes).
SHORTEST_SIDE = 448
JPEG_QUALITY = 92
# The decoder's halving is coarse: so much more than needed is kept for the careful last step.
SPARE = 1.5
MEGABYTE = 1_000_000
DEFAULT_MAX_BYTES = 10 * MEGABYTE
DEFAULT_MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=False, eq=False)
class Photo:
    """The picture an encoder gets: RGB, upright, shortest side at most SHORTEST_SIDE pixels.

    Two photos with the same `fingerprint` are the same to every encoder.
    """

    image: Image.Image

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


def read_photo(
    data: bytes,
    *,
    max_bytes: int = DEFAULT_MAX_BYTES,
    max_pixels: int = DEFAULT_MAX_PIXELS,
) -> Photo:
    """Read a picture of any of FORMATS; the content decides which, not a file name.

    Raises PhotoEmpty, PhotoTooLarge, PhotoUnsupported, PhotoTooManyPixels or PhotoDamaged.
    """
    if not data:
        raise PhotoEmpty
    if len(data) > max_bytes:
        raise PhotoTooLarge(
            megabytes=round(len(data) / MEGABYTE, 1), limit=round(max_bytes / MEGABYTE, 1)
        )
    return Photo(_decode(data, max_pixels))


def _decode(data: bytes, max_pixels: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, max_pixels)
            _decode_smaller(image)
            image.seek(0)
            return _shrink(_flatten(ImageOps.exif_transpose(image)))
    except UnidentifiedImageError as error:
        raise PhotoUnsupported from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PhotoTooManyPixels(limit=round(max_pixels / 1e6)) from error
    except PhotoTooManyPixels:
        raise
    except Exception as error:  # Pillow's decoders raise anything at all on hostile files
        raise PhotoDamaged from error


def _check_size(image: Image.Image, max_pixels: int) -> None:
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise PhotoTooManyPixels(megapixels=round(pixels / 1e6), limit=round(max_pixels / 1e6))


def _decode_smaller(image: Image.Image) -> None:
    """Let the JPEG decoder shrink a large picture while it decodes, never below what is needed."""
    shortest = min(image.size)
    if shortest > 2 * SPARE * SHORTEST_SIDE:
        scale = SPARE * SHORTEST_SIDE / shortest
        image.draft(None, (round(image.width * scale), round(image.height * scale)))


def _flatten(image: Image.Image) -> Image.Image:
    """Bring any mode to RGB, what is transparent onto white."""
    if image.mode == "RGB":
        return image
    if image.mode.startswith("I;16"):
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _shrink(image: Image.Image) -> Image.Image:
    shortest = min(image.size)
    if shortest <= SHORTEST_SIDE:
        image.load()
        return image
    scale = SHORTEST_SIDE / shortest
    size = (round(image.width * scale), round(image.height * scale))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)

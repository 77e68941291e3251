"""Untrusted bytes -> Photo: upright, RGB, and no larger than an encoder can use."""

from __future__ import annotations

import hashlib
import io
import logging
import struct
import threading
import time
import warnings
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
from search.untrusted import refuse_costly

log = logging.getLogger(__name__)

pillow_heif.register_heif_opener()
# Pixels are checked here, against a limit of our own; broken headers warn thousands of times.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module="PIL")
Image.init()  # without it Pillow does not know the less common ones by name yet
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "HEIF")
# CLIP looks at 224 x 224; twice that keeps the server's own resampling faithful (field notes).
SHORTEST_SIDE = 448
# No JPEG can be longer than 65,500 pixels, and nothing is seen in a picture as thin as that.
LONGEST_SIDE = 16_000
LARGEST_EXIF = 100_000
JPEG_QUALITY = 92
SMALL_SIDE, SMALL_QUALITY = 400, 80
# The decoder's halving is coarse: so much more than needed is kept for the careful last step.
SPARE = 1.5
MEGABYTE = 1_000_000
DEFAULT_MAX_BYTES = 10 * MEGABYTE
DEFAULT_MAX_PIXELS = 50_000_000
DECODING_AT_ONCE = 2

_decoding = threading.BoundedSemaphore(DECODING_AT_ONCE)


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
    start = time.perf_counter()
    image = _decode(data, max_pixels)
    return Photo(image, read_in=time.perf_counter() - start)


def _decode(data: bytes, max_pixels: int) -> Image.Image:
    refuse_costly(data)
    try:
        # A large picture takes hundreds of megabytes while it is decoded: few at a time.
        with _decoding, Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, max_pixels)
            _decode_smaller(image)
            image.seek(0)
            decoded = _flatten(_shrink(_upright(image)))
    except UnidentifiedImageError as error:
        raise PhotoUnsupported from error
    except PhotoTooManyPixels:
        raise
    except Exception as error:  # Pillow's decoders raise anything at all on hostile files
        raise PhotoDamaged from error
    # Comments and the like would be written into the JPEG that is sent: nobody else's business.
    decoded.info.clear()
    return decoded


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


def _upright(image: Image.Image) -> Image.Image:
    """Turn the picture as its EXIF block says; one that cannot be read turns nothing."""
    image.load()
    if len(image.info.get("exif") or b"") > LARGEST_EXIF:
        return image
    try:
        return ImageOps.exif_transpose(image)
    except Exception:
        log.debug("the EXIF block cannot be read; the picture is taken as it lies", exc_info=True)
        return image


def _shrink(image: Image.Image) -> Image.Image:
    """Bring the shortest side to SHORTEST_SIDE and the longest to LONGEST_SIDE, at most."""
    scale = min(SHORTEST_SIDE / min(image.size), LONGEST_SIDE / max(image.size), 1.0)
    if scale == 1.0:
        return image
    if image.mode in ("P", "PA", "1") or image.mode.startswith("I"):
        image = _with_colours(image)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)


def _flatten(image: Image.Image) -> Image.Image:
    """Bring any mode to RGB, what is transparent onto white."""
    if image.mode == "RGB" and "transparency" not in image.info:
        return image.copy() if image.readonly else image
    image = _with_colours(image)
    if image.mode == "RGBA":
        white = Image.new("RGBA", image.size, "white")
        return Image.alpha_composite(white, image).convert("RGB")
    return image.convert("RGB")


def _with_colours(image: Image.Image) -> Image.Image:
    """Bring palettes, bits and deep greys to RGB, or to RGBA where anything is transparent."""
    if image.mode.startswith("I;16"):
        return image.point(lambda value: value / 256).convert("L")
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return image.convert("RGBA")
    return image.convert("RGB")

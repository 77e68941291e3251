"""Untrusted bytes -> pixels: upright, turned, cropped, RGB, and no larger than they are needed."""

from __future__ import annotations

import io
import logging
import threading
import warnings
from dataclasses import dataclass

import pillow_heif
from PIL import Image, ImageOps, UnidentifiedImageError

from search.aim import WHOLE, Aim, Size
from search.errors import (
    CropTooSmall,
    PhotoDamaged,
    PhotoEmpty,
    PhotoError,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PhotoUnsupported,
)
from search.heap import give_large_blocks_back
from search.untrusted import refuse_costly, refuse_scanning

log = logging.getLogger(__name__)

pillow_heif.register_heif_opener()
# Pixels are checked here, against a limit of our own; broken headers warn thousands of times.
Image.MAX_IMAGE_PIXELS = None
warnings.filterwarnings("ignore", module="PIL")
give_large_blocks_back()
Image.init()  # without it Pillow does not know the less common ones by name yet
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "HEIF")
# No JPEG can be longer than 65,500 pixels, and nothing is seen in a picture as thin as that.
LONGEST_SIDE = 16_000
LARGEST_EXIF = 100_000
# A part of a photo with fewer pixels on a side shows nothing that could be told from anything else.
LEAST_CROP = 32
# The decoder's halving is coarse: so much more than needed is kept for the careful last step.
SPARE = 1.5
MEGABYTE = 1_000_000
DECODING_AT_ONCE = 2

_decoding = threading.BoundedSemaphore(DECODING_AT_ONCE)


@dataclass(frozen=True, slots=True)
class Decoded:
    """RGB pixels, and the `size` that the whole photo has in its file, turned as was asked."""

    image: Image.Image
    size: Size


def decode(
    data: bytes, *, max_bytes: int, max_pixels: int, shortest: int, aim: Aim = WHOLE
) -> Decoded:
    """Read a picture of any of FORMATS; the content decides which, not a file name.

    The part that the aim names is cropped at the file's own resolution; then its shortest side is
    brought to `shortest` pixels at most. Raises PhotoEmpty, PhotoTooLarge, PhotoUnsupported,
    PhotoTooManyPixels, PhotoDamaged or CropTooSmall.
    """
    if not data:
        raise PhotoEmpty
    if len(data) > max_bytes:
        raise PhotoTooLarge(
            megabytes=round(len(data) / MEGABYTE, 1), limit=round(max_bytes / MEGABYTE, 1)
        )
    refuse_costly(data)
    try:
        # A large picture takes hundreds of megabytes while it is decoded: few at a time.
        with _decoding, Image.open(io.BytesIO(data), formats=FORMATS) as image:
            _check_size(image, max_pixels)
            refuse_scanning(data, image.width * image.height)
            decoded = _decode(image, shortest, aim)
    except UnidentifiedImageError as error:
        raise PhotoUnsupported from error
    except PhotoError:
        raise
    except Exception as error:  # Pillow's decoders raise anything at all on hostile files
        raise PhotoDamaged from error
    # Comments and the like would be written into the JPEG that is sent: nobody else's business.
    decoded.image.info.clear()
    return decoded


def _decode(image: Image.Image, shortest: int, aim: Aim) -> Decoded:
    size = image.size
    _decode_smaller(image, shortest, aim)
    image.seek(0)
    lying = image.size
    upright = _upright(image)
    if upright.size != lying:
        size = size[::-1]
    if aim.turns:
        # Pillow counts against the clock.
        upright = upright.transpose(_TURNS[aim.turns])
        size = size if aim.turns == 2 else size[::-1]  # noqa: PLR2004 - half a turn
    if not aim.is_whole:
        _check_crop(aim, size)
        upright = upright.crop(aim.box(upright.size))
    return Decoded(_flatten(_shrink(upright, shortest)), size)


_TURNS = {
    1: Image.Transpose.ROTATE_270,
    2: Image.Transpose.ROTATE_180,
    3: Image.Transpose.ROTATE_90,
}


def _check_size(image: Image.Image, max_pixels: int) -> None:
    pixels = image.width * image.height
    if pixels > max_pixels:
        raise PhotoTooManyPixels(megapixels=round(pixels / 1e6), limit=round(max_pixels / 1e6))


def _check_crop(aim: Aim, size: Size) -> None:
    left, top, right, bottom = aim.box(size)
    crop = right - left, bottom - top
    # A side that is left as it is may be as small as it always was.
    if any(part < min(LEAST_CROP, whole) for part, whole in zip(crop, size, strict=True)):
        raise CropTooSmall(width=crop[0], height=crop[1], least=LEAST_CROP)


def _decode_smaller(image: Image.Image, shortest: int, aim: Aim) -> None:
    """Let the JPEG decoder shrink a large picture while it decodes, never below what is needed."""
    # How the picture lies is not known yet: the part's smaller share may be of either side.
    needed = SPARE * shortest / min(aim.right - aim.left, aim.bottom - aim.top)
    side = min(image.size)
    if side > 2 * needed:
        scale = needed / side
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


def _shrink(image: Image.Image, shortest: int) -> Image.Image:
    """Bring the shortest side to `shortest` and the longest to LONGEST_SIDE, at most."""
    scale = min(shortest / min(image.size), LONGEST_SIDE / max(image.size), 1.0)
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

"""Good pictures of every kind that is read, small and the same each time, to be changed."""

from __future__ import annotations

import io
from functools import cache
from random import Random

import pillow_heif
from PIL import Image

WIDTH, HEIGHT = 160, 120


def drawn(seed: int, width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """Draw soft colours that no other seed has."""
    coarse = Image.frombytes("RGB", (8, 6), Random(seed).randbytes(8 * 6 * 3))  # noqa: S311
    return coarse.resize((width, height), Image.Resampling.BICUBIC)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Save a picture to bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@cache
def pictures() -> dict[str, bytes]:
    """Return good files by what they are."""
    image, frames = drawn(1), [drawn(seed, 60, 40) for seed in (2, 3)]
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a photo"
    several = {"save_all": True, "append_images": frames}
    heic = io.BytesIO()
    pillow_heif.from_pillow(image).save(heic, quality=60)
    return {
        "PNG": saved(image, "PNG"),
        "PNG of a palette": saved(image.quantize(64), "PNG", transparency=0),
        "PNG of deep grey": saved(Image.new("I;16", (90, 70), 40_000), "PNG"),
        "JPEG": saved(image, "JPEG", exif=exif),
        "JPEG in scans": saved(image, "JPEG", progressive=True, comment=b"a photo"),
        "JPEG for print": saved(image.convert("CMYK"), "JPEG"),
        "WEBP": saved(image, "WEBP", exif=exif),
        "WEBP without loss": saved(image, "WEBP", lossless=True),
        "WEBP that moves": saved(frames[0], "WEBP", **several),
        "GIF": saved(image, "GIF"),
        "GIF that moves": saved(frames[0], "GIF", **several),
        "HEIC": heic.getvalue(),
    }

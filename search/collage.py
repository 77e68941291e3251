"""Photos of one thing as one small picture, side by side."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

from search.photo import SMALL_QUALITY, Photo

HEIGHT = 260
GAP = 8


def side_by_side(photos: Sequence[Photo]) -> bytes:
    """Return a JPEG of HEIGHT pixels' height with all photos, in their order, on white."""
    images = [_scaled(photo.image) for photo in photos]
    width = sum(image.width for image in images) + GAP * (len(images) - 1)
    sheet = Image.new("RGB", (width, HEIGHT), "white")
    left = 0
    for image in images:
        sheet.paste(image, (left, 0))
        left += image.width + GAP
    buffer = io.BytesIO()
    sheet.save(buffer, "JPEG", quality=SMALL_QUALITY)
    return buffer.getvalue()


def _scaled(image: Image.Image) -> Image.Image:
    # A banner becomes no wider than three squares.
    width = min(max(round(image.width * HEIGHT / image.height), 1), 3 * HEIGHT)
    return image.resize((width, HEIGHT), Image.Resampling.LANCZOS, reducing_gap=3.0)

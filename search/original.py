"""Untrusted bytes -> Original: the whole photo for people to look at, who choose a part of it."""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cached_property

from PIL import Image

from search.aim import Aim, Size
from search.decoding import decode
from search.framing import suggest_aim
from search.photo import DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS

# Enough to see where a thing ends, and soon there over a phone's connection.
SEEN_SIDE = 1000
MOST_BYTES = 140_000
QUALITIES = (85, 70, 55, 40, 25)


@dataclass(frozen=True, slots=False, eq=False)
class Original:
    """The whole photo: RGB, upright, longest side at most SEEN_SIDE pixels.

    `size` is what it has in its file, width and height of the upright photo in pixels.
    """

    image: Image.Image
    size: Size

    @cached_property
    def jpeg(self) -> bytes:
        """The picture as a browser shows it, MOST_BYTES at most unless it is mere noise."""
        for quality in QUALITIES:
            buffer = io.BytesIO()
            self.image.save(buffer, "JPEG", quality=quality)
            if buffer.tell() <= MOST_BYTES:
                break
        return buffer.getvalue()

    @cached_property
    def suggested(self) -> Aim | None:
        """The part that shows the photo's thing, where it stands on a calm background."""
        return suggest_aim(self.image)


def read_original(
    data: bytes, *, max_bytes: int = DEFAULT_MAX_BYTES, max_pixels: int = DEFAULT_MAX_PIXELS
) -> Original:
    """Read a whole picture; raises what `read_photo` does."""
    decoded = decode(data, max_bytes=max_bytes, max_pixels=max_pixels, shortest=SEEN_SIDE)
    decoded.image.thumbnail((SEEN_SIDE, SEEN_SIDE))
    return Original(decoded.image, decoded.size)

"""A part of a photo worth searching with: the thing on it, where its background is calm."""

from __future__ import annotations

from PIL import Image

from search.aim import Aim, Size
from search.decoding import LEAST_CROP
from search.encoders.subject import product_box, product_weight, shrunk

# Where a thing fills more of its photo than that, no crop finds more: tests.benchmarks.framing.
MOST = 0.5


def suggest_aim(image: Image.Image) -> Aim | None:
    """Return the part of an RGB photo that shows its thing, as square as the photo allows.

    CLIP looks at the square in the middle of what it gets: a long narrow part would lose its ends.
    None when nothing stands out of the background, or when that fills the photo as it is.
    """
    found = product_box(image.size, product_weight(shrunk(image)))
    if found is None:
        return None
    width, height = image.size
    left, top, right, bottom = _squared(found, image.size)
    if min(right - left, bottom - top) < 2 * LEAST_CROP:
        return None  # it can be searched with, but hardly anything is seen in it
    aim = Aim(left / width, top / height, right / width, bottom / height)
    return aim if aim.share <= MOST else None


def _squared(box: tuple[int, int, int, int], size: Size) -> tuple[int, int, int, int]:
    """Widen the box's shorter side to its longer one, as far as the photo has pixels there."""
    left, top, right, bottom = box
    side = max(right - left, bottom - top)
    left, right = _widened(left, right, side, size[0])
    top, bottom = _widened(top, bottom, side, size[1])
    return left, top, right, bottom


def _widened(begin: int, end: int, wanted: int, length: int) -> tuple[int, int]:
    """Widen a stretch around its middle, then move it to lie within the length."""
    wanted = min(wanted, length)
    first = min(max(0, begin - (wanted - (end - begin)) // 2), length - wanted)
    return first, first + wanted

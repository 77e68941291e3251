"""A part of a photo worth searching with: the thing on it, where its background is calm."""

from __future__ import annotations

from PIL import Image

from search.aim import Aim, Size
from search.decoding import LEAST_CROP
from search.encoders.subject import product_box, product_weight, shrunk

# So much of the thing's longer side stays around it: an encoder that looks for what differs from
# the border, as the built-in one does, needs some of the background to tell it by.
AROUND = 0.15
# A part that is nearly the whole photo changes nothing.
MOST = 0.75


def suggest_aim(image: Image.Image) -> Aim | None:
    """Return the part of an RGB photo that shows its thing, as square as the photo allows.

    CLIP looks at the square in the middle of what it gets: a long narrow part would lose its ends.
    None when nothing stands out of the background, or when that is nearly all of the photo.
    """
    weight = product_weight(shrunk(image))
    found = product_box(image.size, weight, AROUND)
    if found is None:
        return None
    width, height = image.size
    left, top, right, bottom = _squared(found, image.size)
    if min(right - left, bottom - top) < 2 * LEAST_CROP:
        return None
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

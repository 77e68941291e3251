"""Where in a picture the product is: what differs from a background that fills the border.

A catalogue picture stands on white, a phone photo on a table under uneven light. Both are brought
to the same view: cropped to the product, in a white square.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Floats = npt.NDArray[np.floating]
Pixels = npt.NDArray[np.uint8]

# Finding the product needs no detail, and averaging takes away the grain of wood and sensor noise.
GRID = 64
BORDER = 3
# The network's input.
FRAME = 224
# Distances of RGB in [0, 1] from the background: below the first is noise, from the first plus the
# second on it is surely the product. A restless background raises the first.
NOISE, RAMP = 0.04, 0.15
RESTLESS, MOST_RESTLESS = 1.5, 0.08
# The box leaves out this share of the found area on each side (specks), then grows by the margin.
SPECKS, MARGIN = 0.01, 0.05
# Less than this share of the picture is no product: the whole picture is used.
LEAST_AREA = 0.01


def shrunk(image: Image.Image) -> Floats:
    """Average an RGB picture of any size into float32 [GRID, GRID, 3] in [0, 1]."""
    small = image.resize((GRID, GRID), Image.Resampling.BOX, reducing_gap=2.0)
    return np.asarray(small, np.float32) / np.float32(255)


def product_weight(pixels: Floats) -> Floats:
    """How surely each of [GRID, GRID] belongs to the product, in [0, 1].

    The background is a bilinear surface a channel, fitted to the border by iteratively reweighted
    least squares with Cauchy weights, so that light may fall off across the table and a product may
    run over the edge.
    """
    steps = np.linspace(-1, 1, GRID)
    x, y = np.meshgrid(steps, steps)
    terms = np.stack([np.ones_like(x), x, y, x * y], axis=-1)
    border = np.ones((GRID, GRID), bool)
    border[BORDER:-BORDER, BORDER:-BORDER] = False
    wanted, known = pixels[border].astype(np.float64), terms[border]
    trust = np.ones((len(wanted), 1))
    spread = 0.0
    surface = np.zeros((terms.shape[-1], 3))
    for _ in range(6):
        surface = np.linalg.lstsq(known * trust, wanted * trust, rcond=None)[0]
        distance = np.linalg.norm(wanted - known @ surface, axis=1)
        spread = float(1.5 * np.median(distance) + 0.01)
        trust = 1 / (1 + (distance[:, None] / spread) ** 2)
    low = NOISE + RESTLESS * min(spread, MOST_RESTLESS)
    away = np.linalg.norm(pixels - terms @ surface, axis=2)
    weight: Floats = np.clip((away - low) / RAMP, 0, 1)
    return weight


def framed(image: Image.Image, weight: Floats) -> Pixels:
    """Crop an RGB picture to its product and fit it into a white square: [FRAME, FRAME, 3]."""
    cropped = image.crop(product_box(image.size, weight) or (0, 0, *image.size))
    scale = FRAME / max(cropped.size)
    size = (max(1, round(cropped.width * scale)), max(1, round(cropped.height * scale)))
    fitted = cropped.resize(size, Image.Resampling.BICUBIC, reducing_gap=3.0)
    square = Image.new("RGB", (FRAME, FRAME), "white")
    square.paste(fitted, ((FRAME - size[0]) // 2, (FRAME - size[1]) // 2))
    return np.asarray(square)


def product_box(size: tuple[int, int], weight: Floats) -> tuple[int, int, int, int] | None:
    """Return left, top, right, bottom of the product in pixels; None if nothing surely is one."""
    mask = Image.fromarray((weight * 255).astype(np.uint8)).filter(ImageFilter.MedianFilter(5))
    area = np.asarray(mask, np.int64)
    if area.sum() < LEAST_AREA * 255 * area.size:
        return None
    left, right = _extent(area.sum(axis=0))
    top, bottom = _extent(area.sum(axis=1))
    width, height = size
    margin = MARGIN * max((right - left) * width, (bottom - top) * height)
    box = (
        max(0, int(left * width - margin)),
        max(0, int(top * height - margin)),
        min(width, int(right * width + margin)),
        min(height, int(bottom * height + margin)),
    )
    # A picture one pixel wide can lose its only column to rounding.
    return box if box[0] < box[2] and box[1] < box[3] else None


def _extent(profile: npt.NDArray[np.int64]) -> tuple[float, float]:
    """Return where most of a profile begins and ends, in [0, 1]."""
    share = np.cumsum(profile) / profile.sum()
    begin, end = np.searchsorted(share, [SPECKS, 1 - SPECKS])
    return float(begin) / GRID, float(end + 1) / GRID

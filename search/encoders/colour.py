"""Which colours a product has: 28 numbers from what differs from the picture's border.

The features of an ImageNet network know what a thing is and hardly which colour it has. This part
adds the colour: a histogram of hues (for what is colourful) and of lightness (for what is grey),
over the pixels that are unlike the background, those in the middle counting most.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.floating]

HUES = 18
GREYS = 10
COLOURS = HUES + GREYS
# Colours need no detail, and averaging takes away print dots and sensor noise.
SIDE = 56
# Distances of RGB in [0, 1] from the background: the first is noise, the second surely the product.
NOISE, PRODUCT = 0.05, 0.2
# Chroma (largest minus smallest channel) below the first is grey, above the second is a hue.
GREY, COLOURFUL = 0.08, 0.25


def colour_part(image: Image.Image) -> npt.NDArray[np.float32]:
    """Return float32 [28] of unit length for an RGB picture of any size."""
    small = image.resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
    pixels = np.asarray(small, np.float32) / np.float32(255)
    weight = _product_weight(pixels)
    hue, chroma, lightness = _hue_chroma_lightness(pixels)
    colourful = _ramp(chroma, GREY, COLOURFUL)
    hues = _histogram(hue * HUES - 0.5, weight * colourful, HUES, circular=True)
    greys = _histogram(lightness * (GREYS - 1), weight * (1 - colourful), GREYS, circular=False)
    root = np.sqrt(np.concatenate([hues, greys]))
    return (root / np.linalg.norm(root)).astype(np.float32)


def _product_weight(pixels: Floats) -> Floats:
    """How surely each pixel belongs to the product, [SIDE, SIDE]; never all zero."""
    border = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    distance = np.linalg.norm(pixels - np.median(border, axis=0), axis=2)
    # The floor decides only when nothing differs from the border: the picture is of one colour.
    weight: Floats = (_ramp(distance, NOISE, PRODUCT) + 1e-3) * _centre_weight()
    return weight


@cache
def _centre_weight() -> Floats:
    across = np.linspace(-1, 1, SIDE, dtype=np.float32)
    weight: Floats = np.exp(-2 * (across[:, None] ** 2 + across[None] ** 2))
    return weight


def _hue_chroma_lightness(pixels: Floats) -> tuple[Floats, Floats, Floats]:
    """Return hue in [0, 1), chroma in [0, 1] and lightness in [0, 1]: the hexcone of HSV."""
    red, green, blue = np.moveaxis(pixels, 2, 0)
    highest, lowest = pixels.max(axis=2), pixels.min(axis=2)
    chroma = highest - lowest
    safe = np.maximum(chroma, 1e-6)
    sextant = np.select(
        [highest == red, highest == green],
        [(green - blue) / safe, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    return (sextant / 6) % 1, chroma, pixels.mean(axis=2)


def _histogram(position: Floats, weight: Floats, bins: int, *, circular: bool) -> Floats:
    """Share each pixel between its two nearest bins, then smooth over neighbours."""
    low = np.floor(position).astype(np.int64)
    part = (position - low).ravel()
    counts = np.zeros(bins)
    for index, share in ((low, 1 - part), (low + 1, part)):
        place = index % bins if circular else np.clip(index, 0, bins - 1)
        counts += np.bincount(place.ravel(), share * weight.ravel(), bins)
    padded = np.pad(counts, 1, mode="wrap" if circular else "edge")
    return (0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]).astype(np.float32)


def _ramp(value: Floats, low: float, high: float) -> Floats:
    ramp: Floats = np.clip((value - low) / (high - low), 0, 1)
    return ramp

"""Which colours a product has: 28 numbers from the pixels that belong to it.

The features of an ImageNet network know what a thing is and hardly which colour it has. This part
adds the colour: a histogram of hues for what is colourful and of lightness for what is grey, the
pixels in the middle of the product counting most.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from search.encoders.subject import GRID, Floats

HUES = 18
GREYS = 10
COLOURS = HUES + GREYS
# Chroma (largest minus smallest channel) below the first is grey, above the second is a hue. The
# first is high because warm lamps tint what is grey.
GREY, COLOURFUL = 0.12, 0.35
# Decides only when nothing differs from the background: the picture is of one colour.
FLOOR = 1e-3


def colour_part(pixels: Floats, weight: Floats) -> npt.NDArray[np.float32]:
    """Return float32 [28] of unit length.

    `pixels` [GRID, GRID, 3] in [0, 1] and their `weight` [GRID, GRID] come from
    search.encoders.subject.
    """
    counted = _towards_the_middle(weight + FLOOR)
    hue, chroma = _hue_and_chroma(pixels)
    colourful = np.clip((chroma - GREY) / (COLOURFUL - GREY), 0, 1)
    hues = _shared_out(hue * HUES - 0.5, counted * colourful, HUES, circular=True)
    lightness = pixels.mean(axis=2) * (GREYS - 1)
    greys = _shared_out(lightness, counted * (1 - colourful), GREYS, circular=False)
    root = np.sqrt(np.concatenate([hues, greys]))
    unit: npt.NDArray[np.float32] = (root / np.linalg.norm(root)).astype(np.float32)
    return unit


def _towards_the_middle(weight: Floats) -> Floats:
    """Multiply by a bell around the weight's own centre of mass."""
    steps = np.linspace(-1, 1, GRID)
    total = weight.sum()
    across = steps - (weight.sum(axis=0) @ steps) / total
    down = steps - (weight.sum(axis=1) @ steps) / total
    counted: Floats = weight * np.exp(-2 * (across[None] ** 2 + down[:, None] ** 2))
    return counted


def _hue_and_chroma(pixels: Floats) -> tuple[Floats, Floats]:
    """Return hue in [0, 1) and chroma in [0, 1] of each pixel: the hexcone of HSV."""
    red, green, blue = np.moveaxis(pixels, 2, 0)
    highest = pixels.max(axis=2)
    chroma = highest - pixels.min(axis=2)
    safe = np.maximum(chroma, 1e-6)
    sextant = np.select(
        [highest == red, highest == green],
        [(green - blue) / safe, (blue - red) / safe + 2],
        (red - green) / safe + 4,
    )
    return (sextant / 6) % 1, chroma


def _shared_out(position: Floats, weight: Floats, bins: int, *, circular: bool) -> Floats:
    """Share each pixel between its two nearest bins, then smooth over neighbouring bins."""
    low = np.floor(position).astype(np.int64)
    part = position - low
    counts = np.zeros(bins)
    for index, share in ((low, 1 - part), (low + 1, part)):
        place = index % bins if circular else np.clip(index, 0, bins - 1)
        counts += np.bincount(place.ravel(), (share * weight).ravel(), bins)
    padded = np.pad(counts, 1, mode="wrap" if circular else "edge")
    smooth: Floats = 0.25 * padded[:-2] + 0.5 * padded[1:-1] + 0.25 * padded[2:]
    return smooth

"""Colours as "#rrggbb": mixing them, and telling whether two can be told apart."""

from __future__ import annotations

import math

Rgb = tuple[float, float, float]


def rgb(colour: str) -> Rgb:
    """Split "#rrggbb" into three numbers in [0, 255]."""
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def mix(first: str, second: str, share: float) -> str:
    """Go from the first colour (share 0) to the second (share 1)."""
    mixed = (a + (b - a) * share for a, b in zip(rgb(first), rgb(second), strict=True))
    return "#" + "".join(f"{round(channel):02x}" for channel in mixed)


def luminance(colour: str) -> float:
    """Return how bright a colour looks, in [0, 1] (Rec. 601 luma, on gamma-encoded values)."""
    red, green, blue = rgb(colour)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def distance(first: str, second: str) -> float:
    """Return how different two colours look, about 0 to 765.

    The "redmean" weighting, https://www.compuphase.com/cmetric.htm
    """
    (r1, g1, b1), (r2, g2, b2) = rgb(first), rgb(second)
    red = (r1 + r2) / 2
    return math.sqrt(
        (2 + red / 256) * (r1 - r2) ** 2
        + 4 * (g1 - g2) ** 2
        + (2 + (255 - red) / 256) * (b1 - b2) ** 2
    )

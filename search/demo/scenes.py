"""What lies under or stands behind a product in a phone photo: wood, a desk, linen, a room."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

Pixels = npt.NDArray[np.float32]
"""float32 [height, width, 3] in [0, 255]."""

Field = npt.NDArray[np.float32]
"""float32 [height, width], about zero."""


def noise(rng: np.random.Generator, size: tuple[int, int], cell: tuple[float, float]) -> Field:
    """Return smooth noise of unit variance; `cell` is its grain's (height, width) in pixels."""
    height, width = size
    rows, columns = max(2, round(height / cell[0])), max(2, round(width / cell[1]))
    grid = Image.fromarray(rng.standard_normal((rows, columns)).astype(np.float32))
    return np.asarray(grid.resize((width, height), Image.Resampling.BICUBIC))


def _paint(colour: tuple[int, int, int], field: Field) -> Pixels:
    return np.asarray(colour, np.float32) + field[:, :, None]


def _wood(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    height = size[0]
    tones = ((176, 128, 84), (206, 164, 116), (122, 84, 58), (222, 190, 150))
    tone = tones[rng.integers(len(tones))]
    grain = 9 * noise(rng, size, (3, 220)) + 6 * noise(rng, size, (9, 300))
    grain += 8 * noise(rng, size, (60, 500)) + 2.5 * noise(rng, size, (1, 40))
    plank = height / rng.uniform(2.4, 4)
    start = rng.uniform(0, plank)
    rows = np.arange(height, dtype=np.float32)
    grain += (14 * np.sin(np.floor((rows + start) / plank) * 2.4))[:, None]
    gap = np.abs((rows + start) % plank) < max(2.0, height / 260)
    grain[gap] -= 46
    return _paint(tone, grain.astype(np.float32))


def _desk(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    tones = ((226, 224, 219), (190, 196, 202), (92, 97, 106), (212, 200, 184))
    tone = tones[rng.integers(len(tones))]
    return _paint(tone, 3 * noise(rng, size, (200, 260)) + 1.5 * noise(rng, size, (2, 2)))


def _linen(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    tones = ((214, 205, 188), (178, 176, 170), (150, 160, 168), (226, 219, 207))
    tone = tones[rng.integers(len(tones))]
    weave = 6 * noise(rng, size, (2.4, 40)) + 6 * noise(rng, size, (40, 2.4))
    return _paint(tone, weave + 7 * noise(rng, size, (170, 120)))


def _concrete(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    field = 7 * noise(rng, size, (140, 160)) + 5 * noise(rng, size, (40, 40))
    field += 3 * noise(rng, size, (9, 9)) + 4 * noise(rng, size, (1.6, 1.6))
    return _paint((164, 163, 160), field)


def _meadow(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    height, width = size
    field = 13 * noise(rng, size, (150, 120)) + 7 * noise(rng, size, (40, 30))
    pixels = _paint((132, 148, 106), field)
    pixels[:, :, 0] += 7 * noise(rng, size, (200, 160))
    rows, columns = np.mgrid[0:height, 0:width]
    for _ in range(14):
        y, x, radius = (
            rng.uniform(0, height),
            rng.uniform(0, width),
            rng.uniform(0.02, 0.06) * width,
        )
        inside = (rows - y) ** 2 + (columns - x) ** 2 < radius**2
        pixels[inside] += np.asarray((26, 28, 18), np.float32) * rng.uniform(0.3, 1)
    return _soften(pixels, width / 70)


def _stone(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    drift = noise(rng, size, (420, 300)) + 0.22 * noise(rng, size, (70, 50))
    strength = np.clip(noise(rng, size, (220, 220)) + 0.4, 0, 1.4)
    field = -20 * strength * np.exp(-np.abs(drift) * 16) + 5 * noise(rng, size, (120, 120))
    return _paint((226, 224, 221), field.astype(np.float32))


def _room(rng: np.random.Generator, size: tuple[int, int]) -> Pixels:
    """Paint a table top in front of an unsharp wall with something standing there."""
    height, width = size
    walls = ((198, 196, 190), (168, 182, 190), (206, 190, 170), (120, 128, 134))
    wall = _paint(walls[rng.integers(len(walls))], 7 * noise(rng, size, (260, 200)))
    for _ in range(5):
        left, top = rng.uniform(-0.1, 0.9) * width, rng.uniform(0, 0.5) * height
        right, bottom = left + rng.uniform(0.08, 0.3) * width, top + rng.uniform(0.1, 0.5) * height
        shade = np.asarray(rng.uniform(-46, 30) + rng.uniform(-9, 9, 3), np.float32)
        wall[int(top) : int(bottom), max(0, int(left)) : max(0, int(right))] += shade
    wall = _soften(wall, width / 34)
    table = (_wood, _desk, _stone)[rng.integers(3)](rng, size)
    edge = int(height * rng.uniform(0.42, 0.62))
    far = Image.fromarray(np.clip(table, 0, 255).astype(np.uint8))
    far = far.resize((width, height - edge), Image.Resampling.BICUBIC)
    wall[edge:] = np.asarray(far, np.float32)
    band = slice(max(0, edge - width // 40), edge + width // 40)
    wall[band] = _soften(wall, width / 110)[band]
    return wall


def _soften(pixels: Pixels, radius: float) -> Pixels:
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), np.float32).copy()


Scene = Callable[[np.random.Generator, tuple[int, int]], Pixels]

TABLES: tuple[Scene, ...] = (_wood, _desk, _linen, _concrete, _stone, _meadow)
"""What is seen from above: for things that lie."""

ROOMS: tuple[Scene, ...] = (_room, _room, _room, _room, _meadow)
"""What is seen from the side: for things that stand."""

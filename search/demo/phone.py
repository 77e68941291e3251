"""The demo's goods as a phone sees them: another ground, angle and light, and a small sensor."""

from __future__ import annotations

import io
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageFilter

from search.demo.catalogue import DemoProduct
from search.demo.drawing import draw_cutout
from search.demo.scenes import ROOMS, TABLES, Pixels, noise

WIDTH, HEIGHT = 600, 750

_STANDING = frozenset({"mug", "tumbler", "bottle", "backpack", "umbrella"})


@dataclass(frozen=True, slots=True)
class Conditions:
    """How hard a photo is on the search; the defaults are those of a photo taken with some care.

    `turn` is the greatest rotation in degrees of a thing that lies, `tilt` how far a corner may
    move in perspective, as a share of the thing's size, `cast` the greatest change of the red and
    blue channels, `dim` the greatest change of exposure, `noise` the sensor's deviation of 255.
    """

    turn: float = 22
    tilt: float = 0.09
    cast: float = 0.09
    dim: float = 0.14
    noise: float = 6


TYPICAL = Conditions()


def draw_photo(product: DemoProduct, seed: int, conditions: Conditions = TYPICAL) -> bytes:
    """Return a JPEG file of 600 x 750 pixels; the same product and seed give the same bytes."""
    rng = np.random.default_rng([seed, zlib.crc32(product.article.encode())])
    stands = product.kind in _STANDING
    scenes = ROOMS if stands else TABLES
    ground = scenes[rng.integers(len(scenes))](rng, (HEIGHT, WIDTH))
    thing = _placed(draw_cutout(product, WIDTH), rng, conditions, stands=stands)
    scene = _lit(_composed(ground, thing, rng), rng)
    return _developed(scene, rng, conditions)


def _placed(
    cutout: Image.Image, rng: np.random.Generator, conditions: Conditions, *, stands: bool
) -> Image.Image:
    """Turn, tilt and move the thing within the frame; now and then a little beyond its edge."""
    turn = np.radians(rng.uniform(-1, 1) * (min(conditions.turn, 5) if stands else conditions.turn))
    half = WIDTH * rng.uniform(0.42, 0.56)
    corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * half
    corners *= 1 + rng.uniform(-conditions.tilt, conditions.tilt, corners.shape)
    rotation = np.array([(np.cos(turn), np.sin(turn)), (-np.sin(turn), np.cos(turn))])
    centre = np.array([WIDTH / 2, HEIGHT * (0.53 if stands else 0.5)])
    centre += rng.uniform(-1, 1, 2) * (WIDTH * 0.07, HEIGHT * 0.06)
    side = cutout.width
    source = np.array([(0, 0), (side, 0), (side, side), (0, side)], float)
    coefficients = _perspective(corners @ rotation + centre, source)
    return cutout.convert("RGBa").transform(
        (WIDTH, HEIGHT), Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC
    )


def _perspective(to: npt.NDArray[np.float64], source: npt.NDArray[np.float64]) -> list[float]:
    """Solve for the eight numbers of the projective map that takes each `to` to its `source`."""
    rows, values = [], []
    for (x, y), (u, v) in zip(to, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    return [float(number) for number in np.linalg.solve(np.array(rows), np.array(values))]


def _composed(ground: Pixels, thing: Image.Image, rng: np.random.Generator) -> Pixels:
    """Lay the thing (premultiplied RGBA) on the ground, with the shadow of the room's lamp."""
    # Its own soft shadow is fainter than this and casts none.
    solid = thing.getchannel(3).point([255 * (alpha > 220) for alpha in range(256)])  # noqa: PLR2004
    reach = rng.uniform(0.02, 0.05) * WIDTH
    angle = rng.uniform(0.1, 0.9) * np.pi
    shift = (round(reach * np.cos(angle)), round(reach * np.sin(angle)))
    shadow = Image.new("L", solid.size)
    shadow.paste(solid, shift)
    shadow = shadow.filter(ImageFilter.GaussianBlur(reach * 0.8))
    dark = np.asarray(shadow, np.float32)[:, :, None] / 255 * rng.uniform(0.22, 0.42)
    pixels = np.asarray(thing, np.float32)
    shaded = ground * (1 - dark)
    return (shaded * (1 - pixels[:, :, 3:] / 255) + pixels[:, :, :3]).astype(np.float32)


def _lit(scene: Pixels, rng: np.random.Generator) -> Pixels:
    """Let a lamp on one side make that side brighter, and the lens darken the corners."""
    y, x = np.mgrid[-1 : 1 : HEIGHT * 1j, -1 : 1 : WIDTH * 1j]
    angle = rng.uniform(0, 2 * np.pi)
    lamp = 1 + rng.uniform(0.05, 0.17) * (x * np.cos(angle) + y * np.sin(angle))
    lamp += 0.025 * noise(rng, (HEIGHT, WIDTH), (300, 260))
    vignette = 1 - rng.uniform(0.02, 0.1) * (x * x + y * y)
    return np.asarray(scene * (lamp * vignette)[:, :, None], np.float32)


def _developed(scene: Pixels, rng: np.random.Generator, conditions: Conditions) -> bytes:
    """Expose, colour, blur and compress the scene as a small sensor does."""
    warmth = rng.uniform(-conditions.cast, conditions.cast)
    gains = np.array([1 + warmth, 1 + rng.uniform(-0.02, 0.02), 1 - warmth])
    exposed = scene * (gains * (1 + rng.uniform(-conditions.dim, conditions.dim * 0.6)))
    haze = rng.uniform(0, 12)
    exposed = exposed * (1 - haze / 255) + haze
    image = Image.fromarray(np.clip(exposed, 0, 255).astype(np.uint8))
    blurred = np.asarray(image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.3))), np.float32)
    size = (HEIGHT, WIDTH)
    grain = rng.uniform(0.3, 1) * conditions.noise
    bright = noise(rng, size, (1.4, 1.4))[:, :, None]
    chroma = np.dstack([noise(rng, size, (2.5, 2.5)) for _ in range(3)])
    noisy = blurred + grain * (0.8 * bright + 0.5 * chroma)
    buffer = io.BytesIO()
    Image.fromarray(np.clip(noisy, 0, 255).astype(np.uint8)).save(
        buffer, "JPEG", quality=int(rng.integers(66, 84))
    )
    return buffer.getvalue()

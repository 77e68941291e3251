"""The prints: bold shapes on a sheet that is `aspect` wide and 1 high, and how they are laid on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from search.demo.canvas import Canvas, Point
from search.demo.look import Look
from search.demo.surfaces import Surface

Polygon = list[Point]
Shape = tuple[int, Polygon]
"""The number of its ink, and its outline."""

_STEP = 0.04
"""Edges are cut into pieces of this length, so that they bend with the surface."""


def lay(canvas: Canvas, look: Look, surface: Surface, *, opacity: float = 1) -> None:
    """Paint the look's print onto the surface; the caller clips it to the thing's outline."""
    if look.print not in _PRINTS:
        return
    inks = look.inks
    for ink, outline in _PRINTS[look.print](surface.aspect):
        points = [surface.at(x, y) for x, y in _fine(outline)]
        d = "M" + "L".join(f"{x:.1f},{y:.1f}" for x, y in points) + "Z"
        canvas.path(d, fill=inks[ink % len(inks)], opacity=opacity)


def _fine(outline: Polygon) -> Iterator[Point]:
    for start, end in zip(outline, outline[1:] + outline[:1], strict=True):
        pieces = max(1, math.ceil(math.dist(start, end) / _STEP))
        for piece in range(pieces):
            share = piece / pieces
            yield (
                start[0] + (end[0] - start[0]) * share,
                start[1] + (end[1] - start[1]) * share,
            )


def _box(left: float, top: float, right: float, bottom: float) -> Polygon:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _arc(cx: float, cy: float, r: float, start: float = 0, end: float = 360) -> Polygon:
    steps = max(8, round((end - start) / 9))
    angles = (math.radians(start + (end - start) * i / steps) for i in range(steps + 1))
    return [(cx + r * math.cos(angle), cy + r * math.sin(angle)) for angle in angles]


def _star(cx: float, cy: float, r: float, turn: float = 0) -> Polygon:
    spokes = ((math.radians(turn - 90 + 36 * i), r if i % 2 == 0 else r * 0.44) for i in range(10))
    return [(cx + s * math.cos(angle), cy + s * math.sin(angle)) for angle, s in spokes]


def _leaf(cx: float, cy: float, length: float, turn: float) -> list[Polygon]:
    """Draw the two halves of a leaf, parted by its vein; it grows from (cx, cy)."""
    cosine, sine = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    halves = []
    for side in (-1, 1):
        gap = 0.012 * side
        curve = [
            (length * t / 12, side * 0.27 * length * math.sin(math.pi * (t / 12) ** 0.85) + gap)
            for t in range(13)
        ]
        outline = [*curve, (length * 0.96, gap), (0.04 * length, gap)]
        halves.append(
            [(cx + x * cosine - y * sine, cy + x * sine + y * cosine) for x, y in outline]
        )
    return halves


def _stripes(aspect: float) -> Iterator[Shape]:
    for ink, top in enumerate((0.26, 0.44, 0.62)):
        yield ink, _box(0, top, aspect, top + 0.12)


def _dots(aspect: float) -> Iterator[Shape]:
    columns = max(2, round(aspect / 0.27))
    pitch = aspect / columns
    for row in range(5):
        for column in range(columns + 1):
            x = (column + (0.5 if row % 2 else 0)) * pitch
            yield (row + column) % 2, _arc(x, 0.1 + row * 0.2, 0.074)


def _waves(aspect: float) -> Iterator[Shape]:
    for ink, level in ((2, 0.40), (1, 0.57), (0, 0.74)):
        crest = [
            (
                aspect * i / 60,
                level + 0.055 * math.sin(2 * math.pi * (aspect * i / 60 / 0.5 + ink / 3)),
            )
            for i in range(61)
        ]
        yield ink, [*crest, (aspect, 1.02), (0, 1.02)]


def _mountains(aspect: float) -> Iterator[Shape]:
    middle = aspect / 2
    yield 2, _arc(middle + 0.24, 0.3, 0.15)
    copies = math.ceil(aspect / 2 / 1.2)
    for shift in (1.2 * copy + middle for copy in range(-copies, copies + 1)):
        for cx, top, half in ((-0.33, 0.42, 0.36), (0.42, 0.36, 0.4)):
            yield 1, [(shift + cx, top), (shift + cx + half, 1.02), (shift + cx - half, 1.02)]
    for shift in (1.2 * copy + middle for copy in range(-copies, copies + 1)):
        cx, top, half = shift - 0.02, 0.24, 0.5
        yield 0, [(cx, top), (cx + half, 1.02), (cx - half, 1.02)]
        yield (
            3,
            [
                (cx, top),
                (cx + 0.13, top + 0.2),
                (cx + 0.06, top + 0.17),
                (cx + 0.01, top + 0.25),
                (cx - 0.06, top + 0.17),
                (cx - 0.13, top + 0.2),
            ],
        )


def _leaves(aspect: float) -> Iterator[Shape]:
    columns = max(1, round(aspect / 0.5))
    pitch = aspect / columns
    for column in range(columns):
        x = (column + 0.5) * pitch
        base = 0.96 if column % 2 == 0 else 0.9
        for number, (rise, turn, length) in enumerate(
            (
                (0.0, -150, 0.3),
                (0.0, -30, 0.3),
                (0.26, -145, 0.32),
                (0.26, -35, 0.32),
                (0.5, -135, 0.3),
                (0.5, -45, 0.3),
                (0.56, -90, 0.36),
            )
        ):
            for half in _leaf(x, base - rise, length, turn):
                yield (number // 2 + column) % 2, half
        yield column % 2, _box(x - 0.012, base - 0.62, x + 0.012, base + 0.04)


def _stars(aspect: float) -> Iterator[Shape]:
    middle = aspect / 2
    yield 0, _star(middle, 0.5, 0.36, 8)
    for number in range(1, math.ceil(middle / 0.42) + 1):
        for side in (-1, 1):
            x = middle + side * 0.42 * number
            yield 1, _star(x, 0.22 if (number + (side > 0)) % 2 else 0.3, 0.12, 20 * side)
            yield 0, _star(x + 0.05 * side, 0.74 if number % 2 else 0.64, 0.15, -14 * side)


def _sunrise(aspect: float) -> Iterator[Shape]:
    middle = aspect / 2
    for ink, radius in enumerate((0.5, 0.38, 0.26, 0.14)):
        yield ink, _arc(middle, 0.62, radius, 180, 360)
    for ink, top, height in ((1, 0.67, 0.06), (2, 0.77, 0.05), (3, 0.86, 0.035)):
        half = 0.56 - (top - 0.67) * 0.7
        yield ink, _box(middle - half, top, middle + half, top + height)


def _geometry(aspect: float) -> Iterator[Shape]:
    columns = max(1, round(aspect * 3))
    width = aspect / columns
    for row in range(3):
        for column in range(columns):
            yield from _tile(row, column, column * width, row / 3, width)


_BARE_TILES = (1, 3)
"""Tiles without a ground of their own, so that the colour of the goods shows between the others."""


def _tile(row: int, column: int, x: float, y: float, width: float) -> Iterator[Shape]:
    side = 1 / 3
    ground, ink = (2 * column + 3 * row) % 5, (2 * column + 3 * row + 2) % 5
    if ground not in _BARE_TILES:
        yield ground, _box(x, y, x + width + 0.002, y + side + 0.002)
    kind = (column + 2 * row) % 4
    if kind == 0:
        yield ink, [(x, y), *_arc(x, y, side, 0, 90)]
    elif kind == 1:
        yield ink, [(x, y), (x + width, y + side), (x, y + side)]
    elif kind == 2:  # noqa: PLR2004 - the third of four tiles
        yield ink, _arc(x + width / 2, y + side / 2, side * 0.36)
    else:
        yield ink, [(x + width, y + side), *_arc(x + width, y + side, side, 180, 270)]


def _two_tone(aspect: float) -> Iterator[Shape]:
    yield 0, _box(-0.1, 0.54, aspect + 0.1, 1.3)


_PRINTS: dict[str, Callable[[float], Iterator[Shape]]] = {
    "stripes": _stripes,
    "dots": _dots,
    "waves": _waves,
    "mountains": _mountains,
    "leaves": _leaves,
    "stars": _stars,
    "sunrise": _sunrise,
    "geometry": _geometry,
    "two-tone": _two_tone,
}

PRINTS: Sequence[str] = ("plain", *_PRINTS)

"""Where a print lies: maps from its flat sheet to the picture of a curved or tilted thing.

A sheet is `aspect` wide and 1 high; (0, 0) is its upper left corner.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Protocol

from search.demo.canvas import Point


class Surface(Protocol):
    """A sheet of paper laid onto a thing."""

    @property
    def aspect(self) -> float:
        """Width of the sheet divided by its height."""

    def at(self, x: float, y: float) -> Point:
        """Say where a point of the sheet appears on the canvas."""


@dataclass(frozen=True, slots=True)
class Flat:
    """A sheet that faces the camera: its upper left corner, its size, and its tilt in degrees."""

    x: float
    y: float
    width: float
    height: float
    turn: float = 0.0

    @property
    def aspect(self) -> float:
        """Width of the sheet divided by its height."""
        return self.width / self.height

    def at(self, x: float, y: float) -> Point:
        """Turn the point about the middle of the sheet."""
        right, down = x * self.height - self.width / 2, y * self.height - self.height / 2
        cosine, sine = math.cos(math.radians(self.turn)), math.sin(math.radians(self.turn))
        return (
            self.x + self.width / 2 + right * cosine - down * sine,
            self.y + self.height / 2 + right * sine + down * cosine,
        )


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A sheet around an upright cylinder or cone, seen from slightly above.

    `top` and `bottom` are (y, radius, sag): the height of the rim's ends, the radius, and how far
    the front of the rim hangs below its ends. `span` is the sheet's angle, in degrees.
    """

    cx: float
    top: tuple[float, float, float]
    bottom: tuple[float, float, float]
    span: float = 176.0

    @property
    def aspect(self) -> float:
        """Width of the sheet divided by its height."""
        radius = (self.top[1] + self.bottom[1]) / 2
        return radius * math.radians(self.span) / (self.bottom[0] - self.top[0])

    def at(self, x: float, y: float) -> Point:
        """Wrap the point around the axis."""
        angle = (x / self.aspect - 0.5) * math.radians(self.span)
        edge, radius, sag = (a + (b - a) * y for a, b in zip(self.top, self.bottom, strict=True))
        return self.cx + radius * math.sin(angle), edge + sag * math.cos(angle)


@dataclass(frozen=True, slots=True)
class Bulged:
    """A flat sheet on something plump: the middle comes nearer, the edges bend away."""

    x: float
    y: float
    width: float
    height: float
    bulge: float = 0.12

    @property
    def aspect(self) -> float:
        """Width of the sheet divided by its height."""
        return self.width / self.height

    def at(self, x: float, y: float) -> Point:
        """Push the point away from the middle, the least at the edges."""
        right, down = 2 * x / self.aspect - 1, 2 * y - 1
        push = 1 + self.bulge * (1 - min(1.0, (right * right + down * down) / 2))
        return (
            self.x + self.width * (1 + right * push) / 2,
            self.y + self.height * (1 + down * push) / 2,
        )

"""A small drawing layer over SVG: shapes, gradients, blurs and clips on a square of 1000 units.

The light of the studio comes from the upper left. What belongs to the floor (a product's shadow)
is kept apart from the product, so that the same drawing can stand on another ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TypedDict, Unpack

SIDE = 1000

Point = tuple[float, float]
Stop = tuple[float, str, float]
"""Where (0 to 1), colour, opacity (0 to 1)."""


Box = tuple[float, float, float, float]
"""Left, top, right, bottom."""

_NOWHERE: Box = (0, 0, 0, 0)
_EVERYWHERE: Box = (0, 0, SIDE, SIDE)


class Style(TypedDict, total=False):
    """How a shape is painted. `blur` is a standard deviation in canvas units."""

    fill: str
    stroke: str
    width: float
    opacity: float
    blur: float
    transform: str
    dash: str
    cap: str
    even_odd: bool


class Canvas:
    """Collects shapes and writes them as one SVG document."""

    def __init__(self) -> None:
        self._defs: list[str] = []
        self._floor: list[str] = []
        self._body: list[str] = []
        self._layer = self._body
        self._clips: dict[str, str] = {}

    def path(self, d: str, **style: Unpack[Style]) -> None:
        """Paint a path in SVG's path language (absolute M, L, C, H, V, Z when it is blurred)."""
        box = _box(d) if style.get("blur") else _NOWHERE
        self._layer.append(f'<path d="{d}"{self._attributes(style, box)}/>')

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, **style: Unpack[Style]) -> None:
        """Paint an ellipse around (cx, cy)."""
        attributes = self._attributes(style, (cx - rx, cy - ry, cx + rx, cy + ry))
        self._layer.append(
            f'<ellipse cx="{cx:g}" cy="{cy:g}" rx="{rx:g}" ry="{ry:g}"{attributes}/>'
        )

    def circle(self, cx: float, cy: float, r: float, **style: Unpack[Style]) -> None:
        """Paint a circle around (cx, cy)."""
        self.ellipse(cx, cy, r, r, **style)

    def rect(
        self, x: float, y: float, w: float, h: float, r: float = 0, **style: Unpack[Style]
    ) -> None:
        """Paint a rectangle with corners rounded by `r`."""
        attributes = self._attributes(style, (x, y, x + w, y + h))
        self._layer.append(
            f'<rect x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="{r:g}"{attributes}/>'
        )

    def linear(self, start: Point, end: Point, stops: Sequence[Stop]) -> str:
        """Return the paint of a gradient along a line, in canvas units."""
        return self._gradient(
            f'linearGradient x1="{start[0]:g}" y1="{start[1]:g}" x2="{end[0]:g}" y2="{end[1]:g}"',
            stops,
        )

    def radial(self, centre: Point, radius: float, stops: Sequence[Stop]) -> str:
        """Return the paint of a gradient from a centre outwards, in canvas units."""
        return self._gradient(
            f'radialGradient cx="{centre[0]:g}" cy="{centre[1]:g}" r="{radius:g}"', stops
        )

    @contextmanager
    def group(
        self, *, clip: str | None = None, transform: str = "", opacity: float = 1, blur: float = 0
    ) -> Iterator[None]:
        """Paint together what is painted inside; `clip` is a path that nothing reaches beyond."""
        attributes = "" if clip is None else f' clip-path="url(#{self._clip(clip)})"'
        style: Style = {"transform": transform, "opacity": opacity, "blur": blur}
        self._layer.append(f"<g{attributes}{self._attributes(style, _EVERYWHERE)}>")
        yield
        self._layer.append("</g>")

    @contextmanager
    def floor(self) -> Iterator[None]:
        """Paint on the floor under the product instead of on the product."""
        self._layer = self._floor
        yield
        self._layer = self._body

    def svg(self, *, floor: bool = True) -> str:
        """Write the document; without `floor` only the product itself, on nothing."""
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIDE} {SIDE}">',
            f"<defs>{''.join(self._defs)}</defs>",
            *(self._floor if floor else ()),
            *self._body,
            "</svg>",
        ]
        return "".join(parts)

    def _attributes(self, style: Style, box: Box) -> str:
        written = []
        if "fill" in style or "stroke" in style:
            written.append(f'fill="{style.get("fill", "none")}"')
        if "stroke" in style:
            cap = style.get("cap", "round")
            written.append(
                f'stroke="{style["stroke"]}" stroke-width="{style.get("width", 1):g}"'
                f' stroke-linecap="{cap}" stroke-linejoin="round"'
            )
        if "dash" in style:
            written.append(f'stroke-dasharray="{style["dash"]}"')
        if style.get("opacity", 1) != 1:
            written.append(_opacity(style))
        if style.get("blur"):
            written.append(
                f'filter="url(#{self._blur(style["blur"], box, style.get("width", 0))})"'
            )
        if style.get("transform"):
            written.append(f'transform="{style["transform"]}"')
        if style.get("even_odd"):
            written.append('fill-rule="evenodd"')
        return "".join(f" {attribute}" for attribute in written)

    def _gradient(self, head: str, stops: Sequence[Stop]) -> str:
        name = f"p{len(self._defs)}"
        written = "".join(
            f'<stop offset="{at:g}" stop-color="{colour}" stop-opacity="{opacity:g}"/>'
            for at, colour, opacity in stops
        )
        tag = head.split(" ", 1)[0]
        self._defs.append(f'<{head} id="{name}" gradientUnits="userSpaceOnUse">{written}</{tag}>')
        return f"url(#{name})"

    def _blur(self, deviation: float, box: Box, width: float) -> str:
        # resvg allocates the whole region, so it is cut to what the blur can reach.
        reach = 3 * deviation + width / 2
        left, top, right, bottom = box
        name = f"b{len(self._defs)}"
        self._defs.append(
            f'<filter id="{name}" filterUnits="userSpaceOnUse" x="{left - reach:g}"'
            f' y="{top - reach:g}" width="{right - left + 2 * reach:g}"'
            f' height="{bottom - top + 2 * reach:g}" color-interpolation-filters="sRGB">'
            f'<feGaussianBlur stdDeviation="{deviation:g}"/></filter>'
        )
        return name

    def _clip(self, d: str) -> str:
        if d not in self._clips:
            self._clips[d] = name = f"c{len(self._clips)}"
            self._defs.append(f'<clipPath id="{name}"><path d="{d}"/></clipPath>')
        return self._clips[d]


def symmetric(cx: float, half: str) -> str:
    """Close a path that is its own mirror image about x = cx.

    `half` is one half as "x,y x,y ...": where it starts, then two control points and an end for
    each cubic, beginning and ending on the axis or with a straight line across it.
    """
    points = [(float(x), float(y)) for x, y in (pair.split(",") for pair in half.split())]
    written = [f"M{points[0][0]:g},{points[0][1]:g}", *_cubics(points[1:])]
    mirrored = [(2 * cx - x, y) for x, y in reversed(points)]
    written += [f"L{mirrored[0][0]:g},{mirrored[0][1]:g}", *_cubics(mirrored[1:])]
    return " ".join([*written, "Z"])


def _cubics(points: Sequence[Point]) -> Iterator[str]:
    for first, second, end in zip(points[::3], points[1::3], points[2::3], strict=True):
        yield (f"C{first[0]:g},{first[1]:g} {second[0]:g},{second[1]:g} {end[0]:g},{end[1]:g}")


def _opacity(style: Style) -> str:
    """Make paint thin where that is enough: `opacity` itself costs the renderer a layer."""
    painted = "fill" in style or "stroke" in style
    if not painted or style.get("blur"):
        return f'opacity="{style["opacity"]:g}"'
    name = "stroke" if "stroke" in style else "fill"
    return f'{name}-opacity="{style["opacity"]:g}"'


_ROUND = 0.5523
"""Control points at this share of the radius make a cubic a quarter of a circle."""


def rounded(x: float, y: float, w: float, h: float, r: float) -> str:
    """Return the path of a rectangle with rounded corners."""
    right, bottom, k = x + w, y + h, r * (1 - _ROUND)
    return (
        f"M{x + r:g},{y:g} L{right - r:g},{y:g}"
        f" C{right - k:g},{y:g} {right:g},{y + k:g} {right:g},{y + r:g} L{right:g},{bottom - r:g}"
        f" C{right:g},{bottom - k:g} {right - k:g},{bottom:g} {right - r:g},{bottom:g}"
        f" L{x + r:g},{bottom:g} C{x + k:g},{bottom:g} {x:g},{bottom - k:g} {x:g},{bottom - r:g}"
        f" L{x:g},{y + r:g} C{x:g},{y + k:g} {x + k:g},{y:g} {x + r:g},{y:g}Z"
    )


def disc(cx: float, cy: float, r: float) -> str:
    """Return the path of a circle."""
    return rounded(cx - r, cy - r, 2 * r, 2 * r, r)


_COMMAND = re.compile(r"([A-Za-z])([^A-Za-z]*)")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _box(d: str) -> Box:
    """Return a box around a path; control points count, so it may be a little too large."""
    xs: list[float] = []
    ys: list[float] = []
    for command, arguments in _COMMAND.findall(d):
        numbers = [float(number) for number in _NUMBER.findall(arguments)]
        if command in "MLC":
            xs += numbers[::2]
            ys += numbers[1::2]
        elif command == "H":
            xs += numbers
        elif command == "V":
            ys += numbers
        elif command != "Z":
            raise ValueError(f"{command} in a blurred path: {d}")
    return min(xs), min(ys), max(xs), max(ys)

"""Light and shadow that every kind of goods shares: rounds, folds, seams, metal, the floor."""

from __future__ import annotations

from collections.abc import Sequence

from search.demo.canvas import Canvas, Point, Stop
from search.demo.look import Look

_FLOOR = "#1b1d2a"


def upright_round(canvas: Canvas, d: str, look: Look, left: float, right: float) -> None:
    """Shade an upright cylinder that reaches from left to right: lit at 30 %, dark at the right."""
    dim = 0.75 if look.dark else 0.62
    canvas.path(
        d,
        fill=canvas.linear(
            (left, 0),
            (right, 0),
            [
                (0, look.shade, 0.62 * dim),
                (0.07, look.shade, 0.36 * dim),
                (0.2, look.shade, 0.06 * dim),
                (0.36, look.shade, 0),
                (0.6, look.shade, 0.12 * dim),
                (0.84, look.shade, 0.58 * dim),
                (0.95, look.shade, 0.86 * dim),
                (1, look.shade, 0.66 * dim),
            ],
        ),
    )
    canvas.path(
        d,
        fill=canvas.linear(
            (left, 0),
            (right, 0),
            [
                (0.08, look.gleam, 0),
                (0.26, look.gleam, 0.34),
                (0.34, look.gleam, 0.24),
                (0.52, look.gleam, 0),
            ],
        ),
    )


def window(canvas: Canvas, d: str, *, opacity: float = 0.5, blur: float = 5) -> None:
    """Reflect the studio's window in something glossy."""
    canvas.path(d, fill="#ffffff", opacity=opacity, blur=blur)


def volume(canvas: Canvas, d: str, look: Look, *, depth: float = 34, strength: float = 1) -> None:
    """Let the edges of a soft thing turn away from the light: dark lower right, lit upper left."""
    with canvas.group(clip=d):
        canvas.path(
            d,
            stroke=look.shade,
            width=depth * 1.5,
            blur=depth * 0.62,
            opacity=min(1, 0.6 * strength),
            transform=f"translate({depth * 0.18:g} {depth * 0.16:g})",
        )
        canvas.path(
            d,
            stroke=look.gleam,
            width=depth * 0.5,
            blur=depth * 0.3,
            opacity=min(1, 0.42 * strength),
            transform=f"translate({depth * 0.42:g} {depth * 0.46:g})",
        )
        canvas.path(
            d,
            stroke=look.shade,
            width=depth * 0.7,
            blur=depth * 0.36,
            opacity=min(1, 0.5 * strength),
            transform=f"translate({-depth * 0.2:g} {-depth * 0.22:g})",
        )


def light_falls(canvas: Canvas, d: str, look: Look, start: Point, end: Point) -> None:
    """Let light fall off across a thing from start (lit) to end (in shade)."""
    canvas.path(
        d,
        fill=canvas.linear(
            start, end, [(0, look.gleam, 0.3), (0.45, look.gleam, 0), (1, look.gleam, 0)]
        ),
    )
    canvas.path(
        d,
        fill=canvas.linear(
            start, end, [(0, look.shade, 0), (0.5, look.shade, 0.04), (1, look.shade, 0.42)]
        ),
    )


Crease = tuple[str, float, float]
"""The path of a fold, its width in canvas units, its strength in [0, 1]."""


def folds(canvas: Canvas, look: Look, creases: Sequence[Crease]) -> None:
    """Crease a cloth: soft dark valleys with lit ridges above them."""
    width = sum(crease[1] for crease in creases) / len(creases)
    # One blur over all the valleys and one over all the ridges: a blur is what costs time.
    with canvas.group(blur=width * 0.55):
        for d, each, strength in creases:
            canvas.path(d, stroke=look.shade, width=each, opacity=0.48 * strength)
    shift = f"translate({-width * 0.7:g} {-width * 0.45:g})"
    with canvas.group(blur=width * 0.5, transform=shift):
        for d, each, strength in creases:
            canvas.path(d, stroke=look.gleam, width=each * 0.7, opacity=0.3 * strength)


def stitches(canvas: Canvas, d: str, look: Look, *, width: float = 3.2) -> None:
    """Sew along a path: the dent of the seam, and the thread."""
    canvas.path(d, stroke=look.shade, width=width * 2, opacity=0.2)
    thread = look.gleam if look.dark else look.trim
    canvas.path(d, stroke=thread, width=width, dash="11 7", opacity=0.62, cap="butt")


def seam(canvas: Canvas, d: str, look: Look, *, width: float = 4) -> None:
    """Join two panels: a thin dark line with a lit lower edge."""
    canvas.path(d, stroke=look.shade, width=width, opacity=0.55)
    canvas.path(d, stroke=look.gleam, width=width * 0.6, opacity=0.35, transform="translate(3 4)")


STEEL: tuple[Stop, ...] = (
    (0, "#8d9299", 1),
    (0.14, "#e9ebee", 1),
    (0.3, "#ffffff", 1),
    (0.46, "#b9bec6", 1),
    (0.64, "#7d838c", 1),
    (0.82, "#d5d8dd", 1),
    (1, "#6c727b", 1),
)


def steel(canvas: Canvas, start: Point, end: Point) -> str:
    """Return the paint of polished steel, its reflections running from start to end."""
    return canvas.linear(start, end, STEEL)


def stands(canvas: Canvas, cx: float, y: float, half: float, *, height: float = 22) -> None:
    """Put an upright thing on the floor: a tight contact shadow and a wide soft one."""
    with canvas.floor():
        canvas.ellipse(
            cx + half * 0.16, y + 4, half * 1.18, height * 1.7, fill=_FLOOR, opacity=0.2, blur=26
        )
        canvas.ellipse(cx + 5, y, half, height, fill=_FLOOR, opacity=0.42, blur=11)


def lies(canvas: Canvas, d: str, *, lift: float = 1, transform: str = "") -> None:
    """Lay a flat thing on the table: its shadow falls to the lower right."""
    with canvas.floor():
        for far, blur, opacity in ((17, 20, 0.2), (7, 7, 0.26)):
            move = f"translate({far * lift * 0.62:g} {far * lift:g}) {transform}"
            canvas.path(
                d, fill=_FLOOR, opacity=opacity, blur=blur * (0.5 + lift / 2), transform=move
            )

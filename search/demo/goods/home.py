"""Umbrella, cushion, wall clock."""

from __future__ import annotations

import math

from search.demo.canvas import Canvas, disc
from search.demo.colour import mix
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import folds, lies, light_falls, seam, stands, steel, stitches, volume
from search.demo.surfaces import Bulged, Flat


def umbrella(canvas: Canvas, look: Look) -> None:
    """Draw an open umbrella, leaning back a little."""
    stands(canvas, 540, 918, 90, height=14)
    turn = "translate(32 30) scale(0.94) rotate(-8 500 500)"
    rim_x = (70, 170, 350, 500, 650, 830, 930)
    with canvas.group(transform=turn):
        _shaft(canvas)
        canopy = "M70,520 C90,260 270,118 500,112 C730,118 910,260 930,520"
        for right, left in zip(rim_x[::-1][1:], rim_x[::-1][:-1], strict=True):
            middle = (left + right) / 2
            canopy += f" C{left - 18:g},{496:g} {middle + 30:g},{468:g} {middle:g},{466:g}"
            canopy += f" C{middle - 30:g},{468:g} {right + 18:g},{496:g} {right:g},520"
        canopy += "Z"
        under = canopy
        canvas.path(under, fill=mix(look.colour, look.shade, 0.62), transform="translate(0 20)")
        canvas.path(canopy, fill=look.colour)
        with canvas.group(clip=canopy):
            lay(canvas, look, Bulged(60, 112, 880, 420, 0.12))
            _panels(canvas, look, rim_x)
            light_falls(canvas, canopy, look, (200, 120), (940, 520))
        volume(canvas, canopy, look, depth=40, strength=0.8)
        canvas.path("M500,112 L494,62 L506,62Z", stroke="#3a3d45", width=9, fill="#3a3d45")
        canvas.ellipse(500, 114, 26, 9, fill=look.trim)
        for x in rim_x:
            canvas.circle(x, 524, 7, fill=steel(canvas, (x - 7, 518), (x + 7, 530)))


def _shaft(canvas: Canvas) -> None:
    canvas.path("M500,130V800", stroke=steel(canvas, (491, 0), (509, 0)), width=16, cap="butt")
    canvas.path("M500,480V620", stroke="#14151b", width=16, opacity=0.4, cap="butt", blur=8)
    handle = "M500,760 V868 C500,950 404,950 404,872 V856"
    canvas.path(handle, stroke="#4a2c1b", width=34)
    canvas.path(handle, stroke="#a8703f", width=20, transform="translate(-3 -1)")
    canvas.path(
        handle, stroke="#e8bb86", width=6, opacity=0.8, transform="translate(-8 -2)", blur=1.5
    )
    canvas.rect(483, 746, 34, 22, 4, fill=steel(canvas, (483, 0), (517, 0)))


def _panels(canvas: Canvas, look: Look, rim: tuple[int, ...]) -> None:
    for number, x in enumerate(rim):
        bend = (x - 500) * 0.78 + 500
        rib = f"M500,112 C{(500 + bend) / 2 + (x - 500) * 0.18:g},150 {x:g},300 {x:g},520"
        if 0 < number < len(rim) - 1:
            seam(canvas, rib, look, width=5)
            canvas.path(
                rib, stroke=look.shade, width=34, opacity=0.2, blur=14, transform="translate(18 0)"
            )
            canvas.path(
                rib, stroke=look.gleam, width=24, opacity=0.3, blur=12, transform="translate(-20 0)"
            )


def cushion(canvas: Canvas, look: Look) -> None:
    """Draw a plump square cushion with piping."""
    outline = (
        "M118,128 C300,176 700,176 882,122 C906,120 912,136 906,156 C850,340 850,660 908,846"
        " C914,872 902,884 878,878 C700,834 300,834 124,882 C98,888 88,872 94,848"
        " C150,660 150,340 96,156 C90,134 98,124 118,128Z"
    )
    lies(canvas, outline, lift=1.6)
    canvas.path(outline, fill=look.colour)
    with canvas.group(clip=outline):
        lay(canvas, look, Bulged(118, 140, 764, 720, 0.08))
        canvas.path(
            outline,
            fill=canvas.radial(
                (430, 420),
                560,
                [
                    (0, look.gleam, 0.3),
                    (0.4, look.gleam, 0.05),
                    (0.62, look.shade, 0.05),
                    (1, look.shade, 0.6),
                ],
            ),
        )
        folds(
            canvas,
            look,
            [
                ("M110,140 C200,210 260,240 330,330", 44, 0.42),
                ("M890,140 C810,210 760,230 690,310", 44, 0.42),
                ("M110,866 C200,790 240,760 320,690", 44, 0.42),
                ("M890,866 C800,790 770,750 700,690", 44, 0.42),
                ("M150,300 C200,340 220,360 240,400", 44, 0.42),
                ("M846,640 C800,620 780,610 750,590", 44, 0.42),
                ("M600,160 C600,200 590,230 580,260", 44, 0.42),
                ("M420,842 C420,800 430,780 440,750", 44, 0.42),
            ],
        )
    volume(canvas, outline, look, depth=44)
    canvas.path(outline, stroke=look.trim, width=11)
    canvas.path(
        outline, stroke=look.gleam, width=3, opacity=0.5, transform="translate(-2 -2)", blur=1
    )
    stitches(canvas, outline, look, width=2)


def wall_clock(canvas: Canvas, look: Look) -> None:
    """Draw a round wall clock; its case has the colour, its dial the print."""
    case = disc(500, 500, 400)
    lies(canvas, case, lift=2)
    canvas.path(case, fill=look.colour)
    volume(canvas, case, look, depth=40, strength=1.2)
    light_falls(canvas, case, look, (200, 180), (800, 840))
    canvas.circle(500, 500, 400, stroke=look.gleam, width=4, opacity=0.5)
    dial = disc(500, 500, 330)
    canvas.path(dial, fill="#fbfaf6")
    with canvas.group(clip=dial):
        lay(canvas, Look("#fbfaf6", look.print), Flat(170, 170, 660, 660), opacity=0.92)
        canvas.circle(
            500,
            500,
            338,
            stroke="#1a1b24",
            width=40,
            opacity=0.5,
            blur=18,
            transform="translate(12 16)",
        )
    canvas.circle(500, 500, 332, stroke=look.shade, width=7, opacity=0.7)
    _hours(canvas, look)
    _hands(canvas, look)
    canvas.path(
        "M252,360 C300,250 400,190 500,182 C560,180 600,190 640,206 C500,220 340,320 270,470"
        " C250,470 240,400 252,360Z",
        fill="#ffffff",
        opacity=0.22,
        blur=6,
    )


def _hours(canvas: Canvas, look: Look) -> None:
    for hour in range(12):
        angle = math.radians(hour * 30)
        long = hour % 3 == 0
        inner, outer = (262 if long else 284), 312
        d = (
            f"M{500 + inner * math.sin(angle):.1f},{500 - inner * math.cos(angle):.1f}"
            f"L{500 + outer * math.sin(angle):.1f},{500 - outer * math.cos(angle):.1f}"
        )
        canvas.path(d, stroke="#ffffff", width=24 if long else 15, opacity=0.9, cap="round")
        canvas.path(d, stroke=mix(look.shade, "#20222b", 0.5), width=15 if long else 8)


def _hands(canvas: Canvas, look: Look) -> None:
    dark = "#22242c"
    for d, width, colour in (
        ("M524,516 L372,414", 20, dark),
        ("M484,526 L628,308", 14, dark),
        ("M500,560 L500,250", 5, "#d8343f"),
    ):
        canvas.path(
            d, stroke="#15161d", width=width, opacity=0.35, blur=6, transform="translate(8 13)"
        )
        canvas.path(d, stroke="#ffffff", width=width + 7, opacity=0.55)
        canvas.path(d, stroke=colour, width=width)
    canvas.circle(500, 500, 24, fill=dark)
    canvas.circle(500, 500, 24, stroke="#ffffff", width=3, opacity=0.6)
    canvas.circle(494, 494, 7, fill=look.gleam, opacity=0.9)

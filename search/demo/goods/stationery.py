"""Pen, notebook."""

from __future__ import annotations

from search.demo.canvas import Canvas, rounded
from search.demo.colour import mix
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import lies, light_falls, steel, stitches, volume, window
from search.demo.surfaces import Flat

_TILT = "rotate(-42 500 500) translate(500 500) scale(1.2 1.5) translate(-500 -500)"


def pen(canvas: Canvas, look: Look) -> None:
    """Draw a push-button ballpoint pen lying diagonally."""
    outline = "M40,500 L128,462 L250,444 L860,444 L960,470 L960,530 L860,556 L250,556 L128,538Z"
    lies(canvas, outline, lift=0.8, transform=_TILT)
    with canvas.group(transform=_TILT):
        _pen_tip(canvas)
        barrel = rounded(236, 440, 640, 120, 14)
        canvas.path(barrel, fill=look.colour)
        with canvas.group(clip=barrel):
            lay(canvas, look, Flat(330, 440, 540, 120))
            _lying_round(canvas, barrel, look, 440, 560)
        _pen_grip(canvas)
        _pen_clip(canvas)


def _lying_round(canvas: Canvas, d: str, look: Look, top: float, bottom: float) -> None:
    dim = 1 if look.dark else 0.72
    canvas.path(
        d,
        fill=canvas.linear(
            (0, top),
            (0, bottom),
            [
                (0, look.shade, 0.34 * dim),
                (0.12, look.shade, 0.05),
                (0.5, look.shade, 0.06),
                (0.78, look.shade, 0.5 * dim),
                (0.93, look.shade, 0.82 * dim),
                (1, look.shade, 0.6 * dim),
            ],
        ),
    )
    height = bottom - top
    canvas.path(
        d,
        fill=canvas.linear(
            (0, top),
            (0, bottom),
            [
                (0.1, look.gleam, 0),
                (0.24, "#ffffff", 0.7),
                (0.34, "#ffffff", 0.55),
                (0.38, look.gleam, 0.12),
                (0.6, look.gleam, 0),
            ],
        ),
        opacity=min(1, height / 110),
    )


def _pen_tip(canvas: Canvas) -> None:
    metal = steel(canvas, (0, 448), (0, 552))
    canvas.path("M34,496 L60,488 L60,512 L34,504Z", fill="#565b64")
    canvas.path("M56,484 C100,470 150,456 200,446 L200,554 C150,544 100,530 56,516Z", fill=metal)
    canvas.rect(190, 444, 16, 112, 3, fill=metal)
    canvas.path("M190,444V556", stroke="#4d525b", width=3, opacity=0.6)


def _pen_grip(canvas: Canvas) -> None:
    rubber = Look("#2d2f36", "plain")
    grip = rounded(204, 438, 150, 124, 16)
    canvas.path(grip, fill=rubber.colour)
    with canvas.group(clip=grip):
        for x in range(222, 350, 18):
            canvas.path(f"M{x},430V570", stroke="#101117", width=6, opacity=0.8)
            canvas.path(f"M{x + 6},430V570", stroke="#6b707b", width=3, opacity=0.4)
        _lying_round(canvas, grip, rubber, 438, 562)


def _pen_clip(canvas: Canvas) -> None:
    metal = steel(canvas, (0, 438), (0, 562))
    canvas.rect(846, 436, 44, 128, 6, fill=metal)
    canvas.path("M868,436V564", stroke="#5a5f68", width=3, opacity=0.5)
    button = rounded(888, 466, 76, 68, 16)
    canvas.path(button, fill=steel(canvas, (0, 466), (0, 534)))
    canvas.path(
        "M880,462 L880,446 C880,424 866,420 850,422 L600,448 C578,452 578,478 600,480 L850,478Z",
        fill="#14151c",
        opacity=0.4,
        blur=7,
        transform="translate(3 12)",
    )
    clip = "M884,470 L884,442 C884,420 868,414 850,416 L596,442 C576,446 576,470 596,472 L850,470Z"
    canvas.path(
        clip,
        fill=canvas.linear(
            (0, 414),
            (0, 474),
            [(0, "#f7f8f9", 1), (0.3, "#ffffff", 1), (0.6, "#b4b9c1", 1), (1, "#757b85", 1)],
        ),
    )
    canvas.path(clip, stroke="#666c76", width=2, opacity=0.6)
    window(canvas, "M606,450 L840,426 L850,432 L610,456Z", opacity=0.9, blur=2)


def notebook(canvas: Canvas, look: Look) -> None:
    """Draw a hard-cover notebook with an elastic band and a ribbon."""
    turn = "rotate(-7 500 500)"
    cover = rounded(222, 96, 556, 800, 30)
    lies(canvas, cover, lift=1.5, transform=turn)
    with canvas.group(transform=turn):
        canvas.path(
            "M420,880 L448,880 L452,968 L436,950 L420,970Z", fill=mix("#c63a45", look.shade, 0.1)
        )
        canvas.path("M420,880 L448,880 L448,912 L420,912Z", fill="#000", opacity=0.3, blur=4)
        canvas.path(rounded(232, 110, 560, 802, 30), fill=look.trim)
        canvas.path(rounded(228, 104, 554, 798, 16), fill="#f4efe2")
        for inset in range(4):
            canvas.path(
                f"M240,{896 + inset * 2.4} H772 L{778 + inset * 2.2},890 V124",
                stroke="#c9c1ae",
                width=1.1,
            )
        canvas.path(cover, fill=look.colour)
        with canvas.group(clip=cover):
            lay(canvas, look, Flat(222, 140, 556, 720))
            light_falls(canvas, cover, look, (220, 90), (800, 900))
            _grain(canvas, look)
            canvas.path(
                "M222,90H284V910H222Z",
                fill=canvas.linear(
                    (222, 0),
                    (290, 0),
                    [
                        (0, look.shade, 0.5),
                        (0.3, look.shade, 0.1),
                        (0.62, look.shade, 0.12),
                        (0.82, look.shade, 0.5),
                        (1, look.shade, 0),
                    ],
                ),
            )
            canvas.path("M292,90V910", stroke=look.gleam, width=4, opacity=0.5, blur=2)
            window(canvas, "M300,96 L520,96 L340,900 L300,900Z", opacity=0.07, blur=12)
        volume(canvas, cover, look, depth=13, strength=0.8)
        _elastic(canvas, look)


def _grain(canvas: Canvas, look: Look) -> None:
    for y in range(104, 900, 11):
        canvas.path(f"M296,{y}H776", stroke=look.shade, width=1.6, opacity=0.05)


def _elastic(canvas: Canvas, look: Look) -> None:
    band = "#2a2c33" if look.colour != "#2a2b30" else "#c9cbd2"
    canvas.path(
        "M708,92V904",
        stroke=look.shade,
        width=26,
        opacity=0.45,
        blur=6,
        cap="butt",
        transform="translate(5 3)",
    )
    canvas.path("M706,92V906", stroke=band, width=24, cap="butt")
    canvas.path("M699,92V906", stroke="#ffffff", width=5, opacity=0.22, cap="butt")
    stitches(canvas, "M712,94V904", Look(band, "plain"), width=1.6)

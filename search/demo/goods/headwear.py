"""Cap."""

from __future__ import annotations

from search.demo.canvas import Canvas
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import folds, light_falls, seam, stitches, volume
from search.demo.surfaces import Bulged


def cap(canvas: Canvas, look: Look) -> None:
    """Draw a baseball cap seen from the front left."""
    crown = (
        "M232,610 C212,360 330,196 540,190 C760,186 860,360 850,624"
        " C852,650 846,660 830,664 C650,600 420,610 250,668 C236,660 232,640 232,610Z"
    )
    brim = (
        "M250,652 C420,592 640,590 826,652 C846,676 830,706 790,716"
        " C640,700 470,726 330,800 C250,842 130,832 92,800 C70,778 130,706 250,652Z"
    )
    with canvas.floor():
        canvas.path(brim, fill="#1b1d2a", opacity=0.34, blur=18, transform="translate(14 30)")
        canvas.ellipse(520, 742, 330, 40, fill="#1b1d2a", opacity=0.24, blur=24)
    canvas.path(crown, fill=look.colour)
    with canvas.group(clip=crown):
        lay(canvas, look, Bulged(236, 190, 616, 452, 0.1))
        light_falls(canvas, crown, look, (280, 200), (880, 640))
        canvas.path(
            "M250,668 C420,596 650,590 830,664 L830,600 C650,540 420,550 240,610Z",
            fill="#14141f",
            opacity=0.3,
            blur=14,
        )
        folds(
            canvas,
            look,
            [
                ("M300,600 C290,480 340,380 420,300", 34, 0.4),
                ("M760,600 C780,500 760,400 700,310", 34, 0.5),
            ],
        )
        for d in (
            "M540,190 C440,260 384,420 392,610",
            "M540,190 C650,250 716,400 716,622",
            "M540,190 C700,200 820,320 846,480",
            "M540,190 C400,196 290,280 246,440",
        ):
            seam(canvas, d, look, width=4)
            stitches(canvas, d, look, width=2.2)
        for x, y in ((330, 330), (560, 300), (748, 340)):
            canvas.circle(x, y, 11, fill=look.trim)
            canvas.circle(x, y, 6, fill=look.shade)
    volume(canvas, crown, look, depth=54)
    canvas.ellipse(540, 190, 24, 13, fill=look.colour)
    canvas.ellipse(540, 193, 24, 12, stroke=look.shade, width=3, opacity=0.5)
    canvas.ellipse(534, 186, 10, 4, fill=look.gleam, opacity=0.7, blur=2)
    _brim(canvas, look, brim)


def _brim(canvas: Canvas, look: Look, brim: str) -> None:
    two_tone = look.print == "two-tone"
    cloth = Look(look.inks[0] if two_tone else look.colour, "plain")
    canvas.path(brim, fill=cloth.trim, transform="translate(0 12)")
    canvas.path(brim, fill=cloth.colour)
    with canvas.group(clip=brim):
        light_falls(canvas, brim, cloth, (200, 660), (760, 860))
        canvas.path(
            "M250,652 C420,592 640,590 826,652", stroke=cloth.shade, width=30, opacity=0.55, blur=14
        )
        canvas.path(
            "M150,770 C260,680 420,640 600,650", stroke=cloth.gleam, width=40, opacity=0.4, blur=22
        )
        for inset in range(4):
            stitches(
                canvas,
                f"M{120 + inset * 34},{786 - inset * 12} C{240 + inset * 20},{800 - inset * 16}"
                f" {460 + inset * 8},{690 - inset * 12} {800 - inset * 10},{694 - inset * 10}",
                cloth,
                width=2.2,
            )
    volume(canvas, brim, cloth, depth=16, strength=0.7)

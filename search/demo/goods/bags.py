"""Backpack, tote bag."""

from __future__ import annotations

from search.demo.canvas import Canvas, rounded, symmetric
from search.demo.colour import mix
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import (
    folds,
    lies,
    light_falls,
    seam,
    stands,
    steel,
    stitches,
    volume,
)
from search.demo.surfaces import Bulged, Flat

_CLOTH = "#2a2c33"


def backpack(canvas: Canvas, look: Look) -> None:
    """Draw a city backpack from the front."""
    stands(canvas, 500, 918, 285, height=24)
    _straps(canvas, look)
    body = symmetric(
        500,
        "500,132 610,130 716,168 748,300 772,420 790,640 786,830"
        " 784,900 740,922 660,926 600,928 540,928 500,928",
    )
    canvas.path(body, fill=look.colour)
    with canvas.group(clip=body):
        lay(canvas, look, Bulged(212, 160, 576, 790, 0.06))
        light_falls(canvas, body, look, (240, 140), (800, 900))
        folds(
            canvas,
            look,
            [
                ("M282,260 C330,320 350,430 330,520", 26, 0.7),
                ("M724,300 C690,370 676,440 700,540", 30, 0.9),
                ("M430,200 C480,240 560,236 600,206", 20, 0.5),
            ],
        )
    volume(canvas, body, look, depth=52, strength=0.85)
    _zip(canvas, look, "M262,520 C262,300 320,216 500,214 C680,216 738,300 738,520")
    _front_pocket(canvas, look)


def _straps(canvas: Canvas, look: Look) -> None:
    for mirror in ("", "translate(1000 0) scale(-1 1)"):
        with canvas.group(transform=mirror):
            canvas.path(
                "M262,330 C178,420 160,640 214,850", stroke=mix(_CLOTH, look.colour, 0.15), width=46
            )
            canvas.path(
                "M250,350 C176,440 160,640 204,840", stroke="#5a5e68", width=8, opacity=0.5, blur=4
            )
    handle = "M428,152 C420,40 580,40 572,152"
    canvas.path(handle, stroke=mix(_CLOTH, look.colour, 0.15), width=34)
    canvas.path(
        handle, stroke="#777c88", width=7, opacity=0.55, blur=3, transform="translate(-4 -9)"
    )


def _zip(canvas: Canvas, look: Look, d: str) -> None:
    canvas.path(d, stroke=look.shade, width=24, opacity=0.5, blur=6, transform="translate(3 6)")
    canvas.path(d, stroke=mix(_CLOTH, look.colour, 0.12), width=17)
    canvas.path(d, stroke="#a7acb5", width=7, dash="4 4", cap="butt")


def _puller(canvas: Canvas, x: float, y: float) -> None:
    canvas.rect(x - 10, y - 12, 20, 26, 6, fill=steel(canvas, (x - 10, y), (x + 10, y)))
    canvas.rect(x - 7, y + 10, 14, 54, 6, fill="#1e2026")
    canvas.rect(x - 5, y + 14, 4, 44, 2, fill="#6d727d", opacity=0.8)


def _front_pocket(canvas: Canvas, look: Look) -> None:
    pocket = symmetric(
        500,
        "500,566 600,564 690,566 716,592 736,640 744,780 730,858"
        " 722,896 690,902 640,904 590,906 540,906 500,906",
    )
    canvas.path(pocket, fill=look.shade, opacity=0.5, blur=12, transform="translate(4 8)")
    canvas.path(pocket, fill=look.colour)
    with canvas.group(clip=pocket):
        lay(canvas, look, Bulged(212, 160, 576, 790, 0.06))
        light_falls(canvas, pocket, look, (280, 560), (760, 930))
        folds(
            canvas,
            look,
            [
                ("M330,900 C350,850 352,800 336,740", 24, 0.7),
                ("M660,906 C640,860 650,800 668,760", 24, 0.7),
            ],
        )
    volume(canvas, pocket, look, depth=32, strength=0.85)
    _zip(canvas, look, "M290,628 C360,612 640,612 710,628")
    _puller(canvas, 676, 628)
    _puller(canvas, 292, 470)
    stitches(canvas, "M286,668 C272,740 272,810 284,868", look)
    stitches(canvas, "M714,668 C728,740 728,810 716,868", look)
    canvas.rect(440, 666, 120, 44, 8, fill=mix(_CLOTH, look.colour, 0.1))
    canvas.rect(440, 666, 120, 44, 8, stroke="#6d727d", width=2.5, opacity=0.7)
    canvas.path("M470,694 L490,678 L502,688 L514,676 L532,694Z", fill="#d8dbe1")


def tote(canvas: Canvas, look: Look) -> None:
    """Draw a cotton tote bag, hanging."""
    bag = (
        "M232,352 C330,344 670,344 768,352 C776,520 788,760 796,912"
        " C700,930 300,930 204,912 C212,760 224,520 232,352Z"
    )
    lies(canvas, bag, lift=1.1)
    _tote_handle(canvas, look, front=False)
    canvas.path(bag, fill=look.colour)
    with canvas.group(clip=bag):
        lay(canvas, look, Flat(212, 400, 576, 520))
        light_falls(canvas, bag, look, (220, 340), (820, 930))
        folds(
            canvas,
            look,
            [
                ("M330,350 C320,500 300,640 262,900", 30, 0.62),
                ("M404,430 C420,560 400,720 430,910", 26, 0.62),
                ("M604,380 C612,520 640,660 622,900", 32, 0.62),
                ("M700,360 C712,560 730,700 760,880", 30, 0.62),
                ("M240,820 C360,850 420,880 520,912", 26, 0.62),
            ],
        )
        _weave(canvas, look)
        stitches(canvas, "M220,402 C340,394 660,394 780,402", look)
        seam(canvas, "M232,352 C330,344 670,344 768,352", look, width=5)
    volume(canvas, bag, look, depth=30, strength=0.8)
    _tote_handle(canvas, look, front=True)


def _weave(canvas: Canvas, look: Look) -> None:
    for y in range(360, 930, 9):
        canvas.path(f"M190,{y}H810", stroke=look.shade, width=1.4, opacity=0.1)


def _tote_handle(canvas: Canvas, look: Look, *, front: bool) -> None:
    d = "M360,430 C352,60 648,60 640,430" if front else "M384,380 C384,20 616,20 616,380"
    cloth = look.colour if front else mix(look.colour, look.shade, 0.3)
    with canvas.floor():
        canvas.path(
            d, stroke="#1b1d2a", width=36, opacity=0.2, blur=14, transform="translate(8 14)"
        )
    if front:
        with canvas.group(clip=rounded(190, 340, 620, 600, 4)):
            canvas.path(
                d, stroke=look.shade, width=42, opacity=0.4, blur=8, transform="translate(5 6)"
            )
    canvas.path(d, stroke=cloth, width=40, cap="butt")
    canvas.path(d, stroke=look.shade, width=6, opacity=0.35, blur=3, transform="translate(13 2)")
    canvas.path(d, stroke=look.gleam, width=6, opacity=0.5, blur=3, transform="translate(-11 -3)")
    if front:
        for x in (342, 622):
            canvas.rect(x + 3, 398, 32, 34, 2, stroke=look.shade, width=3, opacity=0.5)
            canvas.path(
                f"M{x + 3},398L{x + 35},432M{x + 35},398L{x + 3},432",
                stroke=look.shade,
                width=3,
                opacity=0.45,
            )

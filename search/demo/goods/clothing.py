"""T-shirt, hoodie."""

from __future__ import annotations

from search.demo.canvas import Canvas, symmetric
from search.demo.colour import mix
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import folds, lies, light_falls, seam, stitches, volume
from search.demo.surfaces import Flat

_MIRROR = "translate(1000 0) scale(-1 1)"


def t_shirt(canvas: Canvas, look: Look) -> None:
    """Draw a T-shirt laid flat."""
    shirt = symmetric(
        500,
        "500,200 560,198 590,150 602,116 650,128 716,146 758,184"
        " 820,244 890,360 930,446 890,480 840,508 794,522"
        " 772,486 752,456 736,430 738,560 744,760 748,896"
        " 670,916 580,920 500,920",
    )
    lies(canvas, shirt)
    canvas.path(
        "M398,116 C440,84 560,84 602,116 C590,190 550,206 500,206 C450,206 410,190 398,116Z",
        fill=mix(look.colour, look.shade, 0.45),
    )
    canvas.path(
        "M402,118 C440,98 560,98 598,118", stroke=mix(look.colour, look.shade, 0.2), width=16
    )
    canvas.path(shirt, fill=look.colour)
    with canvas.group(clip=shirt):
        lay(canvas, look, Flat(252, 262, 496, 560))
        light_falls(canvas, shirt, look, (180, 140), (860, 900))
        _torso_folds(canvas, look)
        for transform in ("", _MIRROR):
            with canvas.group(transform=transform):
                seam(canvas, "M758,186 C730,250 722,340 736,430", look, width=4)
                canvas.path(
                    "M908,430 C872,466 824,494 778,508", stroke=look.shade, width=3, opacity=0.4
                )
        stitches(canvas, "M252,880 C420,906 580,906 748,880", look, width=2.4)
    volume(canvas, shirt, look, depth=26, strength=0.8)
    _collar(canvas, look)


def _torso_folds(canvas: Canvas, look: Look) -> None:
    folds(
        canvas,
        look,
        [
            ("M742,430 C690,470 640,476 600,470", 26, 0.8),
            ("M736,450 C700,540 690,600 640,660", 30, 0.7),
            ("M258,430 C310,470 360,476 396,468", 26, 0.8),
            ("M264,450 C300,540 320,620 372,690", 30, 0.6),
            ("M330,900 C350,800 340,720 360,640", 30, 0.7),
            ("M560,915 C580,820 566,740 590,660", 30, 0.6),
            ("M690,900 C680,800 700,740 690,660", 26, 0.7),
            ("M440,230 C470,330 460,400 480,480", 24, 0.35),
            ("M860,300 C830,370 800,420 780,500", 22, 0.6),
            ("M140,300 C170,370 190,420 216,500", 22, 0.6),
        ],
    )


def _collar(canvas: Canvas, look: Look) -> None:
    rib = "M398,116 C410,182 450,210 500,210 C550,210 590,182 602,116"
    canvas.path(rib, stroke=look.shade, width=34, opacity=0.4, blur=6, transform="translate(2 7)")
    canvas.path(rib, stroke=look.colour, width=30, cap="butt")
    canvas.path(rib, stroke=look.shade, width=28, opacity=0.2, dash="2 5", cap="butt")
    canvas.path(rib, stroke=look.gleam, width=5, opacity=0.5, blur=2, transform="translate(0 -9)")
    canvas.path(rib, stroke=look.shade, width=3, opacity=0.5, transform="translate(0 15)")


def hoodie(canvas: Canvas, look: Look) -> None:
    """Draw a hooded sweatshirt laid flat."""
    for transform in ("", _MIRROR):
        with canvas.group(transform=transform):
            _hoodie_sleeve(canvas, look)
    body = symmetric(
        500,
        "500,250 600,240 650,220 668,214 720,228 756,250 772,290"
        " 762,440 764,640 766,858 766,900 730,912 690,914"
        " 620,918 560,918 500,918",
    )
    lies(canvas, body)
    canvas.path(body, fill=look.colour)
    with canvas.group(clip=body):
        lay(canvas, look, Flat(234, 300, 532, 556))
        light_falls(canvas, body, look, (240, 220), (800, 900))
        folds(
            canvas,
            look,
            [
                ("M756,400 C700,450 660,470 610,474", 32, 0.7),
                ("M244,400 C300,450 340,470 390,474", 32, 0.7),
                ("M748,560 C720,620 690,660 676,720", 32, 0.7),
                ("M252,560 C280,620 300,650 320,710", 32, 0.7),
                ("M470,330 C490,420 480,480 500,560", 32, 0.7),
            ],
        )
        _hoodie_hem(canvas, look)
    volume(canvas, body, look, depth=32)
    _kangaroo_pocket(canvas, look)
    _hood(canvas, look)


def _hoodie_sleeve(canvas: Canvas, look: Look) -> None:
    sleeve = (
        "M736,268 C800,272 832,330 846,420 C864,540 880,680 886,800"
        " C872,812 820,820 800,812 C780,690 752,560 736,470Z"
    )
    cuff = "M800,806 C826,814 866,808 888,794 L892,864 C866,880 826,882 804,874Z"
    lies(canvas, sleeve, transform="")
    for d in (cuff, sleeve):
        canvas.path(d, fill=look.colour)
    with canvas.group(clip=sleeve):
        light_falls(canvas, sleeve, look, (700, 200), (920, 860))
        folds(
            canvas,
            look,
            [
                ("M760,400 C800,420 830,430 850,470", 26, 0.8),
                ("M770,560 C810,560 850,590 880,620", 26, 0.8),
                ("M790,700 C820,690 860,710 890,740", 26, 0.8),
            ],
        )
    with canvas.group(clip=cuff):
        canvas.path(cuff, fill=look.shade, opacity=0.14)
        for x in range(796, 900, 9):
            canvas.path(f"M{x},796 L{x + 3},884", stroke=look.shade, width=3, opacity=0.3)
    volume(canvas, sleeve, look, depth=28)
    volume(canvas, cuff, look, depth=14)


def _hoodie_hem(canvas: Canvas, look: Look) -> None:
    canvas.path("M220,850 C420,866 580,866 780,850 V940 H220Z", fill=look.colour)
    canvas.path("M220,850 C420,866 580,866 780,850 V940 H220Z", fill=look.shade, opacity=0.14)
    for x in range(236, 770, 9):
        canvas.path(f"M{x},858V924", stroke=look.shade, width=3, opacity=0.28)
    seam(canvas, "M220,850 C420,866 580,866 780,850", look, width=5)


def _kangaroo_pocket(canvas: Canvas, look: Look) -> None:
    pocket = (
        "M372,640 C440,632 560,632 628,640 L706,752 L706,846 C600,858 400,858 294,846 L294,752Z"
    )
    canvas.path(pocket, fill=look.shade, opacity=0.4, blur=9, transform="translate(4 7)")
    canvas.path(pocket, fill=look.colour)
    with canvas.group(clip=pocket):
        lay(canvas, look, Flat(234, 300, 532, 556))
        light_falls(canvas, pocket, look, (280, 620), (740, 880))
        folds(canvas, look, [("M420,850 C440,780 430,720 450,660", 24, 0.5)])
    volume(canvas, pocket, look, depth=16, strength=0.7)
    stitches(canvas, "M382,652 L306,758", look, width=2.6)
    stitches(canvas, "M618,652 L694,758", look, width=2.6)


def _hood(canvas: Canvas, look: Look) -> None:
    hood = symmetric(
        500,
        "500,72 590,70 664,96 684,176 694,232 670,262 640,276 600,300 540,330 500,352",
    )
    inside = symmetric(
        500,
        "500,116 570,116 622,140 628,190 630,232 560,292 500,318",
    )
    lies(canvas, hood)
    canvas.path(hood, fill=look.shade, opacity=0.45, blur=12, transform="translate(3 10)")
    canvas.path(hood, fill=look.colour)
    light_falls(canvas, hood, look, (330, 60), (700, 340))
    volume(canvas, hood, look, depth=28)
    canvas.path(inside, fill=mix(look.colour, look.shade, 0.5))
    with canvas.group(clip=inside):
        canvas.path(
            inside, stroke=look.shade, width=40, opacity=0.6, blur=16, transform="translate(-8 -4)"
        )
        folds(
            canvas,
            look,
            [
                ("M440,130 C450,190 470,230 500,300", 24, 0.6),
                ("M570,130 C560,190 550,220 530,270", 24, 0.5),
            ],
        )
    canvas.path(inside, stroke=look.gleam, width=4, opacity=0.4, blur=1.5)
    stitches(canvas, "M354,196 C350,240 420,290 500,336 C580,290 650,240 646,196", look, width=2.4)
    cord = "#f6f3ea" if look.dark else "#fdfcf8"
    for d, end in (
        ("M462,306 C452,370 462,420 452,474", (452, 474)),
        ("M540,304 C556,370 544,420 556,456", (556, 456)),
    ):
        canvas.path(
            d, stroke=look.shade, width=13, opacity=0.45, blur=4, transform="translate(5 6)"
        )
        canvas.path(d, stroke=cord, width=11)
        canvas.path(d, stroke="#8c8a86", width=9, dash="2 5", opacity=0.4, cap="butt")
        canvas.rect(end[0] - 7, end[1] - 4, 14, 30, 4, fill="#7f858e")
        canvas.rect(end[0] - 4, end[1] - 2, 4, 26, 2, fill="#e9ecf0", opacity=0.8)
    for x in (463, 538):
        canvas.circle(x, 306, 9, fill="#d8dbe0")
        canvas.circle(x, 306, 5, fill="#4a4d55")

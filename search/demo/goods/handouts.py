"""Badge, lanyard, keyring: what is handed out at a conference."""

from __future__ import annotations

from search.demo.canvas import Canvas, disc, rounded
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import lies, light_falls, steel, stitches, volume, window
from search.demo.surfaces import Flat


def badge(canvas: Canvas, look: Look) -> None:
    """Draw a round button badge."""
    rim = disc(500, 500, 372)
    lies(canvas, rim, lift=1.5)
    canvas.path(rim, fill=look.colour)
    with canvas.group(clip=rim):
        lay(canvas, look, Flat(128, 128, 744, 744))
        canvas.path(
            rim,
            fill=canvas.radial(
                (430, 400),
                480,
                [
                    (0, look.gleam, 0.2),
                    (0.45, look.gleam, 0.04),
                    (0.7, look.shade, 0),
                    (0.86, look.shade, 0.2),
                    (1, look.shade, 0.75),
                ],
            ),
        )
    volume(canvas, rim, look, depth=30, strength=1.1)
    canvas.circle(500, 500, 340, stroke=look.shade, width=5, opacity=0.22, blur=3)
    canvas.circle(500, 500, 345, stroke="#ffffff", width=4, opacity=0.3, blur=2)
    gloss = (
        "M212,420 C236,270 360,170 520,168 C640,168 700,210 716,236 C560,214 340,270 246,470"
        " C232,500 206,480 212,420Z"
    )
    canvas.path(
        gloss,
        fill=canvas.linear((300, 180), (420, 480), [(0, "#ffffff", 0.62), (1, "#ffffff", 0.08)]),
        blur=4,
    )
    canvas.path(
        "M770,690 C716,780 620,826 540,832 C640,800 720,740 770,690Z",
        fill="#ffffff",
        opacity=0.34,
        blur=6,
    )


def lanyard(canvas: Canvas, look: Look) -> None:
    """Draw a ribbon with a metal hook and a card in a clear holder."""
    back = "M236,46 C222,220 330,400 476,536 L532,480 C430,360 362,220 370,46Z"
    front = "M764,46 C778,220 670,400 524,536 L468,480 C570,360 638,220 630,46Z"
    for ribbon, dim in ((back, 0.3), (front, 0.0)):
        lies(canvas, ribbon, lift=0.7)
        canvas.path(ribbon, fill=look.colour)
        with canvas.group(clip=ribbon):
            lay(canvas, look, Flat(214, 40, 572, 490))
            canvas.path(ribbon, fill=look.shade, opacity=dim)
            light_falls(canvas, ribbon, look, (320, 60), (640, 540))
        volume(canvas, ribbon, look, depth=12, strength=0.8)
        stitches(
            canvas,
            "M646,56 C652,220 588,356 484,482"
            if ribbon is front
            else "M354,56 C348,220 412,356 516,482",
            look,
            width=2,
        )
    _hook(canvas)
    _card(canvas, look)


def _hook(canvas: Canvas) -> None:
    metal = steel(canvas, (460, 0), (540, 0))
    canvas.rect(462, 470, 76, 62, 10, fill=metal)
    canvas.rect(462, 470, 76, 62, 10, stroke="#5b6069", width=2.5, opacity=0.6)
    canvas.path("M474,482H526M474,520H526", stroke="#ffffff", width=4, opacity=0.7)
    canvas.circle(500, 552, 20, stroke=metal, width=12)
    canvas.path(
        "M488,566 C470,600 474,636 500,640 C526,636 530,600 512,566", stroke=metal, width=13
    )


def _card(canvas: Canvas, look: Look) -> None:
    holder = rounded(212, 604, 576, 346, 28)
    lies(canvas, holder, lift=1.2)
    canvas.path(holder, fill="#eef1f4")
    canvas.rect(440, 622, 120, 26, 13, fill="#c3c8cf")
    card = rounded(238, 662, 524, 264, 12)
    canvas.path(card, fill="#ffffff")
    banner = "M230,650H770V826H230Z"
    with canvas.group(clip=card):
        canvas.path(banner, fill=look.colour)
        with canvas.group(clip=banner):
            lay(canvas, look, Flat(238, 662, 524, 164))
        canvas.rect(272, 850, 290, 20, 10, fill="#3a3e49", opacity=0.85)
        canvas.rect(272, 885, 180, 14, 7, fill="#9da3ae", opacity=0.9)
        canvas.circle(694, 876, 32, fill=look.colour)
    canvas.path(card, stroke="#b4bac3", width=2)
    canvas.path(holder, stroke="#aab0ba", width=4)
    canvas.path(holder, stroke="#ffffff", width=3, transform="translate(3 4)", opacity=0.8)
    window(canvas, "M236,612 L460,612 L290,940 L236,940Z", opacity=0.3, blur=5)
    canvas.path(
        "M466,640 C470,656 482,664 500,664 C518,664 530,656 534,640",
        stroke=steel(canvas, (466, 0), (534, 0)),
        width=13,
    )


def keyring(canvas: Canvas, look: Look) -> None:
    """Draw a leather fob on a split ring."""
    fob = (
        "M349,430 C374,404 401,390 426,384 L574,384 C599,390 626,404 651,430"
        " C684,520 698,660 688,820 C686,880 631,904 500,904 C369,904 314,880 312,820"
        " C302,660 316,520 349,430Z"
    )
    turn = "rotate(14 500 500)"
    lies(canvas, fob, lift=1.2, transform=turn)
    with canvas.floor():
        canvas.circle(
            520,
            196,
            138,
            stroke="#1b1d2a",
            width=22,
            opacity=0.3,
            blur=10,
            transform=f"translate(9 15) {turn}",
        )
    with canvas.group(transform=turn):
        _ring(canvas)
        canvas.path(fob, fill=look.colour)
        with canvas.group(clip=fob):
            lay(canvas, look, Flat(302, 470, 396, 434))
            light_falls(canvas, fob, look, (340, 400), (680, 900))
        volume(canvas, fob, look, depth=26)
        inner = (
            "M374,446 C393,424 413,414 433,410 L567,410 C587,414 607,424 626,446"
            " C654,530 666,660 659,812 C656,860 617,878 500,878 C383,878 344,860 341,812"
            " C334,660 346,530 374,446Z"
        )
        stitches(canvas, inner, look, width=4)
        canvas.circle(500, 444, 33, fill=steel(canvas, (467, 420), (533, 470)))
        canvas.circle(500, 444, 33, stroke="#555b65", width=2.5, opacity=0.6)
        canvas.circle(500, 444, 18, stroke="#ffffff", width=3, opacity=0.6)
        window(
            canvas,
            "M366,520 C357,620 352,720 362,820 L388,824 C381,720 386,620 396,520Z",
            opacity=0.34,
            blur=8,
        )


def _ring(canvas: Canvas) -> None:
    metal = steel(canvas, (370, 100), (640, 330))
    canvas.path(
        "M470,400 C456,350 470,320 500,316 C530,320 544,350 530,400", stroke=metal, width=24
    )
    for radius, width in ((136, 25), (136, 2)):
        paint = metal if width > 2 else "#51565f"  # noqa: PLR2004 - the thin line parts the coils
        canvas.circle(500, 190, radius, stroke=paint, width=width)
    canvas.circle(500, 190, 149, stroke="#5d626b", width=2, opacity=0.7)
    canvas.circle(500, 190, 123, stroke="#5d626b", width=2, opacity=0.7)
    canvas.path("M376,150 C394,100 440,68 500,62", stroke="#ffffff", width=7, opacity=0.9, blur=2)

"""Mug, tumbler, bottle."""

from __future__ import annotations

from search.demo.canvas import Canvas
from search.demo.colour import mix
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import stands, steel, upright_round, volume, window
from search.demo.surfaces import Wrapped


def mug(canvas: Canvas, look: Look) -> None:
    """Draw a ceramic mug, its handle to the right."""
    stands(canvas, 448, 838, 220, height=30)
    _mug_handle(canvas, look)
    body = (
        "M205,212 L222,752 C226,812 250,838 300,850 C380,870 500,870 580,850"
        " C630,838 654,812 658,752 L675,212 C675,280 205,280 205,212Z"
    )
    canvas.path(body, fill=look.colour)
    with canvas.group(clip=body):
        lay(canvas, look, Wrapped(440, (212, 236, 52), (806, 219, 52)))
        upright_round(canvas, body, look, 205, 675)
        canvas.path(
            "M190,700H690V880H190Z",
            fill=canvas.linear((0, 740), (0, 866), [(0, look.shade, 0), (1, look.shade, 0.5)]),
        )
        window(canvas, "M268,300 C272,306 318,318 324,318 L334,760 C318,756 290,748 284,742Z")
        window(canvas, "M346,322 L362,324 L368,764 L354,762Z", opacity=0.28, blur=4)
    _mug_opening(canvas, look)


def _mug_handle(canvas: Canvas, look: Look) -> None:
    ring = "M640,352 C770,318 868,388 864,500 C860,622 770,706 636,704"
    for width, colour, opacity, shift, blur in (
        (64, look.colour, 1.0, (0, 0), 0),
        (20, look.shade, 0.5, (13, 14), 9),
        (12, look.shade, 0.42, (-20, -12), 8),
        (12, look.gleam, 0.75, (-4, -13), 5),
    ):
        canvas.path(
            ring,
            stroke=colour,
            width=width,
            opacity=opacity,
            blur=blur,
            transform=f"translate({shift[0]} {shift[1]})",
        )


def _mug_opening(canvas: Canvas, look: Look) -> None:
    glaze = mix(look.colour, "#ffffff", 0.25)
    canvas.ellipse(440, 212, 236, 56, fill=glaze)
    canvas.ellipse(440, 212, 235, 55, stroke=look.gleam, width=3, opacity=0.7)
    inside = mix("#fbfaf7", look.colour, 0.05)
    canvas.ellipse(440, 215, 219, 46, fill=inside)
    canvas.ellipse(
        440,
        215,
        219,
        46,
        fill=canvas.linear(
            (221, 200),
            (659, 226),
            [(0, "#39333a", 0.62), (0.3, "#39333a", 0.34), (0.7, "#39333a", 0.1), (1, "#fff", 0.2)],
        ),
    )
    canvas.ellipse(440, 232, 190, 28, fill="#fff", opacity=0.25, blur=10)


def tumbler(canvas: Canvas, look: Look) -> None:
    """Draw a travel cup with a lid and a steel foot."""
    stands(canvas, 500, 905, 150, height=22)
    body = "M312,236 L372,858 C374,884 402,902 500,904 C598,902 626,884 628,858 L688,236Z"
    canvas.path(body, fill=look.colour)
    with canvas.group(clip=body):
        lay(canvas, look, Wrapped(500, (262, 188, 34), (812, 134, 26)))
        upright_round(canvas, body, look, 318, 682)
        window(canvas, "M372,290 L412,298 L448,850 L424,846Z", opacity=0.4)
        foot = "M280,812 C400,846 600,846 720,812 V940 H280Z"
        canvas.path(foot, fill=steel(canvas, (370, 0), (630, 0)))
        canvas.path("M280,812 C400,846 600,846 720,812", stroke="#50545c", width=4, opacity=0.7)
    _tumbler_lid(canvas)


def _tumbler_lid(canvas: Canvas) -> None:
    ring = "M298,226 C300,206 320,196 340,192 L660,192 C680,196 700,206 702,226"
    ring += " L696,258 C640,296 360,296 304,258Z"
    canvas.path(ring, fill=steel(canvas, (298, 0), (702, 0)))
    lid = "M306,214 C310,150 344,128 372,122 C450,104 550,104 628,122 C656,128 690,150 694,214"
    lid += " C640,252 360,252 306,214Z"
    plastic = Look("#2b2d33", "plain")
    canvas.path(lid, fill=plastic.colour)
    upright_round(canvas, lid, plastic, 300, 700)
    canvas.ellipse(500, 136, 148, 24, fill="#3b3e46")
    canvas.ellipse(500, 140, 128, 17, fill="#1d1f24")
    canvas.path("M440,130 C440,116 560,116 560,130 L552,146 H448Z", fill="#4a4e57")
    canvas.path("M444,128 C460,119 540,119 556,128", stroke="#8b909a", width=4, opacity=0.8)
    window(canvas, "M352,152 C372,136 392,132 400,131 L402,222 C384,220 364,214 352,208Z")


def bottle(canvas: Canvas, look: Look) -> None:
    """Draw an insulated steel bottle with a looped cap."""
    stands(canvas, 500, 932, 140, height=22)
    _bottle_cap(canvas)
    body = (
        "M428,250 C426,300 352,306 350,392 L350,880 C350,912 372,926 410,932"
        " C470,940 530,940 590,932 C628,926 650,912 650,880 L650,392 C648,306 574,300 572,250Z"
    )
    canvas.path(body, fill=look.colour)
    with canvas.group(clip=body):
        lay(canvas, look, Wrapped(500, (404, 150, 24), (868, 150, 24)))
        upright_round(canvas, body, look, 350, 650)
        canvas.path(
            "M340,868 C420,898 580,898 660,868 V960 H340Z", fill=steel(canvas, (350, 0), (650, 0))
        )
        canvas.path("M340,868 C420,898 580,898 660,868", stroke=look.shade, width=4, opacity=0.7)
        canvas.path(
            "M340,240H660V420H340Z",
            fill=canvas.linear(
                (0, 250),
                (0, 410),
                [(0, look.shade, 0.5), (0.4, look.shade, 0.12), (1, look.shade, 0)],
            ),
        )
        window(
            canvas,
            "M392,400 C394,360 430,330 440,318 C448,340 424,370 424,410 L424,864 L396,858Z",
            opacity=0.55,
        )
        window(canvas, "M440,410 L450,412 L450,868 L440,866Z", opacity=0.3, blur=3)


def _bottle_cap(canvas: Canvas) -> None:
    loop = "M446,118 C446,40 554,40 554,118"
    canvas.path(loop, stroke="#26282e", width=30)
    canvas.path(loop, stroke="#8b909a", width=6, opacity=0.6, transform="translate(-5 -7)", blur=2)
    canvas.path("M430,222H570V262H430Z", fill=steel(canvas, (430, 0), (570, 0)))
    plastic = Look("#2b2d33", "plain")
    cap = "M416,132 C416,116 430,108 450,106 C480,102 520,102 550,106 C570,108 584,116 584,132"
    cap += " V214 C584,224 570,230 550,232 C520,236 480,236 450,232 C430,230 416,224 416,214Z"
    canvas.path(cap, fill=plastic.colour)
    upright_round(canvas, cap, plastic, 416, 584)
    for x in range(426, 580, 13):
        canvas.path(f"M{x},140V222", stroke="#101116", width=4, opacity=0.5)
    volume(canvas, cap, plastic, depth=12, strength=0.7)

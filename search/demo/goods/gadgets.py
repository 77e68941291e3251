"""Power bank, USB stick."""

from __future__ import annotations

from search.demo.canvas import Canvas, rounded
from search.demo.look import Look
from search.demo.prints import lay
from search.demo.shading import lies, light_falls, steel, volume, window
from search.demo.surfaces import Flat


def power_bank(canvas: Canvas, look: Look) -> None:
    """Draw a flat power bank, standing a little askew, its ports at the top."""
    turn = "rotate(11 500 500)"
    body = rounded(282, 110, 436, 790, 58)
    lies(canvas, body, lift=1.7, transform=turn)
    with canvas.group(transform=turn):
        canvas.path(rounded(296, 116, 440, 796, 60), fill=look.shade)
        canvas.path(
            rounded(292, 114, 434, 792, 60), fill=steel(canvas, (0, 110), (760, 900)), opacity=0.55
        )
        canvas.path(body, fill=look.colour)
        with canvas.group(clip=body):
            lay(canvas, look, Flat(282, 200, 436, 620))
            light_falls(canvas, body, look, (280, 100), (740, 900))
            window(canvas, "M282,110 L560,110 L300,860 L282,860Z", opacity=0.13, blur=3)
        volume(canvas, body, look, depth=18)
        canvas.path(rounded(290, 118, 420, 774, 52), stroke=look.gleam, width=3, opacity=0.4)
        _ports(canvas)
        for number in range(4):
            on = number < 3  # noqa: PLR2004 - three quarters full
            canvas.circle(
                452 + number * 32,
                846,
                8,
                fill="#ffffff" if on else look.shade,
                opacity=0.95 if on else 0.5,
            )
            if on:
                canvas.circle(452 + number * 32, 846, 14, fill="#ffffff", opacity=0.4, blur=6)


def _ports(canvas: Canvas) -> None:
    plate = rounded(330, 124, 340, 56, 24)
    canvas.path(plate, fill="#23252b")
    canvas.path(plate, stroke="#6d727c", width=2.5, opacity=0.8)
    canvas.rect(366, 136, 104, 32, 4, fill="#0c0d10")
    canvas.rect(366, 136, 104, 32, 4, stroke=steel(canvas, (366, 0), (470, 0)), width=5)
    canvas.rect(374, 152, 88, 10, 1, fill="#e9eaec")
    canvas.rect(514, 138, 70, 28, 14, fill="#0c0d10")
    canvas.rect(514, 138, 70, 28, 14, stroke=steel(canvas, (514, 0), (584, 0)), width=4)
    canvas.rect(530, 149, 38, 6, 2, fill="#8d929a")
    canvas.circle(628, 152, 12, fill="#3b3e46")
    canvas.circle(626, 149, 5, fill="#9ca1ab")


def usb_stick(canvas: Canvas, look: Look) -> None:
    """Draw a USB stick with a swivel cover of steel."""
    turn = "rotate(-36 500 500)"
    outline = rounded(90, 378, 820, 244, 40)
    lies(canvas, outline, lift=0.9, transform=turn)
    with canvas.group(transform=turn):
        _plug(canvas)
        body = rounded(290, 366, 640, 268, 62)
        canvas.path(body, fill=look.colour)
        with canvas.group(clip=body):
            lay(canvas, look, Flat(300, 366, 460, 268))
            canvas.path(
                body,
                fill=canvas.linear(
                    (0, 366),
                    (0, 634),
                    [
                        (0, look.shade, 0.25),
                        (0.1, look.gleam, 0.4),
                        (0.3, look.gleam, 0.1),
                        (0.6, look.shade, 0.06),
                        (0.88, look.shade, 0.5),
                        (1, look.shade, 0.75),
                    ],
                ),
            )
            window(canvas, "M330,398 L760,398 L760,424 L330,424Z", opacity=0.36, blur=6)
        volume(canvas, body, look, depth=22)
        _swivel(canvas)


def _plug(canvas: Canvas) -> None:
    metal = steel(canvas, (0, 408), (0, 592))
    canvas.rect(64, 408, 250, 184, 8, fill=metal)
    canvas.rect(64, 408, 250, 184, 8, stroke="#5c616a", width=3, opacity=0.7)
    canvas.path("M76,420 H300", stroke="#ffffff", width=5, opacity=0.8)
    for y in (444, 516):
        canvas.rect(128, y, 44, 40, 5, fill="#2b2e35")
        canvas.rect(132, y + 4, 36, 8, 2, fill="#0f1013")
    canvas.path("M284,408V592", stroke="#40444c", width=16, opacity=0.4, blur=6)


def _swivel(canvas: Canvas) -> None:
    cover = (
        "M700,352 L880,352 C970,352 976,430 976,500 C976,570 970,648 880,648 L700,648 C684,648"
        " 684,630 700,626 L700,374 C684,370 684,352 700,352Z"
    )
    canvas.path(cover, fill="#101116", opacity=0.45, blur=10, transform="translate(-6 10)")
    canvas.path(
        cover,
        fill=canvas.linear(
            (0, 352),
            (0, 648),
            [
                (0, "#c3c7cd", 1),
                (0.12, "#ffffff", 1),
                (0.34, "#d6d9de", 1),
                (0.62, "#a6abb4", 1),
                (0.85, "#7d838d", 1),
                (1, "#a3a8b0", 1),
            ],
        ),
    )
    canvas.path(cover, stroke="#5c616a", width=3, opacity=0.6)
    canvas.path(
        "M706,366 H880 C940,366 958,410 962,480", stroke="#ffffff", width=5, opacity=0.85, blur=1.5
    )
    canvas.circle(850, 500, 54, fill="#70757e", opacity=0.5, blur=6)
    canvas.circle(850, 500, 48, fill=steel(canvas, (810, 460), (890, 540)))
    canvas.circle(850, 500, 48, stroke="#51565f", width=3, opacity=0.7)
    canvas.circle(850, 500, 22, fill="#3b3f47")
    canvas.circle(846, 495, 9, fill="#9ba0a9", opacity=0.9)

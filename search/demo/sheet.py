"""Contact sheets: many pictures on one, to look at what a person will see."""

from __future__ import annotations

import io
from concurrent.futures import ProcessPoolExecutor

from PIL import Image

from search.demo.catalogue import LINES, DemoProduct, catalogue
from search.demo.drawing import draw_picture
from search.demo.phone import HEIGHT, WIDTH, draw_photo

_CELL = 220


def picture_sheet() -> Image.Image:
    """Show every kind in a row of its own, in each colour, its prints in turn."""
    shown = []
    for row, (kind, line) in enumerate(LINES.items()):
        for column, colour in enumerate(line.colours):
            print_ = line.prints[(column + row) % len(line.prints)]
            shown.append(_find(kind, colour, print_))
    with ProcessPoolExecutor() as pool:
        pictures = list(pool.map(draw_picture, shown, [_CELL * 2] * len(shown), chunksize=4))
    return _table([picture.resize((_CELL, _CELL)) for picture in pictures], 8)


def photo_sheet(seed: int) -> Image.Image:
    """Show one photo of each kind."""
    shown = [
        _find(
            kind,
            line.colours[(seed * 3 + number * 5) % len(line.colours)],
            line.prints[(seed + number * 2) % len(line.prints)],
        )
        for number, (kind, line) in enumerate(LINES.items())
    ]
    with ProcessPoolExecutor() as pool:
        files = list(pool.map(draw_photo, shown, [seed] * len(shown)))
    size = (_CELL, _CELL * HEIGHT // WIDTH)
    return _table([Image.open(io.BytesIO(file)).resize(size) for file in files], 6)


def _find(kind: str, colour: str, print_: str) -> DemoProduct:
    return next(p for p in catalogue() if (p.kind, p.colour, p.print) == (kind, colour, print_))


def _table(pictures: list[Image.Image], columns: int) -> Image.Image:
    width, height = pictures[0].size
    sheet = Image.new("RGB", (columns * width, -(-len(pictures) // columns) * height), "white")
    for number, picture in enumerate(pictures):
        sheet.paste(picture, (number % columns * width, number // columns * height))
    return sheet

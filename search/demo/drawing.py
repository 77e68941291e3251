"""A product -> its picture."""

from __future__ import annotations

from collections.abc import Callable

from PIL import Image

from search.demo.canvas import Canvas
from search.demo.catalogue import DemoProduct
from search.demo.goods import (
    bags,
    clothing,
    drinkware,
    gadgets,
    handouts,
    headwear,
    home,
    stationery,
)
from search.demo.look import GOODS_COLOURS, Look
from search.demo.render import on_white, render

PICTURE_SIDE = 480

_DRAW: dict[str, Callable[[Canvas, Look], None]] = {
    "mug": drinkware.mug,
    "tumbler": drinkware.tumbler,
    "bottle": drinkware.bottle,
    "backpack": bags.backpack,
    "tote": bags.tote,
    "t-shirt": clothing.t_shirt,
    "hoodie": clothing.hoodie,
    "cap": headwear.cap,
    "pen": stationery.pen,
    "notebook": stationery.notebook,
    "badge": handouts.badge,
    "lanyard": handouts.lanyard,
    "keyring": handouts.keyring,
    "power-bank": gadgets.power_bank,
    "usb-stick": gadgets.usb_stick,
    "umbrella": home.umbrella,
    "cushion": home.cushion,
    "wall-clock": home.wall_clock,
}


def draw_picture(product: DemoProduct, side: int = PICTURE_SIDE) -> Image.Image:
    """Draw the product in the studio: RGB, side x side pixels, on pure white."""
    return on_white(draw_cutout(product, side))


def draw_cutout(product: DemoProduct, side: int) -> Image.Image:
    """Draw the product and its soft shadow on nothing: RGBA, side x side pixels."""
    return render(write_svg(product), side)


def write_svg(product: DemoProduct) -> str:
    """Return the drawing as an SVG document."""
    canvas = Canvas()
    _DRAW[product.kind](canvas, Look(GOODS_COLOURS[product.colour], product.print))
    return canvas.svg()

"""SVG -> pixels, through resvg. Needed to build the pack and to draw photos, not to run the app."""

from __future__ import annotations

import io

import resvg_py
from PIL import Image


def render(svg: str, side: int) -> Image.Image:
    """Return an RGBA picture of side x side pixels; the same text gives the same pixels."""
    png = resvg_py.svg_to_bytes(svg_string=svg, width=side, height=side, skip_system_fonts=True)
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("RGBA")


def on_white(image: Image.Image) -> Image.Image:
    """Lay an RGBA picture on white paper."""
    white = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(white, image).convert("RGB")

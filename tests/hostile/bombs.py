"""Files that are small and ask for much, files that are two things at once, and no pictures.

BOMBS has by name what makes each. Those at the limit of what is allowed must be read, in time.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from random import Random
from typing import Final

from PIL import Image

from tests.hostile.pictures import drawn, pictures, saved
from tests.hostile.pieces import PNG, chunk, sealed, split

FIFTY_MEGABYTES: Final = 50_000_000
# Just within DEFAULT_MAX_PIXELS.
ALLOWED_SIDE: Final = 7_000
_GREY, _COLOURS_AND_ALPHA = 0, 6


@cache
def png_of(
    width: int, height: int, *, depth: int = 8, kind: int = _GREY, rows: int = 0, laced: int = 0
) -> bytes:
    """Write a PNG of zeros: so many rows of it are there, whatever the header says."""
    samples = {_GREY: 1, _COLOURS_AND_ALPHA: 4}[kind]
    row = bytes(1 + (width * samples * depth + 7) // 8)
    packing = zlib.compressobj(1)
    packed = b"".join(packing.compress(row) for _ in range(rows)) + packing.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, laced)
    return PNG + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


def png_of_texts() -> bytes:
    """Write a PNG whose compressed texts unfold to sixty megabytes."""
    text = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(bytes(1_000_000)))
    profile = chunk(b"iCCP", b"p\0\0" + zlib.compress(bytes(900_000)))
    first, header, *others = split(pictures()["PNG"])
    return first + header + profile + text * 60 + b"".join(others)


def png_of_chunks() -> bytes:
    """Write a PNG with a hundred thousand empty chunks."""
    first, header, *others = split(pictures()["PNG"])
    return first + header + chunk(b"teXt", b"") * 100_000 + b"".join(others)


@cache
def jpeg_of_scans(side: int, scans: int) -> bytes:
    """Write a progressive JPEG whose last scan is there again and again."""
    *before, scan, end = split(saved(Image.new("L", (side, side), 90), "JPEG", progressive=True))
    more = scans - sum(piece.startswith(b"\xff\xda") for piece in before)
    return b"".join(before) + scan * max(more, 1) + end


@cache
def gif_of_frames(frames: int, side: int = 100) -> bytes:
    """Write a GIF that moves without an end, by frames of one pixel."""
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    timing = b"\x21\xf9\x04\x04\0\0\0\0"
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"
    return head + (timing + frame) * frames + b";"


@cache
def webp_of_frames(frames: int) -> bytes:
    """Write a WEBP with many frames."""
    shades = [Image.new("RGB", (40, 40), (shade % 256, shade // 256, 9)) for shade in range(frames)]
    return saved(shades[0], "WEBP", save_all=True, append_images=shades[1:], method=0)


@cache
def flat(kind: str, width: int, height: int, **options: object) -> bytes:
    """Write a picture of one colour."""
    return saved(Image.new("L" if kind == "GIF" else "RGB", (width, height), 90), kind, **options)


def webp_that_claims() -> bytes:
    """Write a WEBP whose canvas is the largest there is, around a small picture."""
    canvas = b"VP8X" + struct.pack("<I", 10) + b"\x02\0\0\0" + b"\xff\x3f\0" * 2
    return sealed(
        b"RIFF\0\0\0\0WEBP" + canvas + b"".join(split(pictures()["WEBP without loss"])[1:])
    )


def jpeg_and_zip() -> bytes:
    """Write a JPEG that is an archive too, with a script in it."""
    buffer = io.BytesIO(pictures()["JPEG"])
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("../../run.sh", "echo")
    return buffer.getvalue()


def gif_and_script() -> bytes:
    """Write a GIF that is JavaScript too: its width begins a comment."""
    gif = pictures()["GIF"]
    return gif[:6] + b"/*" + gif[8:-1] + b"*/=1;alert(document.domain)//;"


def png_and_page() -> bytes:
    """Write a PNG with a page in its text and behind its end."""
    page = b"<html><script>alert(document.domain)</script>"
    *before, end = split(pictures()["PNG"])
    return b"".join(before) + chunk(b"tEXt", b"Comment\0" + page) + end + page


def svg(inside: str, doctype: str = "") -> bytes:
    """Write an SVG."""
    return f'<?xml version="1.0"?>{doctype}<svg xmlns="http://www.w3.org/2000/svg">{inside}</svg>'.encode()


def noise(length: int) -> bytes:
    """Return bytes without any sense, the same each time."""
    return Random(length).randbytes(length)  # noqa: S311


@cache
def png_of_noise(side: int) -> bytes:
    """Write a PNG that cannot be made smaller: three bytes a pixel."""
    image = Image.frombytes("RGB", (side, side), noise(side * side * 3))
    return saved(image, "PNG", compress_level=0)


_LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))

SMALL: Final[dict[str, Callable[[], bytes]]] = {
    "PNG of 50,000 x 50,000": lambda: png_of(50_000, 50_000, rows=20),
    "PNG of 2^31 x 2^31": lambda: png_of(2**31 - 1, 2**31 - 1),
    "PNG of texts": png_of_texts,
    "PNG of chunks": png_of_chunks,
    "GIF of 20,000 frames": lambda: gif_of_frames(20_000),
    "GIF of 65,535 x 65,535": lambda: gif_of_frames(10, 65_535),
    "JPEG of 3,000 scans": lambda: jpeg_of_scans(64, 3_000),
    "WEBP of 300 frames": lambda: webp_of_frames(300),
    "WEBP of 16,384 x 16,384": webp_that_claims,
    "JPEG and ZIP": jpeg_and_zip,
    "GIF and script": gif_and_script,
    "PNG and page": png_and_page,
    "SVG with a script": lambda: svg("<script>alert(1)</script>"),
    "SVG with a file": lambda: svg("&f;", '<!DOCTYPE s [<!ENTITY f SYSTEM "file:///etc/hosts">]>'),
    "SVG of entities": lambda: svg("&l9;", f'<!DOCTYPE s [<!ENTITY l0 "ha">{_LAUGHS}]>'),
    "a page": lambda: b"<html><img src=x onerror=alert(1)></html>",
    "PostScript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) print quit\n",
    "BMP": lambda: saved(drawn(1), "BMP"),
    "TIFF": lambda: saved(drawn(1), "TIFF"),
    "ICO": lambda: saved(drawn(1, 32, 32), "ICO"),
    "noise": lambda: noise(5_000),
    "nothing": lambda: b"",
    "one byte": lambda: b"\xff",
    "zeros": lambda: bytes(100_000),
}

LARGE: Final[dict[str, Callable[[], bytes]]] = {
    "50 MB of noise": lambda: noise(FIFTY_MEGABYTES),
    "picture of 50 MB": lambda: png_of_noise(4_083),
    "picture of 9.7 MB": lambda: png_of_noise(1_800),
    "JPEG of 49 megapixels in 64 scans": lambda: jpeg_of_scans(ALLOWED_SIDE, 64),
    "JPEG of 49 megapixels": lambda: flat("JPEG", ALLOWED_SIDE, ALLOWED_SIDE),
    "PNG of 49 megapixels": lambda: png_of(ALLOWED_SIDE, ALLOWED_SIDE, rows=ALLOWED_SIDE),
    "PNG of 49 deep megapixels": lambda: png_of(
        ALLOWED_SIDE, ALLOWED_SIDE, depth=16, kind=_COLOURS_AND_ALPHA, rows=ALLOWED_SIDE
    ),
    "PNG of 49 laced megapixels": lambda: png_of(
        ALLOWED_SIDE, ALLOWED_SIDE, kind=_COLOURS_AND_ALPHA, rows=ALLOWED_SIDE + 9, laced=1
    ),
    "GIF of 49 megapixels": lambda: flat("GIF", ALLOWED_SIDE, ALLOWED_SIDE),
    "WEBP of 49 megapixels": lambda: flat("WEBP", 16_000, 3_000, method=0, quality=10),
}

"""Untrusted bytes -> Photo."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from PIL import Image

from search.errors import (
    PhotoDamaged,
    PhotoEmpty,
    PhotoError,
    PhotoTooLarge,
    PhotoTooManyPixels,
    PhotoUnsupported,
)
from search.photo import DEFAULT_MAX_PIXELS, SHORTEST_SIDE, read_photo
from search.untrusted import refuse_costly, refuse_scanning

RED, WHITE = (255, 0, 0), (255, 255, 255)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    """Save a picture to bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def halves(width: int = 64, height: int = 32) -> Image.Image:
    """Draw a picture whose left half is red and whose right half is blue."""
    image = Image.new("RGB", (width, height), "blue")
    image.paste("red", (0, 0, width // 2, height))
    return image


def near(colour: tuple[int, ...] | float | None, expected: tuple[int, int, int]) -> bool:
    """Compare colours as JPEG leaves them."""
    return bool(np.allclose(np.asarray(colour), expected, atol=12))


def chunk(kind: bytes, data: bytes) -> bytes:
    """Write a PNG chunk."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_that_claims(width: int, height: int) -> bytes:
    """Write a PNG of a few bytes whose header promises a huge picture."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_every_usual_kind_is_read(kind: str) -> None:
    """What phones and browsers send comes out as RGB of the same size."""
    photo = read_photo(saved(halves(), kind))
    assert (photo.image.mode, photo.image.size) == ("RGB", (64, 32))
    assert near(photo.image.getpixel((5, 16)), RED)


def test_an_iphones_heic_is_read() -> None:
    """HEIC works like any other kind."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(halves(128, 64)).save(buffer, quality=90)
    photo = read_photo(buffer.getvalue())
    assert photo.image.size == (128, 64)
    assert near(photo.image.getpixel((10, 32)), RED)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_photo_stands_upright(orientation: int) -> None:
    """Whichever way the phone was held, the picture is the one that its owner saw."""
    upright = halves(60, 40)
    undo = {
        2: [Image.Transpose.FLIP_LEFT_RIGHT],
        3: [Image.Transpose.ROTATE_180],
        4: [Image.Transpose.FLIP_TOP_BOTTOM],
        5: [Image.Transpose.TRANSPOSE],
        6: [Image.Transpose.ROTATE_90],
        7: [Image.Transpose.TRANSVERSE],
        8: [Image.Transpose.ROTATE_270],
    }
    stored = upright
    for step in undo.get(orientation, []):
        stored = stored.transpose(step)
    exif = Image.Exif()
    exif[0x0112] = orientation
    photo = read_photo(saved(stored, "JPEG", exif=exif, quality=95))
    assert photo.image.size == (60, 40)
    assert near(photo.image.getpixel((8, 20)), RED)


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_what_is_transparent_becomes_white(mode: str) -> None:
    """A cut-out product stands on white, as catalogue pictures do."""
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (10, 10, 30, 30))
    photo = read_photo(saved(image.convert(mode), "PNG"))
    assert near(photo.image.getpixel((2, 2)), WHITE)


@pytest.mark.parametrize(
    ("mode", "kind"), [("CMYK", "JPEG"), ("L", "JPEG"), ("1", "PNG"), ("P", "GIF"), ("I;16", "PNG")]
)
def test_unusual_modes_become_rgb(mode: str, kind: str) -> None:
    """Print-shop JPEGs, scans and palettes are read like the rest, white staying white."""
    white = Image.new("RGB", (20, 20), "white")
    image = Image.new("I;16", (20, 20), 65535) if mode == "I;16" else white.convert(mode)
    photo = read_photo(saved(image, kind))
    assert photo.image.mode == "RGB"
    assert near(photo.image.getpixel((10, 10)), WHITE)


def test_an_animation_is_its_first_frame() -> None:
    """A moving GIF is searched by what it shows first."""
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    photo = read_photo(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert near(photo.image.getpixel((10, 10)), RED)


def test_a_large_photo_is_shrunk_to_what_a_model_needs() -> None:
    """Twelve megapixels go out as a JPEG whose shortest side is 448."""
    photo = read_photo(saved(halves(4000, 3000), "JPEG"))
    sent = Image.open(io.BytesIO(photo.jpeg))
    assert sent.format == "JPEG"
    assert min(sent.size) == SHORTEST_SIDE
    assert max(sent.size) == round(SHORTEST_SIDE * 4 / 3)
    assert near(sent.getpixel((20, 200)), RED)


def test_a_small_photo_is_not_blown_up() -> None:
    """What is smaller already keeps its size."""
    assert read_photo(saved(halves(100, 50), "PNG")).image.size == (100, 50)


def test_the_fingerprint_is_of_the_pixels() -> None:
    """The same picture in another file has the same fingerprint; another picture has another."""
    png, webp = saved(halves(), "PNG"), saved(halves(), "WEBP", lossless=True)
    assert read_photo(png).fingerprint == read_photo(webp).fingerprint
    assert read_photo(png).fingerprint != read_photo(saved(halves(64, 34), "PNG")).fingerprint
    reshaped = Image.frombytes("RGB", (32, 64), halves().tobytes())
    assert read_photo(saved(reshaped, "PNG")).fingerprint != read_photo(png).fingerprint


def test_content_counts_and_not_the_name() -> None:
    """There is no name to be fooled by: bytes decide, and others than pictures are refused."""
    for data in (b"%PDF-1.7", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF", b"\0" * 64):
        with pytest.raises(PhotoUnsupported):
            read_photo(data)


def test_kinds_nobody_sends_are_not_decoded() -> None:
    """Fewer decoders, fewer holes: TIFF, BMP, ICO, PSD and the like are refused."""
    for kind in ("TIFF", "BMP", "ICO", "TGA", "PPM"):
        with pytest.raises(PhotoUnsupported):
            read_photo(saved(halves(), kind))


def test_no_bytes_are_no_photo() -> None:
    """An empty file is told apart from a broken one."""
    with pytest.raises(PhotoEmpty):
        read_photo(b"")


def test_too_many_bytes_are_refused_before_they_are_looked_at() -> None:
    """The sentence names both sizes."""
    with pytest.raises(PhotoTooLarge) as raised:
        read_photo(bytes(12_400_000), max_bytes=10_000_000)
    assert raised.value.facts == {"megabytes": 12.4, "limit": 10.0}


@pytest.mark.parametrize("side", [8_000, 12_000, 30_000, 2_000_000])
def test_a_bomb_is_refused_by_its_header(side: int) -> None:
    """A few bytes that would unpack to gigabytes are never unpacked."""
    with pytest.raises(PhotoTooManyPixels):
        read_photo(png_that_claims(side, side))


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.9])
def test_a_photo_cut_short_is_refused(kind: str, share: float) -> None:
    """Half a picture is not searched with as if it were whole."""
    noise = np.random.default_rng(1).integers(0, 255, (80, 80, 3), dtype=np.uint8)
    data = saved(Image.fromarray(noise), kind)
    with pytest.raises(PhotoError):
        read_photo(data[: int(len(data) * share)])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_broken_bytes_never_raise_anything_else(kind: str) -> None:
    """Three hundred mutations a kind end in a photo or in a sentence."""
    random = np.random.default_rng(7)
    good = np.frombuffer(saved(halves(), kind), dtype=np.uint8)
    for _ in range(300):
        bad = good.copy()
        places = random.integers(0, len(bad), random.integers(1, 8))
        bad[places] = random.integers(0, 255, len(places))
        try:
            read_photo(bad.tobytes(), max_pixels=1_000_000)
        except PhotoError:
            continue


def test_a_jpeg_that_repeats_its_scans_is_refused_at_once() -> None:
    """Half a megabyte that would keep a core busy for minutes costs nothing."""
    data = saved(halves(1000, 1000), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    with pytest.raises(PhotoDamaged):
        read_photo(data[:-2] + data[last:-2] * 3000 + b"\xff\xd9")


def test_a_large_jpeg_may_not_be_gone_over_many_times() -> None:
    """49 megapixels in 200 kB, each of whose 64 scans costs a core 50 ms, wait for no decoder."""
    data = saved(Image.new("L", (7000, 7000), 90), "JPEG", progressive=True)
    last = data.rfind(b"\xff\xda")
    often = data[:-2] + data[last:-2] * (64 - data.count(b"\xff\xda")) + b"\xff\xd9"
    refuse_costly(often)
    with pytest.raises(PhotoDamaged):
        read_photo(often)


def test_a_large_photo_in_the_scans_that_programs_write_is_read() -> None:
    """Ten, whatever its size; and a small one may have more."""
    usual = saved(halves(), "JPEG", progressive=True)
    assert usual.count(b"\xff\xda") == 10
    refuse_scanning(usual, DEFAULT_MAX_PIXELS)
    last = usual.rfind(b"\xff\xda")
    assert read_photo(usual[:-2] + usual[last:-2] * 40 + b"\xff\xd9").image.size == (64, 32)


def test_headers_that_go_on_for_ever_are_refused_at_once() -> None:
    """Fill bytes, empty segments and empty chunks by the hundred thousand are no picture."""
    jpeg, png = saved(halves(), "JPEG"), saved(halves(), "PNG")
    for data in (
        jpeg[:2] + b"\xff" * 1_000_000 + jpeg[2:],
        jpeg[:2] + b"\xff\xe4\x00\x02" * 200_000 + jpeg[2:],
        png[:33] + chunk(b"abCd", b"") * 200_000 + png[33:],
    ):
        with pytest.raises(PhotoDamaged):
            read_photo(data)


def test_an_ordinary_progressive_photo_is_read() -> None:
    """What web tools write is not taken for an attack."""
    assert read_photo(saved(halves(600, 500), "JPEG", progressive=True)).image.size == (538, 448)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_broken_exif_block_does_not_cost_the_photo(kind: str) -> None:
    """Good pixels count; the block that nobody can read only turns nothing."""
    data = saved(halves(), kind, exif=b"Exif\x00\x00garbage")
    assert near(read_photo(data).image.getpixel((5, 16)), RED)


def test_what_is_written_in_the_file_is_not_sent_on() -> None:
    """Comments, places and names in a photo are nobody else's business."""
    exif = Image.Exif()
    exif[0x010E] = "private place"
    data = saved(halves(900, 900), "JPEG", comment=b"private words", exif=exif)
    assert b"private" in data
    assert b"private" not in read_photo(data).jpeg


@pytest.mark.parametrize("size", [(447, 100_000), (3, 70_000)])
def test_a_picture_longer_than_any_jpeg_can_still_be_sent(size: tuple[int, int]) -> None:
    """A strip of paper a hundred thousand pixels long does not fail after it was accepted."""
    assert read_photo(saved(Image.new("RGB", size, "red"), "PNG")).jpeg.startswith(b"\xff\xd8")


def test_a_large_cut_out_is_shrunk_with_its_edges_on_white() -> None:
    """Transparency survives shrinking: no dark seam around what stood free."""
    image = Image.new("RGBA", (2000, 2000), (0, 0, 0, 0))
    image.paste((255, 0, 0, 255), (500, 500, 1500, 1500))
    photo = read_photo(saved(image, "PNG"))
    assert photo.image.size == (448, 448)
    assert near(photo.image.getpixel((5, 5)), WHITE)
    assert near(photo.image.getpixel((224, 224)), RED)
    seam = np.asarray(photo.image)[224, 105:120]
    assert (seam[:, 0] > 240).all()


def test_a_picture_without_area_is_refused() -> None:
    """A header that promises nothing is damaged."""
    with pytest.raises((PhotoDamaged, PhotoUnsupported)):
        read_photo(png_that_claims(0, 10))


def test_a_thin_picture_stays_a_picture() -> None:
    """One pixel by ten thousand does not vanish when it shrinks."""
    assert read_photo(saved(Image.new("RGB", (1, 9000)), "PNG")).image.size == (1, 9000)


def test_real_photographs_are_read(photos: Path) -> None:
    """What people really took comes through."""
    for path in sorted(photos.glob("test/*/*.jpg"))[:40]:
        assert min(read_photo(path.read_bytes()).image.size) <= SHORTEST_SIDE

"""Catalogue pictures in the size of a list: small, the same to the eye, and made once."""

from __future__ import annotations

import io
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from search import thumbnails
from search.store.products import StoredPicture
from search.thumbnails import MOST_BYTES, SIDE, Thumbnails, thumbnail


def noise(side: int) -> Image.Image:
    """Paint what no format can make small."""
    pixels = np.random.default_rng(1).integers(0, 255, (side, side, 3), dtype=np.uint8)
    return Image.fromarray(pixels)


def stored(image: Image.Image, kind: str = "PNG", media_type: str = "image/png") -> StoredPicture:
    """Store a picture of the catalogue."""
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return StoredPicture(1, 2, media_type, buffer.getvalue())


def test_a_large_picture_becomes_a_small_one() -> None:
    """Its longest side fits a card on a fine screen, and its sides keep their proportion."""
    image = Image.effect_noise((1200, 800), 40).convert("RGB")
    small = thumbnail(stored(image))
    assert (small.id, small.product_id, small.media_type) == (1, 2, "image/webp")
    assert len(small.content) <= MOST_BYTES
    with Image.open(io.BytesIO(small.content)) as shown:
        assert shown.size == (SIDE, SIDE * 2 // 3)


def test_what_is_small_already_stays_as_it_is() -> None:
    """Encoding it again would only make it worse."""
    picture = stored(Image.new("RGB", (900, 900), "orange"))
    assert thumbnail(picture) is picture


def test_what_no_format_makes_small_gets_coarser() -> None:
    """Fifty pictures stay under a megabyte, whatever they show."""
    small = thumbnail(stored(noise(700)))
    assert len(small.content) < 2 * MOST_BYTES


def test_a_picture_lies_as_its_camera_said() -> None:
    """The turn that a file only mentions is made, for the small one mentions nothing."""
    image, exif = noise(400).crop((0, 0, 400, 200)), Image.Exif()
    exif[0x0112] = 6
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=exif)
    small = thumbnail(StoredPicture(1, 2, "image/jpeg", buffer.getvalue()))
    with Image.open(io.BytesIO(small.content)) as shown:
        assert shown.size == (180, 360)


def test_what_is_clear_is_white() -> None:
    """Cards are white behind their pictures, and so is the small picture itself."""
    image = noise(400).convert("RGBA")
    image.paste((0, 0, 0, 0), (0, 0, 200, 400))
    small = thumbnail(stored(image))
    with Image.open(io.BytesIO(small.content)) as shown:
        assert np.asarray(shown.convert("RGB"))[200, 20].min() > 245


def test_what_cannot_be_read_here_is_left_to_the_browser() -> None:
    """A drawing, or a file that is cut off: whoever looks may still see something."""
    svg = StoredPicture(1, 2, "image/svg+xml", b"<svg>" + b" " * MOST_BYTES)
    assert thumbnail(svg) is svg


def test_a_small_picture_is_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And the one that nobody asked for longest is the first to go."""
    monkeypatch.setattr(thumbnails, "KEPT", 2)
    made, pictures = Thumbnails(), [stored(noise(100 + number)) for number in range(3)]
    digests = [sha256(picture.content).hexdigest() for picture in pictures]
    first, second = (made.of(digests[n], pictures[n]) for n in range(2))
    assert made.of(digests[0], pictures[0]) is first
    made.of(digests[2], pictures[2])
    assert made.known(digests[0]) is first
    assert made.known(digests[1]) is None
    assert second.content


def test_fifty_real_photos_weigh_half_a_megabyte(photos: Path) -> None:
    """As a list of results has them; as they are stored they weigh more than one together."""
    files = sorted(photos.glob("*/*/*.jpg"))[::14][:50]
    pictures = [StoredPicture(1, 2, "image/jpeg", file.read_bytes()) for file in files]
    assert len(pictures) == 50
    assert sum(len(picture.content) for picture in pictures) > 1_000_000
    assert sum(len(thumbnail(picture).content) for picture in pictures) < 550_000

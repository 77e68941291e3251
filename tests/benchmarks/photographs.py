"""Real photographs to measure with: a folder of two halves, each photo filed under its class."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from search.photo import read_photo

PHOTOS = Path(__file__).parents[3] / "shared/photos/clothing"
CATALOGUE, QUERIES = "validation", "test"


@dataclass
class Pictures:
    """Pictures and what is on them."""

    images: list[Image.Image] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)


def read(photos: Path) -> dict[str, Pictures]:
    """Read both halves; of identical files only the first is kept, whichever half it is in."""
    seen: set[bytes] = set()
    halves = {CATALOGUE: Pictures(), QUERIES: Pictures()}
    for half, pictures in halves.items():
        for path in sorted((photos / half).glob("*/*.jpg")):
            photo = read_photo(path.read_bytes())
            if photo.fingerprint not in seen:
                seen.add(photo.fingerprint)
                pictures.images.append(photo.image)
                pictures.classes.append(path.parent.name)
    return halves

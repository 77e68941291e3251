"""The demo's evaluation set: phone photos of products drawn by lot, each with what it shows."""

from __future__ import annotations

import hashlib
import inspect
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import resvg_py

from search.demo import phone, scenes
from search.demo.catalogue import LINES, DemoProduct, Line
from search.demo.drawing import write_svg
from search.photo import read_photo

PHOTOS_PER_KIND = 8
# Below it the sensor's noise is lost, and an encoder sees another photo: at 74 its cosine with the
# uncompressed one is .974 on average, at 86 .99.
PHOTO_QUALITY = 86
_LOT = 2026
# Neither a sample's seed (1 to 4) nor one of those the benchmark draws with (1000 and up).
_FIRST_SEED = 500_000


@dataclass(frozen=True, slots=True)
class Shot:
    """A photo of the set: its key, the product it shows and the seed it is drawn with."""

    key: str
    product: DemoProduct
    seed: int

    @property
    def mark(self) -> bytes:
        """What changes whenever the photo would: a digest (hex) of its drawing and its drawer."""
        drawer = inspect.getsource(phone) + inspect.getsource(scenes)
        told = f"{resvg_py.__version__} {PHOTO_QUALITY} {self.seed} {write_svg(self.product)}"
        return hashlib.sha256((told + drawer).encode()).hexdigest().encode()

    def draw(self) -> bytes:
        """Return a WebP file as large as what `read_photo` keeps of a photo."""
        buffer = io.BytesIO()
        photo = read_photo(phone.draw_photo(self.product, self.seed))
        photo.image.save(buffer, "WEBP", quality=PHOTO_QUALITY, method=6)
        return buffer.getvalue()


def shots(products: Iterable[DemoProduct]) -> tuple[Shot, ...]:
    """Return the set, kind by kind, each colour of a kind once and each print once or twice."""
    by_look = {(product.kind, product.colour, product.print): product for product in products}
    rng = np.random.default_rng(_LOT)
    chosen = [by_look[kind, *look] for kind, line in LINES.items() for look in _looks(line, rng)]
    return tuple(
        Shot(f"{product.kind}-{number % PHOTOS_PER_KIND + 1}", product, _FIRST_SEED + number)
        for number, product in enumerate(chosen)
    )


def _looks(line: Line, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Shuffle colours and prints, then pair them in turn: each gets its share."""
    colours, prints = rng.permutation(line.colours), rng.permutation(line.prints)
    return [
        (str(colours[number % len(colours)]), str(prints[number % len(prints)]))
        for number in range(PHOTOS_PER_KIND)
    ]

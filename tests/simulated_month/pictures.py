"""The month's catalogue, its photos, and the model that embeds them: coloured squares."""

from __future__ import annotations

import io
from decimal import Decimal

import numpy as np
import numpy.typing as npt
from PIL import Image

from search.store.products import NewProduct
from search.vectors import CLIP, Embedding
from tests.simulated_month.story import PRODUCTS, Asked

_SQUARES, _SIDE = 8, 64
# Of a picture of so many pixels and three colours, 512 numbers are taken.
_SEEN = (19, 9)
# All vectors lean one way, so that unrelated pictures score about 0.45: CLIP's do.
_LEAN = 0.26
# How another model would number what it sees.
_SHUFFLED = np.random.default_rng(5).permutation(512)
_NAMES = {"en": "coloured squares", "ru": "цветные квадраты"}

Pattern = npt.NDArray[np.float64]


class Model:
    """Embeds JPEGs. While `changed`, as another model would: in a space of its own."""

    def __init__(self) -> None:
        self.changed = False

    def __call__(self, jpeg: bytes) -> list[float]:
        """Return 512 numbers."""
        with Image.open(io.BytesIO(jpeg)) as image:
            seen = image.convert("RGB").resize(_SEEN, Image.Resampling.BOX)
        colours = np.asarray(seen, np.float64).ravel()[:512] / 255 - 0.5
        if self.changed:
            colours = 0.45 * colours + 0.9 * colours[_SHUFFLED]
        return [float(number) for number in colours + _LEAN]


def catalogue() -> list[NewProduct]:
    """Return the products with their vectors, as the model saw them before the month began."""
    return [_product(number) for number in range(PRODUCTS)]


def photo_of(asked: Asked) -> bytes:
    """Return a search's photo, an image file: the product as somebody's phone sees it."""
    random = np.random.default_rng([7, asked.photo])
    pattern = random.uniform(0, 1, (_SQUARES, _SQUARES, 3))
    if asked.product is not None:
        share = random.uniform(0.35, 0.6)
        pattern = share * pattern + (1 - share) * _pattern(asked.product)
    return _painted(pattern, "PNG")


def _product(number: int) -> NewProduct:
    pattern = _pattern(number)
    return NewProduct(
        article=f"SQ-{number:03}",
        name={language: f"{name.capitalize()} {number}" for language, name in _NAMES.items()},
        category_id="squares",
        category={"en": "Squares", "ru": "Квадраты"},
        price=Decimal(100 + number),
        currency="RUB",
        picture=_painted(pattern, "WEBP"),
        media_type="image/webp",
        embedding=Embedding.from_numbers(Model()(_painted(pattern, "JPEG")), CLIP),
    )


def _pattern(product: int) -> Pattern:
    return np.random.default_rng([3, product]).uniform(0, 1, (_SQUARES, _SQUARES, 3))


def _painted(pattern: Pattern, kind: str) -> bytes:
    squares = Image.fromarray((255 * pattern).astype(np.uint8))
    buffer = io.BytesIO()
    squares.resize((_SIDE, _SIDE), Image.Resampling.NEAREST).save(buffer, kind)
    return buffer.getvalue()

"""Made-up catalogues for tests: products with vectors of a known geometry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import numpy.typing as npt

from search.store.index_queue import NewVector, WaitingPicture
from search.store.products import NewProduct
from search.store.store import Store
from search.vectors import CLIP, Embedding, VectorSpace


def unit_vectors(count: int, *, seed: int = 1, dimensions: int = 512) -> npt.NDArray[np.float32]:
    """Return float32[count, dimensions] of unit length, spread like CLIP's: all lean one way."""
    numbers = np.random.default_rng(seed).normal(0.7, 1.0, (count, dimensions))
    lengths: npt.NDArray[np.float64] = np.linalg.norm(numbers, axis=1, keepdims=True)
    return np.asarray(numbers / lengths, dtype=np.float32)


def products(
    vectors: npt.NDArray[np.float32], *, space: VectorSpace = CLIP, prefix: str = "ART"
) -> list[NewProduct]:
    """Return one product a vector, each with a picture of its own."""
    return [
        NewProduct(
            article=f"{prefix}-{number}",
            name={"en": f"Product {number}", "ru": f"Товар {number}"},
            category_id="things",
            category={"en": "Things", "ru": "Вещи"},
            price=Decimal(100 + number),
            currency="RUB",
            picture=f"{prefix} {number}".encode(),
            media_type="image/webp",
            embedding=Embedding(vector, space),
        )
        for number, vector in enumerate(vectors)
    ]


def waiting(
    store: Store, space: VectorSpace = CLIP, *, again: bool = False
) -> list[WaitingPicture]:
    """Return the pictures that have no vector in a space; with `again`, all of them."""
    since = datetime.max.replace(tzinfo=UTC) if again else None
    return store.index_queue.next(space, after=0, limit=100, since=since)


def give_vectors(
    store: Store,
    pictures: Sequence[WaitingPicture],
    vectors: npt.NDArray[np.float32],
    space: VectorSpace = CLIP,
) -> None:
    """Store a vector for each picture, float32[count, dimensions]."""
    new = [
        NewVector(picture.id, picture.digest or "", Embedding(vector, space))
        for picture, vector in zip(pictures, vectors, strict=True)
    ]
    store.index_queue.write(space, new, [])


def send_away(store: Store, base: str) -> list[int]:
    """Leave of all pictures the addresses `base`/0.png, /1.png and so on; return their numbers.

    So is a catalogue whose vectors were copied: it can be searched, and no picture is here.
    """
    with store.database.connection() as connection:
        rows = connection.execute("SELECT id FROM likeness.pictures ORDER BY id").fetchall()
        for number, (picture,) in enumerate(rows):
            connection.execute(
                "UPDATE likeness.pictures SET address = %s, original = NULL, digest = NULL,"
                " media_type = NULL, content = NULL WHERE id = %s",
                (f"{base}/{number}.png", picture),
            )
    return [picture for (picture,) in rows]

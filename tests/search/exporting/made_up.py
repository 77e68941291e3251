"""Searches as they are written into files, made up."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import numpy as np
from PIL import Image

from search.batch.rows import PhotoRow, State
from search.errors import PhotoUnsupported
from search.exporting.thumbnails import Thumbnails
from search.hits import Hit, Offer, Product, Search
from search.narrowing import Narrow
from search.store.pictures import UnfetchedPicture
from search.store.products import StoredPicture
from search.subject import Kind, Subject
from search.threshold import Threshold
from search.tuning.scales import Scale
from search.vectors import CLIP, Embedding

SEARCH = UUID("0edb9d88-383c-41d0-ba9f-0d4a7858adf9")
ADDRESS = f"https://likeness.example/?search={SEARCH}"
OFFERS = (
    Offer(100, {"RUB": Decimal("490.50"), "USD": Decimal("6.10")}, "sea", 30),
    Offer(None, {"RUB": Decimal(400)}),
)
# Just below the line, on it, and where it is doubtful.
SCORES = (0.91, 0.75, 0.7499, 0.62)


def a_product(number: int, **changes: object) -> Product:
    """Make up a product."""
    product = Product(
        id=number,
        article=f"ART-{number}",
        name={"en": f"Mug {number}", "ru": f"Кружка {number}"},
        category={"en": "Mugs", "ru": "Кружки"},
        price=Decimal("1490.50"),
        currency="RUB",
        link=f"https://shop.example/{number}",
        project="Spring",
        region="Москва",
    )
    return replace(product, **changes)  # type: ignore[arg-type] # whatever a test needs


def a_search(*products: Product, scale: Scale = Scale.COSINE) -> Search:
    """Make up a search that found these products, or four."""
    given = products or tuple(a_product(number) for number in range(1, 5))
    hits = [
        Hit(rank, product, rank, f"{rank}", SCORES[(rank - 1) % 4], SCORES[(rank - 1) % 4])
        for rank, product in enumerate(given, 1)
    ]
    return Search(
        id=SEARCH,
        subject=Subject(Kind.PHOTO, b"1" * 32),
        query=Embedding.from_numbers(np.ones(512), CLIP),
        hits=tuple(hits),
        remembered=False,
        threshold=Threshold(0.75, CLIP, scale, doubtful=0.7, id=7),
        seconds={},
        made_at=datetime(2026, 11, 29, 14, 5, tzinfo=UTC),
        narrow=Narrow(),
    )


def a_picture(kind: str = "WEBP") -> bytes:
    """Paint a picture that is wider than high."""
    buffer = io.BytesIO()
    Image.new("RGB", (400, 200), "teal").save(buffer, kind)
    return buffer.getvalue()


def thumbnails() -> Thumbnails:
    """Have every picture here but that of the second product, which was never fetched."""

    def find(reference: str) -> StoredPicture | UnfetchedPicture | None:
        if reference == "2":
            return UnfetchedPicture(2, "https://shop.example/2.jpg")
        return StoredPicture(int(reference), 1, "image/webp", a_picture())

    return Thumbnails(find)


def some_rows() -> list[PhotoRow]:
    """Make up a set: one photo with products, its twin, one that failed, one that is left."""
    done = PhotoRow(1, "a/1.jpg", fingerprint=b"1" * 32, thumbnail=a_picture("JPEG"))
    first = done.done(a_search())
    return [
        first,
        replace(done, number=2, name="2.jpg", twin=1).as_first(first),
        PhotoRow(3, "=3.jpg").failed(PhotoUnsupported()),
        PhotoRow(4, "4.jpg", State.READY),
    ]

"""Made-up judgements for tests, and a store whose catalogue and photos are known."""

from __future__ import annotations

from uuid import uuid4

from search.judgement import Judgement, Origin, Verdict
from search.store.store import Store
from search.vectors import CLIP, Embedding
from tests.catalogues import products, unit_vectors


def print_of(number: int) -> bytes:
    """Return a made-up fingerprint."""
    return number.to_bytes(32, "big")


def stock(store: Store, count: int) -> list[int]:
    """Store a catalogue and return its products' numbers, those of ART-0, ART-1, and so on."""
    store.products.add("test", products(unit_vectors(count)))
    numbers = store.products.numbers([f"ART-{number}" for number in range(count)])
    return [numbers[f"ART-{number}"] for number in range(count)]


def photograph(store: Store, count: int) -> None:
    """Store the embeddings and pictures of photos 0, 1, and so on."""
    for number, vector in enumerate(unit_vectors(count, seed=5)):
        store.photos.add(print_of(number), Embedding(vector, CLIP))
        keep_picture(store, print_of(number))


def keep_picture(
    store: Store, photo: bytes, content: bytes = b"\xff\xd8 small", media_type: str = "image/jpeg"
) -> None:
    """Store a picture of a photo that nothing refers to, as one that is left of a search."""
    with store.database.connection() as connection:
        connection.execute(
            "INSERT INTO likeness.photo_pictures (fingerprint, media_type, content)"
            " VALUES (%s, %s, %b)",
            (photo, media_type, content),
        )


def judgement(
    product: int, verdict: Verdict = Verdict.MATCH, *, photo: int = 0, who: str = "Anna"
) -> Judgement:
    """Return a judgement with an id of its own."""
    return Judgement(
        uuid4(), print_of(photo), product, verdict, who, CLIP, Origin.SEARCH, similarity=0.71
    )

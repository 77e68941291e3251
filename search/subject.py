"""Subject: what is searched with — a photo, several photos of one thing, or a product."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from search.errors import PhotosUncombinable
from search.photo import Photo
from search.vectors import Embedding

# One photo is searched with by itself; of more than three, nobody knows which one was wrong.
FEWEST_TOGETHER, MOST_TOGETHER = 2, 3


class Kind(StrEnum):
    """The values are kept in the database, and are keys of texts."""

    PHOTO = "photo"
    PHOTOS = "photos"
    PRODUCT = "product"


@dataclass(frozen=True, slots=True)
class Subject:
    """What was searched with. `fingerprint`, 32 bytes, names its vector and what is known of it.

    `photos` are the fingerprints of PHOTOS, as they were given. Of a PRODUCT `product_id` is its
    number and `picture` the reference of the picture, see `search.addresses.picture_path`; None
    where that is gone.
    """

    kind: Kind
    fingerprint: bytes
    photos: tuple[bytes, ...] = ()
    product_id: int | None = None
    picture: str | None = None

    @classmethod
    def of_photo(cls, photo: Photo) -> Subject:
        """Return a photo as a subject: its fingerprint is the photo's."""
        return cls(Kind.PHOTO, photo.fingerprint)

    @classmethod
    def of_photos(cls, photos: Sequence[Photo]) -> Subject:
        """Return photos of one thing as a subject, whatever their order.

        Raises PhotosUncombinable unless there are two or three.
        """
        if not FEWEST_TOGETHER <= len(photos) <= MOST_TOGETHER:
            raise PhotosUncombinable(n=len(photos), least=FEWEST_TOGETHER, most=MOST_TOGETHER)
        given = tuple(photo.fingerprint for photo in photos)
        digest = hashlib.sha256(b"photos" + b"".join(sorted(given)))
        return cls(Kind.PHOTOS, digest.digest(), photos=given)

    @classmethod
    def of_product(cls, product_id: int, picture: str, stored: Embedding) -> Subject:
        """Return a product as a subject, by the stored vector of the picture that is meant."""
        digest = hashlib.sha256(b"vector" + stored.vector.astype(np.float32).tobytes())
        return cls(Kind.PRODUCT, digest.digest(), product_id=product_id, picture=picture)


def mean(embeddings: Sequence[Embedding]) -> Embedding:
    """Return the mean of embeddings of one space, brought to unit length.

    Raises BadAnswer where they cancel one another out, as no pictures of anything do.
    """
    vectors = [embedding.vector for embedding in embeddings]
    return Embedding.from_numbers(np.mean(vectors, axis=0), embeddings[0].space)

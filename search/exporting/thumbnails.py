"""Catalogue pictures and users' photos as they stand in a file: small JPEGs."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable

from search.decoding import decode
from search.errors import FetchError, PhotoError, StoreError
from search.exporting.cells import Thumbnail
from search.photo import DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS
from search.store.pictures import UnfetchedPicture
from search.store.products import StoredPicture

SIDE, QUALITY = 168, 80

log = logging.getLogger(__name__)

Find = Callable[[str], StoredPicture | UnfetchedPicture | None]


class Thumbnails:
    """The pictures of one file, each made once. `find` looks one up and fetches nothing.

    What is not here is left out: whoever wants a file does not wait for a shop's server.
    """

    def __init__(self, find: Find) -> None:
        self._find = find
        self._made: dict[str, Thumbnail | None] = {}

    def of(self, reference: str, shows: str) -> Thumbnail | None:
        """Return a catalogue picture by its reference; None when there is none here."""
        if reference not in self._made:
            self._made[reference] = self._thumbnail(reference, shows)
        return self._made[reference]

    def _thumbnail(self, reference: str, shows: str) -> Thumbnail | None:
        try:
            found = self._find(reference)
        except (FetchError, PhotoError, StoreError) as error:
            log.info("picture %s is left out: %s", reference, error, extra={"code": error.code})
            return None
        return small(found.content, shows) if isinstance(found, StoredPicture) else None


def small(content: bytes, shows: str) -> Thumbnail | None:
    """Return a picture of at most SIDE pixels, on white where it is clear; None if it is none."""
    try:
        image = decode(
            content, max_bytes=DEFAULT_MAX_BYTES, max_pixels=DEFAULT_MAX_PIXELS, shortest=SIDE
        ).image
    except PhotoError as error:
        log.info("a picture is left out: %s", error, extra={"code": error.code})
        return None
    image.thumbnail((SIDE, SIDE))
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=QUALITY)
    return Thumbnail(buffer.getvalue(), *image.size, shows)

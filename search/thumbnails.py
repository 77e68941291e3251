"""Catalogue pictures as small as a list shows them: fifty together weigh under a megabyte."""

from __future__ import annotations

import io
import logging
import threading
from collections import OrderedDict

from search.decoding import decode
from search.errors import PhotoError
from search.photo import DEFAULT_MAX_BYTES, DEFAULT_MAX_PIXELS
from search.store.products import StoredPicture

# A card's picture is up to 180 pixels wide: twice that for screens that are twice as fine.
SIDE = 360
# Fifty of them leave room for the words of a page of one megabyte.
MOST_BYTES = 18_000
# Below it a picture would hardly become smaller, only worse.
AS_IT_IS = 12_000
MEDIA_TYPE = "image/webp"
# Only a picture of noise needs a lower one than the first.
QUALITIES = (75, 55, 30)
# Between the fastest and the smallest: 3 ms a picture, and 4 % larger than with 8 ms.
METHOD = 2
KEPT = 1000

log = logging.getLogger(__name__)


class Thumbnails:
    """Small pictures that were made, as far as memory keeps them: 18 MB at most.

    One a process; every method may be called from several threads at once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, StoredPicture] = OrderedDict()

    def known(self, digest: str) -> StoredPicture | None:
        """Return the small picture of a content, by its SHA-256 in hexadecimal, if it is kept."""
        with self._lock:
            found = self._kept.get(digest)
            if found is not None:
                self._kept.move_to_end(digest)
        return found

    def of(self, digest: str, picture: StoredPicture) -> StoredPicture:
        """Return the small picture of a stored one, whose content has this SHA-256."""
        made = self.known(digest) or thumbnail(picture)
        if made is picture:
            return made  # nothing was made that would have to be kept
        with self._lock:
            self._kept[digest] = made
            self._kept.move_to_end(digest)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return made


def thumbnail(picture: StoredPicture) -> StoredPicture:
    """Return a picture of at most SIDE pixels and about MOST_BYTES, on white where it is clear.

    One that weighs no more than AS_IT_IS stays so, and so does one that cannot be read here: the
    browser may know better.
    """
    if len(picture.content) <= AS_IT_IS:
        return picture
    try:
        decoded = decode(
            picture.content,
            max_bytes=DEFAULT_MAX_BYTES,
            max_pixels=DEFAULT_MAX_PIXELS,
            shortest=SIDE,
        )
    except PhotoError as error:
        log.info("picture %d stays large: %s", picture.id, error, extra={"code": error.code})
        return picture
    image = decoded.image
    image.thumbnail((SIDE, SIDE))
    content = b""
    for quality in QUALITIES:
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=METHOD)
        content = buffer.getvalue()
        if len(content) <= MOST_BYTES:
            break
    return StoredPicture(picture.id, picture.product_id, MEDIA_TYPE, content)

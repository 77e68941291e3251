"""Pictures on disk: which are new or changed, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable

from search.catalogue_picture import KeptPicture, kept, original_of
from search.errors import PhotoError
from search.importing.rows import PictureAt, Problem
from search.importing.unreadable import why
from search.photo import Photo
from search.picture_files import NotRegular, content_of

# What came of looking at a picture: what is to be kept of it, None when that is stored already or
# it is fetched later, or why it cannot be used.
Look = KeptPicture | Problem | None


class Looker:
    """Looks at pictures; those above `max_bytes` are refused without being fetched whole."""

    def __init__(self, read: Callable[[bytes], Photo], max_bytes: int) -> None:
        self._read = read
        self._max_bytes = max_bytes

    def look(self, picture: PictureAt, original: str | None) -> Look:
        """Look at a picture of which a file with the SHA-256 `original` is stored, or none."""
        if picture.path is None:
            return None
        try:
            data = content_of(picture.path, self._max_bytes)
            # A file that is known need not be decoded.
            return None if original_of(data) == original else kept(data, self._read(data))
        except NotRegular:
            return Problem(picture.where, "importing.not_regular", loses="picture")
        except OSError as error:
            facts = {"reason": why(error)}
            return Problem(picture.where, "importing.no_file", facts, loses="picture")
        except PhotoError as error:
            return Problem(picture.where, error, loses="picture")

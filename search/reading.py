"""Reading photos: from a file's bytes or a web address, whole or a part of them."""

from __future__ import annotations

from search.aim import WHOLE, Aim
from search.elsewhere import Elsewhere
from search.original import Original, read_original
from search.photo import Photo, read_photo
from search.settings import Settings


class Reading:
    """One an engine. Every method may be called from several threads at once."""

    def __init__(self, settings: Settings) -> None:
        self._max_bytes = settings.max_bytes
        self._max_pixels = settings.max_pixels
        self._elsewhere = Elsewhere(settings.max_bytes)

    def read(self, data: bytes, aim: Aim = WHOLE) -> Photo:
        """Read a picture from anywhere, or the part of it that is to be searched with.

        Raises a PhotoError when it cannot be searched with.
        """
        return read_photo(data, max_bytes=self._max_bytes, max_pixels=self._max_pixels, aim=aim)

    def fetch(self, address: str) -> bytes:
        """Fetch a picture from a web address that somebody entered, for `read` and `original`.

        Never from a private network, whatever FETCH_PRIVATE says. Raises FetchError.
        """
        return self._elsewhere.fetch(address)

    def read_address(self, address: str, aim: Aim = WHOLE) -> Photo:
        """Read the picture at a web address, see `fetch` and `read`: FetchError or PhotoError."""
        return self.read(self.fetch(address), aim)

    def original(self, data: bytes) -> Original:
        """Read a picture for somebody who chooses a part of it; raise a PhotoError."""
        return read_original(data, max_bytes=self._max_bytes, max_pixels=self._max_pixels)

    def close(self) -> None:
        """Fetch nothing more."""
        self._elsewhere.close()

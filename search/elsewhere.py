"""Pictures at web addresses that somebody entered to search with: nobody knows who, nor what for.

They are fetched under stricter rules than the catalogue's own pictures, whose addresses come from
whoever runs this app: never from a private network, whatever FETCH_PRIVATE says, from the web's
usual ports alone, and while a person waits.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable

from search.errors import AddressOffLimits, AddressRefused
from search.fetching import Fetcher

SECONDS = 10.0
# Of other ports a picture is seldom had, and much can be learned by asking.
PORTS = frozenset({80, 443, 8000, 8080, 8443})

# What is typed or pasted by people; "data:" and "file:" are meant as addresses too, and refused.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|data:|file:", re.IGNORECASE)
# A host and a path, as browsers show addresses: no article has a name like that before its stroke.
_BARE = re.compile(r"(www\.|[\w-]+(\.[\w-]+)*\.[a-z]{2,}(:\d+)?/)\S+", re.IGNORECASE)


def address_in(text: str) -> str | None:
    """Return the web address that a text is; None where it is rather an article or words."""
    text = text.strip()
    if _BARE.fullmatch(text):
        return f"https://{text}"
    return text if _ADDRESS.match(text) else None


class Elsewhere:
    """One an engine; used from several threads at once. `max_bytes` is the largest picture.

    `fetcher` makes what fetches, given the rules: tests have the world played.
    """

    def __init__(self, max_bytes: int, fetcher: Callable[..., Fetcher] = Fetcher) -> None:
        self._max_bytes = max_bytes
        self._make = fetcher
        self._lock = threading.Lock()
        self._fetcher: Fetcher | None = None
        self._closed = False

    def fetch(self, address: str) -> bytes:
        """Return what is at an address, not looked at closer than `Fetcher.fetch` does.

        Raises FetchError: AddressOffLimits for all that is not public.
        """
        try:
            return self._open().fetch(address)
        except AddressRefused as error:
            raise AddressOffLimits(**error.facts) from error

    def close(self) -> None:
        """Fetch nothing more; what is on its way does not come."""
        with self._lock:
            self._closed = True
            if self._fetcher is not None:
                self._fetcher.close()

    def _open(self) -> Fetcher:
        """Return the fetcher, made when it is first needed: reading all authorities takes time."""
        with self._lock:
            if self._fetcher is None:
                self._fetcher = self._make(
                    private=False, max_bytes=self._max_bytes, seconds=SECONDS, ports=PORTS
                )
                if self._closed:
                    self._fetcher.close()
            return self._fetcher

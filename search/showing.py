"""Catalogue pictures for whoever looks at them, fetched from their addresses at the first look.

A catalogue that was adopted, or imported with its vectors, can be searched before any of its
pictures is here. What was fetched is kept, and never changes a vector. What could not be fetched is
remembered for some minutes in memory, and not in the table of failures: that lists what an indexing
run left out, which has tried harder than anybody would who waits for a page, and a look must not
take a picture out of the next run.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future

from search.addresses import is_digest, picture_number
from search.catalogue_picture import kept
from search.dead_links import DeadLinks
from search.errors import FetchError, PhotoError
from search.fetching import Fetcher
from search.photo import Photo
from search.settings import Settings
from search.store.index_queue import WaitingPicture
from search.store.pictures import UnfetchedPicture
from search.store.products import StoredPicture
from search.store.store import Store

# A person waits, and a browser that waits for six pictures asks for nothing else.
SECONDS = 8.0

log = logging.getLogger(__name__)


class Showing:
    """One an engine. Every method may be called from several threads at once.

    `read` checks and decodes a file as a photo.
    """

    def __init__(self, store: Store, settings: Settings, read: Callable[[bytes], Photo]) -> None:
        self._store = store
        self._settings = settings
        self._read = read
        self._dead_links = DeadLinks()
        self._lock = threading.Lock()
        self._under_way: dict[int, Future[StoredPicture | None]] = {}
        self._fetcher: Fetcher | None = None
        self._closed = False

    def find(self, reference: str) -> StoredPicture | UnfetchedPicture | None:
        """Look a picture up by its SHA-256 or its number, see `search.addresses`; fetch nothing.

        Raises what its address met in the last minutes, see `fetch`, or StoreError.
        """
        if is_digest(reference):
            return self._store.products.picture(reference)
        number = picture_number(reference)
        found = None if number is None else self._store.pictures.by_number(number)
        if isinstance(found, UnfetchedPicture):
            self._dead_links.refuse(found.address)
        return found

    def fetch(self, picture: UnfetchedPicture) -> StoredPicture | None:
        """Fetch a picture and keep it; whoever asks for the same one meanwhile gets that as well.

        None when it was taken out of the catalogue, or got another address. Raises FetchError or
        PhotoError, or StoreError.
        """
        with self._lock:
            under_way = self._under_way.get(picture.id)
            mine = under_way is None
            if under_way is None:
                under_way = self._under_way[picture.id] = Future()
        if not mine:
            return under_way.result()
        try:
            under_way.set_result(self._fetched(picture.id))
        except BaseException as error:  # whatever it is, those who wait for it must hear of it
            under_way.set_exception(error)
            raise
        finally:
            with self._lock:
                del self._under_way[picture.id]
        return under_way.result()

    def get(self, number: int) -> StoredPicture | None:
        """Return a picture by its number, fetched if need be. Raises as `find` and `fetch` do."""
        found = self.find(str(number))
        return self.fetch(found) if isinstance(found, UnfetchedPicture) else found

    def close(self) -> None:
        """Fetch nothing more; what is on its way does not come."""
        with self._lock:
            self._closed = True
            if self._fetcher is not None:
                self._fetcher.close()

    def _fetched(self, number: int) -> StoredPicture | None:
        # Whoever was quicker, here or in another process, has spared us the way.
        picture = self._store.pictures.by_number(number)
        if not isinstance(picture, UnfetchedPicture):
            return picture
        self._dead_links.refuse(picture.address)
        try:
            data = self._open_fetcher().fetch(picture.address)
            keep = kept(data, self._read(data))
        except (FetchError, PhotoError) as error:
            self._dead_links.failed(picture.address, error)
            log.info("picture %d cannot be shown: %s", number, error, extra={"code": error.code})
            raise
        self._dead_links.answered(picture.address)
        waiting = WaitingPicture(picture.id, picture.address, None, None)
        self._store.index_queue.keep(waiting, keep)
        # What is stored is what is shown: where the address has changed meanwhile, neither is.
        found = self._store.pictures.by_number(number)
        return found if isinstance(found, StoredPicture) else None

    def _open_fetcher(self) -> Fetcher:
        with self._lock:
            if self._fetcher is None:
                self._fetcher = Fetcher(
                    private=self._settings.fetch_private,
                    max_bytes=self._settings.max_bytes,
                    seconds=SECONDS,
                )
                if self._closed:
                    self._fetcher.close()
            return self._fetcher

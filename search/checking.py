"""Encodes a few pictures of the catalogue again: a check costs calls, so what it found is kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from search.calls import Errand, Purpose, on_errand
from search.encoders.recording import RecordedEncoder
from search.errors import FetchError, LikenessError, PhotoError
from search.photo import Photo, read_photo
from search.showing import Showing
from search.space_check import SpaceCheck
from search.store.store import Store
from search.vectors import Embedding

CHECKED_PICTURES = 3
# Where these do not agree among themselves, so many are looked at in all.
MOST_CHECKED = 7
# Pictures of an adopted catalogue may be gone from where they were: then others are drawn.
MOST_TRIED = 12
# After it no further one is tried, of those few or of the rest; what is on its way ends by itself.
FETCHING_SECONDS = 8.0


@dataclass(slots=True)
class _Drawn:
    """Photos to be encoded beside their stored vectors, and what came in the way of others."""

    photos: list[tuple[Photo, Embedding]]
    missed: int = 0
    trouble: LikenessError | None = None


class Checking:
    """Checks whether the encoder and the stored vectors agree. `now` is the time of day, aware."""

    def __init__(
        self,
        store: Store,
        encoder: Callable[[], RecordedEncoder],
        showing: Showing,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._showing = showing
        self._now = now

    def check(self, within: timedelta = timedelta()) -> SpaceCheck:
        """Compare a few pictures' vectors with new ones; raise EncoderError or StoreError.

        Three calls are enough where all of these pictures fit, or none of them. Otherwise up to
        seven are looked at: a single one may just have been replaced since it was indexed.
        Where that was done `within` such a time, by whichever process, and they agreed, it is not
        done again: with this encoder at this address, and as many vectors in its space as now. An
        encoder in this process costs nothing and is always asked. Pictures that are not here yet
        are fetched, for some seconds; where none can be had, nothing was checked.
        """
        encoder = self._encoder()
        space, kept = encoder.space, self._store.space_checks
        vectors = self._store.embeddings.count(space)
        if encoder.host:
            known = kept.agreed(space, encoder.address, vectors, self._now() - within)
            if known is not None:
                return known
        waiting = deque(self._store.pictures.sample(space, MOST_TRIED))
        found = self._compare(encoder, waiting, CHECKED_PICTURES)
        if found.is_divided:
            found += self._compare(encoder, waiting, MOST_CHECKED - found.pictures)
        kept.save(space, encoder.address, vectors, self._now(), found)
        return found

    def forget(self) -> None:
        """Have the next check made: the stored vectors are other ones now."""
        self._store.space_checks.forget(self._encoder().space)

    def _compare(
        self, encoder: RecordedEncoder, waiting: deque[tuple[int, Embedding]], wanted: int
    ) -> SpaceCheck:
        """Encode so many of the pictures that wait again, or all that can be had of them."""
        drawn = self._draw(waiting, wanted)
        with on_errand(Errand(Purpose.CHECK)):
            similarities = [
                encoder.encode(photo).similarity(stored) for photo, stored in drawn.photos
            ]
        return SpaceCheck(tuple(similarities), drawn.missed, drawn.trouble)

    def _draw(self, waiting: deque[tuple[int, Embedding]], wanted: int) -> _Drawn:
        """Draw pictures with their vectors until there are enough, or the time is over."""
        drawn, ends = _Drawn([]), time.monotonic() + FETCHING_SECONDS
        with ThreadPoolExecutor(wanted, "space-check") as pool:
            while waiting and len(drawn.photos) < wanted and time.monotonic() < ends:
                lacking = min(wanted - len(drawn.photos), len(waiting))
                tried = [waiting.popleft() for _ in range(lacking)]
                had = pool.map(self._photo, [number for number, _ in tried])
                for photo, (_, stored) in zip(had, tried, strict=True):
                    if isinstance(photo, Photo):
                        drawn.photos.append((photo, stored))
                    elif photo is not None:
                        drawn.missed += 1
                        drawn.trouble = photo
        return drawn

    def _photo(self, number: int) -> Photo | LikenessError | None:
        """Return a picture, why it cannot be had, or None when it is no longer there."""
        try:
            picture = self._showing.get(number)
            return None if picture is None else read_photo(picture.content)
        except (FetchError, PhotoError) as error:
            return error

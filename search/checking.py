"""Encodes a few pictures of the catalogue again: a check costs calls, so what it found is kept."""

from __future__ import annotations

import time
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
from search.vectors import Embedding, VectorSpace

CHECKED_PICTURES = 3
# Pictures of an adopted catalogue may be gone from where they were: then others are drawn.
MOST_TRIED = 12
# After it no further one is tried; those that are on their way end by themselves.
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
        drawn = self._draw(space)
        with on_errand(Errand(Purpose.CHECK)):
            similarities = [
                encoder.encode(photo).similarity(stored) for photo, stored in drawn.photos
            ]
        lowest = min(similarities, default=None)
        found = SpaceCheck(len(drawn.photos), lowest, drawn.missed, drawn.trouble)
        kept.save(space, encoder.address, vectors, self._now(), found)
        return found

    def forget(self) -> None:
        """Have the next check made: the stored vectors are other ones now."""
        self._store.space_checks.forget(self._encoder().space)

    def _draw(self, space: VectorSpace) -> _Drawn:
        """Draw pictures with their vectors until there are enough, or the time is over."""
        left = self._store.pictures.sample(space, MOST_TRIED)
        drawn, ends = _Drawn([]), time.monotonic() + FETCHING_SECONDS
        with ThreadPoolExecutor(CHECKED_PICTURES, "space-check") as pool:
            while left and len(drawn.photos) < CHECKED_PICTURES and time.monotonic() < ends:
                wanted = CHECKED_PICTURES - len(drawn.photos)
                tried, left = left[:wanted], left[wanted:]
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

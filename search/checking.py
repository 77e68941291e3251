"""Encodes a few pictures of the catalogue again: a check costs calls, so what it found is kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from search.calls import Errand, Purpose, on_errand
from search.encoders.recording import RecordedEncoder
from search.photo import read_photo
from search.space_check import SpaceCheck
from search.store.store import Store

CHECKED_PICTURES = 3


class Checking:
    """Checks whether the encoder and the stored vectors agree. `now` is the time of day, aware."""

    def __init__(
        self, store: Store, encoder: Callable[[], RecordedEncoder], now: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._encoder = encoder
        self._now = now

    def check(self, within: timedelta = timedelta()) -> SpaceCheck:
        """Compare a few pictures' vectors with new ones; raise EncoderError or StoreError.

        Where that was done `within` such a time, by whichever process, and they agreed, it is not
        done again: with this encoder at this address, and as many vectors in its space as now. An
        encoder in this process costs nothing and is always asked.
        """
        encoder = self._encoder()
        space, kept = encoder.space, self._store.space_checks
        vectors = self._store.embeddings.count(space)
        if encoder.host:
            known = kept.agreed(space, encoder.address, vectors, self._now() - within)
            if known is not None:
                return known
        sample = self._store.embeddings.sample(space, CHECKED_PICTURES)
        with on_errand(Errand(Purpose.CHECK)):
            similarities = [
                encoder.encode(read_photo(picture.content)).similarity(stored)
                for picture, stored in sample
            ]
        found = SpaceCheck(len(sample), min(similarities, default=None))
        kept.save(space, encoder.address, vectors, self._now(), found)
        return found

    def forget(self) -> None:
        """Have the next check made: the stored vectors are other ones now."""
        self._store.space_checks.forget(self._encoder().space)

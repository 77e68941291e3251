"""One photo, one call: stored embeddings are used again, and equal photos wait for each other."""

from __future__ import annotations

import threading
from concurrent.futures import Future

from search.encoders import Encoder
from search.photo import Photo
from search.progress import Progress, Report, Stage, Stopwatch
from search.store.photos import PhotoEmbeddings
from search.vectors import Embedding


class Remembering:
    """Asks an encoder only for photos that nobody has asked it for before.

    Within the process the first to ask does the work and the others share its outcome, an error
    too: forty people must not wait for forty time-outs in a row. Across processes the database
    gives turns.
    """

    def __init__(self, encoder: Encoder, photos: PhotoEmbeddings) -> None:
        self._encoder = encoder
        self._photos = photos
        self._under_way: dict[bytes, Future[Embedding]] = {}
        self._lock = threading.Lock()

    def embed(
        self, photo: Photo, report: Report, watch: Stopwatch | None = None
    ) -> tuple[Embedding, bool]:
        """Return the photo's embedding and whether it was known without our asking.

        `watch` counts as ENCODING what the encoder takes, or somebody else who asks it for this
        photo; looking the photo up is no part of that. Raises what the encoder raises.
        """
        watch = watch or Stopwatch()
        known = self._photos.find(photo.fingerprint, self._encoder.space)
        if known is not None:
            report(Progress(Stage.REMEMBERED))
            return known, True
        with self._lock:
            outcome = self._under_way.get(photo.fingerprint)
            leads = outcome is None
            if outcome is None:
                outcome = self._under_way[photo.fingerprint] = Future()
        report(Progress(Stage.ENCODING))
        if not leads:
            with watch.timing(Stage.ENCODING):
                return outcome.result(), True
        return self._lead(photo, report, outcome, watch)

    def _lead(
        self, photo: Photo, report: Report, outcome: Future[Embedding], watch: Stopwatch
    ) -> tuple[Embedding, bool]:
        try:
            embedding, remembered = self._encode_in_turn(photo, report, watch)
        except BaseException as error:
            outcome.set_exception(error)
            raise
        else:
            outcome.set_result(embedding)
            return embedding, remembered
        finally:
            with self._lock:
                del self._under_way[photo.fingerprint]

    def _encode_in_turn(
        self, photo: Photo, report: Report, watch: Stopwatch
    ) -> tuple[Embedding, bool]:
        space = self._encoder.space
        with self._photos.turn(photo.fingerprint, space):
            # Another process may have encoded it while we waited.
            known = self._photos.find(photo.fingerprint, space)
            if known is not None:
                return known, True
            with watch.timing(Stage.ENCODING):
                embedding = self._encoder.encode(photo, report)
            self._photos.add(photo.fingerprint, embedding)
            return embedding, False

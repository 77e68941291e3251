"""One picture: fetched if need be, read, encoded; and what to do when that does not work."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace

from search.calls import Call, Errand, Purpose, on_errand
from search.catalogue_picture import kept
from search.encoders.recording import RecordedEncoder
from search.errors import (
    BadAnswer,
    DatabaseUnavailable,
    EncoderError,
    EncoderPaused,
    FetchError,
    LikenessError,
    PhotoError,
    PhotoRejected,
    RateLimited,
)
from search.indexing.equal_pictures import EqualPictures, Underway
from search.indexing.gate import Gate, Stopped
from search.indexing.persevering import Persevering
from search.photo import Photo, read_photo
from search.progress import Progress, Stage
from search.store.index_queue import IndexQueue, NewFailure, NewVector, WaitingPicture
from search.vectors import Embedding

# What passes by itself is fetched again after these seconds; then it counts as broken.
FETCH_PAUSES = (1.0, 4.0)
LONGEST_FETCH_PAUSE = 30.0
# So often may a server fail at one picture while it serves others; then it is the picture.
STRIKES = 3
# After the first such failure the picture waits so long, after each further one twice as long.
PAUSE_SECONDS = 1.0
# When a server serves nobody, it is waited for; at the end of a run, for so many failures only.
LAST_FAILURES = 6

_OF_THIS_PICTURE = (FetchError, PhotoError, PhotoRejected, BadAnswer)


@dataclass(frozen=True, slots=True)
class Failed:
    """A picture that has no vector for a reason of its own."""

    failure: NewFailure
    error: LikenessError


# None: an equal one is under way, or it was given up because the run is to end; an exception: one
# that would meet every picture.
Outcome = NewVector | Failed | Exception | None


@dataclass(frozen=True, slots=True)
class Tools:
    """What workers share.

    `read` takes the bytes of a fetched file, `equals` knows what need not be encoded, `stop` is
    set when the run is to end, `last_ones` when no further picture will be begun.
    """

    encoder: RecordedEncoder
    queue: IndexQueue
    gate: Gate
    fetch: Callable[[str], bytes]
    read: Callable[[bytes], Photo]
    persevere: Persevering
    equals: EqualPictures
    stop: threading.Event
    last_ones: threading.Event


class Worker:
    """Called with one picture after the other, by any number of threads."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools

    def __call__(self, picture: WaitingPicture) -> Outcome:
        """Return what came of a picture; never raise."""
        try:
            return self._vector(picture)
        except (Stopped, Underway):
            return None
        except _Struck as struck:
            return _failed(picture, struck.error)
        except LikenessError as error:
            if self._tools.stop.is_set():
                return None
            return _failed(picture, error) if _is_of_this_picture(error) else error
        except Exception as error:  # noqa: BLE001 - handed to the thread that runs all this
            return error

    def _vector(self, picture: WaitingPicture) -> NewVector:
        if picture.content is None:
            picture = self._fetched(picture)
        known = self._tools.equals.known(picture)
        if known is not None:
            return NewVector(picture.id, picture.digest or "", known, copied=True)
        photo = read_photo(picture.content or b"")
        return NewVector(picture.id, picture.digest or "", self._encoded(photo))

    def _fetched(self, picture: WaitingPicture) -> WaitingPicture:
        """Fetch a picture and store it; what is encoded is what is stored, now and later on."""
        data = self._fetch(picture.address or "")
        keep = kept(data, self._tools.read(data))
        self._tools.persevere(lambda: self._tools.queue.keep(picture, keep))
        return replace(picture, digest=keep.digest, content=keep.content)

    def _fetch(self, address: str) -> bytes:
        for pause in FETCH_PAUSES:
            if self._tools.stop.is_set():
                raise Stopped
            try:
                return self._tools.fetch(address)
            except FetchError as error:
                if not error.retry:
                    raise
                asked = float(error.facts.get("seconds", 0)) if error.code == "address_busy" else 0
                self._tools.stop.wait(max(pause, min(asked, LONGEST_FETCH_PAUSE)))
        return self._tools.fetch(address)

    def _encoded(self, photo: Photo) -> Embedding:
        """Encode when the gate lets us, as often as it takes; raise what waiting does not mend."""
        if self._tools.encoder.host:
            _ = photo.jpeg  # made while others wait for the server, not in one of its places
        trouble = _Trouble(self._tools)
        while True:
            try:
                with self._tools.gate.place():
                    embedding = self._ask(photo)
            except _Later:
                continue
            except (EncoderError, DatabaseUnavailable) as error:
                if not error.retry:
                    raise
                trouble.wait_after(error)
            else:
                self._tools.gate.succeeded()
                return embedding

    def _ask(self, photo: Photo) -> Embedding:
        """Encode; let everybody wait who should while the encoder's own loop waits."""
        gate, limited = self._tools.gate, False

        def heard(call: Call) -> None:
            nonlocal limited
            limited = call.outcome == RateLimited.code

        def report(progress: Progress) -> None:
            if progress.stage is Stage.WAITING and limited:
                gate.hold(progress.seconds or 0.0)
            elif progress.stage is Stage.ENCODING and not gate.is_open:
                # Another one was told to wait: asking now would be answered in the same way.
                raise _Later

        with on_errand(Errand(Purpose.INDEX, heard=heard)):
            return self._tools.encoder.encode(photo, report)


class _Later(Exception):
    """The gate was shut between two attempts at one picture."""


class _Struck(Exception):
    """The server fails at one picture and serves the others."""

    def __init__(self, error: LikenessError) -> None:
        super().__init__(error.code)
        self.error = error


def _is_of_this_picture(error: LikenessError) -> bool:
    # An endpoint that has no handler for pictures will refuse the next one as well.
    lasting = error.facts.get("reason") == "@reasons.photo_no_handler"
    return isinstance(error, _OF_THIS_PICTURE) and not lasting


def _failed(picture: WaitingPicture, error: LikenessError) -> Failed:
    # What cannot be fetched or read has a vector in no space.
    in_space = isinstance(error, EncoderError)
    return Failed(NewFailure(picture.id, picture.address, error.code, error.facts, in_space), error)


class _Trouble:
    """What one picture has met so far, and how long it, or everybody, waits after that."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._failures = self._strikes = 0
        self._successes = tools.gate.successes

    def wait_after(self, error: LikenessError) -> None:
        """Wait, or let everybody wait at the gate.

        Everybody while the server says so, or serves nobody. While it serves others, only this
        picture: raises _Struck when it has failed too often then. Raises the error when there are
        no others left by which to tell a server that is away from a picture that it cannot take.
        """
        gate = self._tools.gate
        if isinstance(error, RateLimited | EncoderPaused):
            gate.hold(float(error.facts.get("seconds", 1.0)))
            return
        others = gate.successes > self._successes
        self._successes = gate.successes
        self._failures += 1
        self._strikes += others
        if self._strikes == STRIKES:
            raise _Struck(error) from error
        if others or self._failures == 1:
            self._tools.stop.wait(PAUSE_SECONDS * 2 ** (self._failures - 1))
        elif self._tools.last_ones.is_set() and self._failures >= LAST_FAILURES:
            raise error
        else:
            gate.pause()

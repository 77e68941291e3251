"""A set of photos on its way, with a search that is played."""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image

from search.batch.batch import Batch, Phase, SearchWith
from search.batch.files import PhotoFile, Sorted
from search.batch.rows import BEST, State
from search.errors import (
    DatabaseUnavailable,
    EncoderFailed,
    LikenessError,
    PhotoDamaged,
    PhotoRejected,
    PhotoUnsupported,
    QuotaSpent,
    RateLimited,
)
from search.hits import Hit, Product, Search
from search.indexing.gate import Gate
from search.photo import Photo, read_photo
from search.progress import Progress, Report, Stage, silent
from search.subject import Subject
from search.threshold import Threshold
from search.vectors import CLIP, Embedding

Paint = Callable[..., bytes]
SECONDS = 20.0


def found(photo: Photo, hits: int = 7) -> Search:
    """Make up what a search finds: products with falling scores."""
    product = Product(1, "ART-1", {"en": "Mug"}, None, None, None, None)
    scores = [0.9 - number / 10 for number in range(hits)]
    return Search(
        id=uuid4(),
        subject=Subject.of_photo(photo),
        query=Embedding.from_numbers(np.ones(512), CLIP),
        hits=tuple(Hit(rank, product, 1, "1", at, at) for rank, at in enumerate(scores, 1)),
        remembered=False,
        threshold=Threshold(0.75, CLIP),
        seconds={},
        made_at=datetime(2026, 11, 29, tzinfo=UTC),
    )


class PlayedSearch:
    """A search that fails as it is told to, and counts how many go on at once."""

    def __init__(self, *failures: LikenessError | None) -> None:
        self._failures = list(failures)
        self._lock = threading.Lock()
        self.photos: list[bytes] = []
        self.at_once = self.most_at_once = 0

    def __call__(self, photo: Photo, report: Report = silent) -> Search:
        """Search, or fail."""
        with self._lock:
            number = len(self.photos)
            self.photos.append(photo.fingerprint)
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.during(number, report)
            failure = self._failures[number] if number < len(self._failures) else None
            if failure is not None:
                raise failure
            return found(photo)
        finally:
            with self._lock:
                self.at_once -= 1

    def during(self, number: int, report: Report) -> None:
        """Do what a test wants to happen while a search goes on."""


@pytest.fixture
def gate() -> Iterator[Gate]:
    """Return a gate with four places."""
    gate = Gate(4)
    yield gate
    gate.close()


@pytest.fixture
def open_batch(picture: Paint) -> Callable[..., Batch]:
    """Return an opener of sets: it reads photos of these colours, or what else it is given."""

    def open_(*given: str | bytes) -> Batch:
        contents = [picture(one) if isinstance(one, str) else one for one in given]
        files = [PhotoFile(f"{number}.png", _giver(one)) for number, one in enumerate(contents, 1)]
        batch = Batch(Sorted(tuple(files), ()))
        batch.read(read_photo, threading.Lock())
        assert batch.join(SECONDS)
        return batch

    return open_


def _giver(content: bytes) -> Callable[[], bytes]:
    return lambda: content


def search_on(batch: Batch, search: SearchWith, gate: Gate, at_once: int = 1) -> None:
    """Search with a set until nothing goes on."""
    batch.start(search, read_photo, gate, at_once)
    assert batch.join(SECONDS)


def states(batch: Batch) -> list[State]:
    """Return how far each photo is."""
    return [row.state for row in batch.rows]


Open = Callable[..., Batch]


def test_every_photo_has_its_row_in_the_order_in_which_they_came(
    open_batch: Open, gate: Gate
) -> None:
    """Whichever is done first."""
    batch = open_batch("red", "green", "blue", "white", "black")
    phases = [batch.phase]
    search_on(batch, PlayedSearch(), gate, at_once=4)
    assert [*phases, batch.phase] == [Phase.READY, Phase.DONE]
    assert [row.name for row in batch.rows] == [f"{number}.png" for number in range(1, 6)]
    assert [row.search.subject.fingerprint for row in batch.rows if row.search] == [
        row.fingerprint for row in batch.rows
    ]


def test_the_best_products_are_kept_and_the_others_counted(open_batch: Open, gate: Gate) -> None:
    """A hundred photos with all that was found for each would fill the memory."""
    batch = open_batch("red")
    search_on(batch, PlayedSearch(), gate)
    (row,) = batch.rows
    assert row.search is not None
    assert len(row.search.hits) == BEST
    assert (row.found, row.similar) == (7, 2)


def test_one_bad_file_does_not_stop_the_rest(open_batch: Open, gate: Gate) -> None:
    """It has its sentence, in its place."""
    batch = open_batch("red", b"%PDF-1.7", "blue")
    search_on(batch, PlayedSearch(), gate)
    assert states(batch) == [State.DONE, State.FAILED, State.DONE]
    assert isinstance(batch.rows[1].error, PhotoUnsupported)
    assert batch.phase is Phase.DONE


def test_a_photo_that_the_server_rejects_fails_alone(open_batch: Open, gate: Gate) -> None:
    """The next one may please it."""
    batch = open_batch("red", "green", "blue")
    rejected = PhotoRejected(host="h", status=422, reason="")
    search_on(batch, PlayedSearch(None, rejected), gate)
    assert states(batch) == [State.DONE, State.FAILED, State.DONE]
    assert batch.error is None


def test_the_same_photo_twice_is_searched_once(open_batch: Open, gate: Gate) -> None:
    """Both rows have what was found, and the second says of which it is the twin."""
    batch = open_batch("red", "green", "red", "red")
    search = PlayedSearch()
    search_on(batch, search, gate, at_once=4)
    assert len(search.photos) == 2
    assert states(batch) == [State.DONE] * 4
    assert [row.twin for row in batch.rows] == [None, None, 1, 1]
    assert batch.rows[2].search is batch.rows[0].search


@pytest.mark.parametrize(
    "error",
    [
        QuotaSpent(),
        RateLimited(),
        DatabaseUnavailable(),
        PhotoRejected(reason="@reasons.photo_no_handler"),
    ],
)
def test_what_would_meet_every_photo_ends_the_set(
    open_batch: Open, gate: Gate, error: LikenessError
) -> None:
    """One sentence for the set, none for each photo; what is done stays, and the rest can go on."""
    batch = open_batch("red", "green", "blue", "black")
    search = PlayedSearch(None, error)
    search_on(batch, search, gate)
    assert states(batch) == [State.DONE, State.READY, State.READY, State.READY]
    assert (batch.phase, batch.error) == (Phase.HALTED, error)
    assert len(search.photos) == 2
    assert [row.number for row in batch.waiting] == [2, 3, 4]
    search_on(batch, search, gate)
    assert states(batch) == [State.DONE] * 4
    assert (batch.phase, batch.error) == (Phase.DONE, None)


def test_what_failed_in_passing_can_be_tried_again(open_batch: Open, gate: Gate) -> None:
    """A damaged photo stays damaged, and a server that stumbled is asked again."""
    batch = open_batch("red", "green", b"nothing")
    search = PlayedSearch(EncoderFailed(host="h", status=500), PhotoDamaged())
    search_on(batch, search, gate)
    assert states(batch) == [State.FAILED] * 3
    assert [row.number for row in batch.waiting] == [1]
    search_on(batch, search, gate)
    assert states(batch) == [State.DONE, State.FAILED, State.FAILED]
    assert len(search.photos) == 3


class StoppingSearch(PlayedSearch):
    """Stops the set during its first search, and begins it again while that goes on."""

    def __init__(self, batch: Batch, gate: Gate) -> None:
        super().__init__()
        self._batch = batch
        self._gate = gate
        self.phases: list[Phase] = []

    def during(self, number: int, report: Report) -> None:
        """Stop, once."""
        del report
        if number == 0:
            self._batch.stop()
            self.phases.append(self._batch.phase)
            self._batch.start(self, read_photo, self._gate, 1)
            self.phases.append(self._batch.phase)


def test_a_set_can_be_stopped_and_goes_on_later(open_batch: Open, gate: Gate) -> None:
    """What is under way comes to its end; nothing further begins until somebody says so."""
    batch = open_batch("red", "green", "blue")
    search = StoppingSearch(batch, gate)
    search_on(batch, search, gate)
    assert search.phases == [Phase.STOPPING, Phase.STOPPING]
    assert states(batch) == [State.DONE, State.READY, State.READY]
    assert (batch.phase, batch.error) == (Phase.HALTED, None)
    search_on(batch, search, gate)
    assert states(batch) == [State.DONE] * 3


def test_begun_twice_it_is_searched_once(open_batch: Open, gate: Gate) -> None:
    """A second click, or a page that runs again, costs nothing."""
    batch = open_batch("red", "green", "blue")
    search = PlayedSearch()
    with gate.place(), gate.place(), gate.place(), gate.place():
        batch.start(search, read_photo, gate, 2)
        batch.start(search, read_photo, gate, 2)
        assert batch.phase is Phase.SEARCHING
    assert batch.join(SECONDS)
    batch.start(search, read_photo, gate, 2)
    assert batch.join(SECONDS)
    assert len(search.photos) == 3


class MeetingSearch(PlayedSearch):
    """Two searches that wait for one another."""

    def __init__(self) -> None:
        super().__init__()
        self._barrier = threading.Barrier(2, timeout=SECONDS)

    def during(self, number: int, report: Report) -> None:
        """Wait for the other one."""
        del number, report
        self._barrier.wait()


def test_several_go_on_at_once_but_no_more_than_the_gate_lets(open_batch: Open) -> None:
    """Whoever searches with one photo of their own finds a place beside them."""
    gate = Gate(2)
    batch = open_batch("red", "green", "blue", "black")
    search = MeetingSearch()
    search_on(batch, search, gate, at_once=4)
    assert search.most_at_once == 2
    assert states(batch) == [State.DONE] * 4


class ToldToWait(PlayedSearch):
    """A server that asks for a pause of a minute."""

    def __init__(self) -> None:
        super().__init__()
        self.heard = threading.Event()

    def during(self, number: int, report: Report) -> None:
        """Hear of it."""
        del number
        report(Progress(Stage.WAITING, seconds=60.0))
        self.heard.set()


def test_a_server_that_asks_to_wait_is_asked_by_no_other_photo(open_batch: Open) -> None:
    """The gate is held for all photos; the one that heard it waits by itself."""
    clock = [0.0]
    gate = Gate(4, clock=lambda: clock[0])
    batch = open_batch("red", "green")
    search = ToldToWait()
    batch.start(search, read_photo, gate, 1)
    assert search.heard.wait(SECONDS)
    assert not gate.is_open
    gate.close()
    assert batch.join(SECONDS)
    assert states(batch) == [State.DONE, State.READY]
    assert batch.phase is Phase.HALTED


def test_what_nobody_foresaw_is_one_photos_trouble(
    open_batch: Open, gate: Gate, caplog: pytest.LogCaptureFixture
) -> None:
    """It is in the log, and the photo says that something went wrong."""
    batch = open_batch("red", "green")

    def search(photo: Photo, report: Report) -> Search:
        del report
        if photo.fingerprint == batch.rows[0].fingerprint:
            raise ZeroDivisionError
        return found(photo)

    search_on(batch, search, gate)
    assert states(batch) == [State.FAILED, State.DONE]
    assert "could not be searched with" in caplog.text


def test_a_set_given_up_while_it_is_read_reads_no_further(picture: Paint) -> None:
    """As when other photos are chosen instead."""
    read: list[int] = []
    batch: Batch

    def stop_after_first() -> bytes:
        read.append(1)
        batch.stop()
        return picture("red")

    files = [PhotoFile("1.png", stop_after_first), PhotoFile("2.png", stop_after_first)]
    batch = Batch(Sorted(tuple(files), ()))
    batch.read(read_photo, threading.Lock())
    assert batch.join(SECONDS)
    assert len(read) == 1


def test_a_large_photo_is_read_again_instead_of_kept(gate: Gate) -> None:
    """A hundred panoramas do not fill the memory."""
    reads: list[int] = []
    content = _wide_picture()

    def give() -> bytes:
        reads.append(1)
        return content

    batch = Batch(Sorted((PhotoFile("wide.png", give),), ()))
    batch.read(read_photo, threading.Lock())
    assert batch.join(SECONDS)
    search_on(batch, PlayedSearch(), gate)
    assert states(batch) == [State.DONE]
    assert len(reads) == 2


def _wide_picture() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (4000, 300), "red").save(buffer, "PNG")
    return buffer.getvalue()


def test_two_photos_can_still_be_searched_together(open_batch: Open, gate: Gate) -> None:
    """Before they are searched with one by one, and after."""
    batch = open_batch("red", "green")
    numbers: Sequence[int] = [row.number for row in batch.rows]
    before = [batch.photo(number, read_photo).fingerprint for number in numbers]
    search_on(batch, PlayedSearch(), gate)
    assert [batch.photo(number, read_photo).fingerprint for number in numbers] == before
